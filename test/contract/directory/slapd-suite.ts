import { randomUUID } from 'node:crypto';
import { EqualityFilter } from 'ldapts';
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
