import { randomUUID } from 'node:crypto';
import { Attribute, Change, EqualityFilter } from 'ldapts';
import { Directory } from '#libs/directory/directory';
import type { DirectoryOptions } from '#libs/directory/directory-options';
import { examineDirectory } from '#libs/directory/doctor/examine-directory';
import type { Slapd } from '../../support/slapd';
import { asAnyone, type Peopled } from './known-people';

/** What is OpenLDAP's alone. */
export function slapdSuite(given: () => { slapd: Slapd; peopled: Peopled }): void {
  let slapd: Slapd;
  let peopled: Peopled;
  let greta: string;
  let epoch = 2_000_000;

  beforeAll(async () => {
    ({ slapd, peopled } = given());
    greta = await asAnyone(slapd, slapd.root.dn, slapd.root.password, async (ldap) => {
      const filter = new EqualityFilter({ attribute: 'uid', value: 'greta' });
      const { searchEntries } = await ldap.search(slapd.baseDn, { filter, attributes: ['entryUUID'] });
      return String(searchEntries[0]!.entryUUID);
    });
  });

  const group = (name: string) => `cn=${name},${slapd.baseDn}`;
  const guarded = (protectedGroups: readonly string[]): DirectoryOptions => ({ ...peopled.options, protectedGroups });
  const reset = (userId: string, ...groups: readonly string[]) =>
    new Directory(guarded(groups)).write(
      {
        userId,
        epoch: ++epoch,
        writebackId: randomUUID(),
        password: `Guarded-Harbour-${epoch}!`,
        unlock: true,
        deadline: Date.now() + 60_000,
      },
      () => Promise.resolve(),
    );

  it('A10: refuses members of a protected group, however that names them', async () => {
    expect(await reset(peopled.ids.boss, group('inner'))).toEqual({ kind: 'protected' });
    expect(await reset(peopled.ids.boss, group('admins'))).toEqual({ kind: 'protected' });
    expect(await reset(peopled.ids.alice, group('unique'))).toEqual({ kind: 'protected' });
    // Their entry is not called by the name that the group holds.
    expect(await reset(greta, group('posix'))).toEqual({ kind: 'protected' });
    expect(await reset(greta, group('admins'), group('unique'))).toMatchObject({ kind: 'done' });
  });

  it('A10: knows a member whose name the group spells otherwise', async () => {
    await asAnyone(slapd, slapd.root.dn, slapd.root.password, (ldap) =>
      ldap.add(group('spelled'), {
        objectClass: 'groupOfNames',
        cn: 'spelled',
        member: `CN=GRETA   Named, OU=People,${slapd.baseDn}`,
      }),
    );
    expect(await reset(greta, group('spelled'))).toEqual({ kind: 'protected' });
    expect(await reset(peopled.ids.alice, group('spelled'))).toMatchObject({ kind: 'done' });
  });

  it('A10: finds its way through groups that hold each other many times over', async () => {
    await asAnyone(slapd, slapd.root.dn, slapd.root.password, async (ldap) => {
      for (let level = 24; level >= 0; level--) {
        const inner = level === 24 ? [peopled.dns.boss] : [group(`left-${level + 1}`), group(`right-${level + 1}`)];
        for (const side of ['left', 'right'])
          await ldap.add(group(`${side}-${level}`), {
            objectClass: 'groupOfNames',
            cn: `${side}-${level}`,
            member: inner,
          });
      }
    });
    expect(await reset(peopled.ids.boss, group('left-0'))).toEqual({ kind: 'protected' });
    expect(await reset(greta, group('left-0'))).toMatchObject({ kind: 'done' });
  });

  it('touches neither of two entries that have one id', async () => {
    const twin = '11111111-2222-4333-8444-555555555555';
    expect(await reset(twin)).toEqual({ kind: 'unreachable', trouble: 'several-entries' });
    expect(await new Directory(peopled.options).signIn(twin, 'First-Pass-1')).toEqual({
      kind: 'unreachable',
      trouble: 'several-entries',
    });
  });

  it('leaves the count of wrong passwords after an unlock alone, until the next right one', async () => {
    const [dn, password] = [`cn=Greta Named,ou=people,${slapd.baseDn}`, `Guarded-Harbour-${epoch + 1}!`];
    const signsIn = (word: string) => asAnyone(slapd, dn, word, () => Promise.resolve(true)).catch(() => false);
    expect(await reset(greta)).toMatchObject({ kind: 'done' });
    for (let n = 0; n < 3; n++) expect(await signsIn('wrong')).toBe(false);
    expect(await signsIn(password)).toBe(false);
    const unlock = { userId: greta, epoch: ++epoch, writebackId: randomUUID(), unlock: true, deadline: Infinity };
    const directory = new Directory(peopled.options);
    expect(await directory.write(unlock, () => Promise.resolve())).toMatchObject({ kind: 'done' });
    // One more wrong one would lock again.
    expect(await directory.signIn(greta, password)).toEqual({ kind: 'held-back' });
    expect(await signsIn(password)).toBe(true);
    expect(await directory.signIn(greta, password)).toEqual({ kind: 'right' });
  });

  it('counts no wrong password that the policy has forgotten', async () => {
    const interval = (...values: string[]) =>
      asAnyone(slapd, slapd.root.dn, slapd.root.password, (ldap) =>
        ldap.modify(
          `cn=default,ou=policies,${slapd.baseDn}`,
          new Change({
            operation: 'replace',
            modification: new Attribute({ type: 'pwdFailureCountInterval', values }),
          }),
        ),
      );
    expect(await reset(greta)).toMatchObject({ kind: 'done' });
    await interval('1800');
    try {
      const tries = async (laterMs: number) =>
        (await new Directory(peopled.options, () => Date.now() + laterMs).signIn(greta, 'Wrong-Harbour-1!', false))
          .kind;
      expect(await tries(0)).toBe('wrong');
      expect(await tries(0)).toBe('held-back');
      expect(await tries(1_800_000)).toBe('held-back');
      expect(await tries(1_900_000)).toBe('wrong');
    } finally {
      await interval();
      expect(await reset(greta)).toMatchObject({ kind: 'done' });
    }
  });

  it('tells nobody twice to whom nothing happened, however often it reads the last minute again', async () => {
    const directory = new Directory(peopled.options);
    expect(await reset(peopled.ids.alice)).toMatchObject({ kind: 'done' });
    const all = await directory.usersSince(undefined);
    const again = await directory.usersSince(all.cursor);
    expect(again.users).toEqual([]);
    expect(await reset(peopled.ids.alice)).toMatchObject({ kind: 'done' });
    const changed = await directory.usersSince(again.cursor);
    expect(changed.users.map(({ userId }) => userId)).toEqual([peopled.ids.alice]);
    expect((await directory.usersSince(changed.cursor)).users).toEqual([]);
  });

  it('finds a change that another provider made a while ago and that came late, when it compares', async () => {
    const directory = new Directory(peopled.options);
    const { cursor } = await directory.usersSince(undefined);
    expect(await reset(peopled.ids.alice)).toMatchObject({ kind: 'done' });
    // As if later changes had been seen by then.
    const after = new Date(Date.now() + 3_600_000).toISOString().replace(/[-:T]|\.\d+/g, '');
    const later = { ...cursor, after };
    expect((await directory.usersSince(later)).users).toEqual([]);
    const found = await directory.usersSince(later, {}, true);
    // Of all that changed today nobody else is told once more.
    expect(found.users.map(({ userId }) => userId)).toEqual([peopled.ids.alice]);
    expect(found.cursor.after).toBe(after);
    expect((await directory.usersSince(found.cursor, {}, true)).users).toEqual([]);
  });

  it('A10: refuses everybody while a protected group is not there or cannot be read', async () => {
    const unreadable = { kind: 'unreachable', trouble: 'protected-group-unreadable' };
    expect(await reset(greta, group('hidden'))).toEqual(unreadable);
    expect(await reset(greta, group('outer'))).toEqual(unreadable);
    expect(await reset(greta, group('nowhere'))).toEqual({ kind: 'unreachable', trouble: 'ldap-32' });
  });

  it('says in an examination who is protected by nothing', async () => {
    const protection = async (...groups: readonly string[]) =>
      (await examineDirectory(guarded(groups), {})).filter(({ check }) => check === 'protected-groups');
    expect(await protection()).toMatchObject([
      { state: 'warning', fix: expect.stringMatching(/LDAP_PROTECTED_GROUPS/) },
    ]);
    expect(await protection(group('outer'), group('admins'))).toMatchObject([
      { state: 'failed', fix: expect.stringMatching(/member/) },
      { state: 'ok' },
    ]);
  });

  it('finds rights that are missing, and says which line grants them', async () => {
    const findings = await examineDirectory({ ...peopled.options, fenceAttribute: 'departmentNumber' }, {});
    const missing = findings.filter(({ check, state }) => check === 'rights' && state === 'failed');
    expect(missing).toMatchObject([{ fix: expect.stringMatching(/departmentNumber \(olcAccess/) }]);
  });

  it('does not let the service account read the hash of anybody it may not write', async () => {
    await asAnyone(slapd, slapd.options.bindDn, slapd.options.bindPassword, async (ldap) => {
      const { searchEntries } = await ldap.search(peopled.dns.outsider, { attributes: ['userPassword', 'mail'] });
      expect(searchEntries).toMatchObject([{ mail: 'outsider@probe.test', userPassword: [] }]);
    });
  });
}
