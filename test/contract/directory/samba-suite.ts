import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Attribute, Change } from 'ldapts';
import { Directory } from '#libs/directory/directory';
import { examineDirectory } from '#libs/directory/doctor/examine-directory';
import type { Samba } from '../../support/samba';
import { Wire } from '../../support/wire';
import { asAnyone, firstPassword, type Peopled, type Person } from './known-people';

/** What is Active Directory's alone. */
export function sambaSuite(given: () => { samba: Samba; peopled: Peopled }): void {
  let samba: Samba;
  let peopled: Peopled;
  let directory: Directory;
  let epoch = 2_000_000;

  beforeAll(() => {
    ({ samba, peopled } = given());
    directory = new Directory(peopled.options);
  });

  const wish = (person: Person, password: string, doubleReset = false) => ({
    userId: peopled.ids[person],
    epoch: ++epoch,
    writebackId: randomUUID(),
    password,
    unlock: true,
    doubleReset,
    deadline: Date.now() + 60_000,
  });
  const write = (request: ReturnType<typeof wish>) => directory.write(request, () => Promise.resolve());
  const set = (person: Person, type: string, value: string) =>
    asAnyone(peopled.options, samba.administrator.dn, samba.administrator.password, (ldap) =>
      ldap.modify(
        peopled.dns[person],
        new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
      ),
    );

  const offersHints = async () =>
    /\(policy hints\)/.test(
      (await examineDirectory(peopled.options, {})).find(({ check }) => check === 'mode')!.detail,
    );

  it('lets the old password bind for a while after one write, and not after a double reset', async () => {
    await write(wish('bob', 'Single-Harbour-1!'));
    await write(wish('bob', 'Single-Harbour-2!'));
    expect(await peopled.binds('bob', 'Single-Harbour-1!')).toBe(true);
    const before = await peopled.changes('bob');
    expect(await write(wish('bob', 'Double-Harbour-1!', true))).toEqual({ kind: 'done', writes: 3, fenced: true });
    expect((await peopled.changes('bob')) - before).toBe(3);
    expect(await peopled.binds('bob', 'Double-Harbour-1!')).toBe(true);
    expect(await peopled.binds('bob', 'Single-Harbour-2!')).toBe(false);
  });

  it('runs a double reset to its end that was cut off between two writes', async () => {
    const request = wish('bob', 'Double-Harbour-2!', true);
    let intents = 0;
    const dying = directory.write(request, () =>
      ++intents === 3 ? Promise.reject(new Error('killed')) : Promise.resolve(),
    );
    // Whoever says that nothing was changed would have the sealed password destroyed.
    expect(await dying).toEqual({ kind: 'unknown', trouble: 'not-kept' });
    expect(await directory.standing(request)).toEqual({ standing: 'begun', writes: 2 });
    // Past its deadline: what was begun is finished all the same.
    expect(await write({ ...request, deadline: 0 })).toEqual({ kind: 'done', writes: 3, fenced: true });
    expect(await directory.standing(request)).toEqual({ standing: 'done', writes: 3 });
    expect(await write(request)).toEqual({ kind: 'done', writes: 3, fenced: true });
    expect(await peopled.binds('bob', 'Double-Harbour-2!')).toBe(true);
  });

  it('runs a double reset to its end, with three writes, whichever of its answers or connections gets lost', async () => {
    const { hostname, port } = new URL(peopled.options.url);
    const wire = await Wire.to(hostname, Number(port || 636));
    try {
      const url = `ldaps://127.0.0.1:${wire.near}`;
      const over = new Directory({ ...peopled.options, url, timeoutMs: 700 });
      for (const [n, fault] of (['mute', 'cut', 'mute', 'cut'] as const).entries()) {
        const before = await peopled.changes('bob');
        const password = `Double-Harbour-${n}-4711!`;
        let intents = 0;
        const result = await over.write(wish('bob', password, true), () => {
          if (++intents === 1 + (n % 3)) wire[fault]();
          return Promise.resolve();
        });
        expect(result).toEqual({ kind: 'done', writes: 3, fenced: true });
        expect([(await peopled.changes('bob')) - before, await peopled.binds('bob', password)]).toEqual([3, true]);
      }
    } finally {
      wire.close();
    }
  });

  it('does not say that nothing was changed when the line is cut between two writes', async () => {
    const { hostname, port } = new URL(peopled.options.url);
    const wire = await Wire.to(hostname, Number(port || 636));
    try {
      const url = `ldaps://127.0.0.1:${wire.near}`;
      const cutOff = new Directory({ ...peopled.options, url, timeoutMs: 500 });
      const request = wish('bob', 'Double-Harbour-3!', true);
      let intents = 0;
      const result = await cutOff.write(request, () => {
        if (++intents === 2) wire.cut({ refuse: true });
        return Promise.resolve();
      });
      expect(result).toMatchObject({ kind: 'unknown' });
      wire.mend();
      expect(await cutOff.write({ ...request, begun: true }, () => Promise.resolve())).toMatchObject({ writes: 3 });
      expect(await peopled.binds('bob', 'Double-Harbour-3!')).toBe(true);
    } finally {
      wire.close();
    }
  });

  it('refuses a double reset before it is begun where the second write might be too early', async () => {
    const hints = await offersHints();
    await samba.tool('domain', 'passwordsettings', 'set', '--min-pwd-age=1');
    const before = await peopled.changes('bob');
    const result = await write(wish('bob', 'Double-Harbour-4!', true));
    if (hints) expect(result.kind).toBe('rejected-by-policy');
    else expect(result).toEqual({ kind: 'unreachable', trouble: 'minimum-age-without-hints' });
    expect(await peopled.changes('bob')).toBe(before);
    await samba.tool('domain', 'passwordsettings', 'set', '--min-pwd-age=0');
    expect((await write(wish('bob', 'Double-Harbour-4!', true))).kind).toBe('done');
  });

  it('A10: refuses who was once an administrator, by adminCount', async () => {
    await set('dora', 'adminCount', '1');
    expect(await write(wish('dora', 'Lantern-Harbour-30!'))).toEqual({ kind: 'protected' });
    await set('dora', 'adminCount', '0');
    expect((await write(wish('dora', 'Lantern-Harbour-30!'))).kind).toBe('done');
  });

  it('tells the domain’s rules exactly, as far as they bind a reset', async () => {
    const more = (await offersHints()) ? { history: 24, minimumAgeHours: 0 } : {};
    const rules = { minimumLength: 7, complexity: true, ...more };
    expect(await write(wish('alice', 'short'))).toEqual({ kind: 'rejected-by-policy', rules });
    expect(await write(wish('alice', 'long-but-plain-letters'))).toEqual({ kind: 'rejected-by-policy', rules });
  });

  it('clears the count of wrong passwords with the lock', async () => {
    await write(wish('dora', 'Lantern-Harbour-42!'));
    await peopled.lock('dora');
    const { password: _, ...unlock } = wish('dora', '');
    expect(await directory.write(unlock, () => Promise.resolve())).toMatchObject({ kind: 'done' });
    expect(await directory.signIn(peopled.ids.dora, 'Wrong-Harbour-1!')).toEqual({ kind: 'wrong' });
    expect(await directory.signIn(peopled.ids.dora, 'Lantern-Harbour-42!')).toEqual({ kind: 'held-back' });
    expect(await peopled.binds('dora', 'Lantern-Harbour-42!')).toBe(true);
    expect(await directory.signIn(peopled.ids.dora, 'Lantern-Harbour-42!')).toEqual({ kind: 'right' });
  });

  it('counts wrong passwords by a clock that is right, not by this machine’s', async () => {
    await write(wish('dora', 'Lantern-Harbour-41!'));
    const right = () => performance.timeOrigin + performance.now();
    const ahead = jest.spyOn(Date, 'now').mockImplementation(() => right() + 9 * 3_600_000);
    try {
      const careful = new Directory(peopled.options, right);
      const kinds: string[] = [];
      for (let n = 0; n < 4; n++)
        kinds.push((await careful.signIn(peopled.ids.dora, `Wrong-Harbour-${n}!`, false)).kind);
      expect(kinds).toEqual(['wrong', 'held-back', 'held-back', 'held-back']);
      // Without it all four would have been asked, and three lock.
      expect(await peopled.binds('dora', 'Lantern-Harbour-41!')).toBe(true);
    } finally {
      ahead.mockRestore();
    }
  });

  it('begins anew at a controller that was restored, whose numbers mean something else', async () => {
    const all = await directory.usersSince(undefined);
    expect(all.cursor.server).toMatch(/^CN=NTDS Settings,.*\/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i);
    expect((await directory.usersSince(all.cursor)).users).toEqual([]);
    const restored = { ...all.cursor, server: all.cursor.server.replace(/\/.*/, `/${randomUUID()}`) };
    expect((await directory.usersSince(restored)).users).toHaveLength(all.users.length);
    const further = { ...all.cursor, after: String(BigInt(all.cursor.after) + 1_000n) };
    expect((await directory.usersSince(further)).users).toHaveLength(all.users.length);
  });

  describe('groups that the settings protect', () => {
    const group = (name: string) => `CN=${name},CN=Users,${samba.baseDn}`;
    const guarded = (...protectedGroups: string[]) => ({ ...peopled.options, protectedGroups });
    const reset = (person: Person, ...groups: string[]) =>
      new Directory(guarded(...groups)).write(wish(person, `Guarded-Harbour-${epoch}!`), () => Promise.resolve());
    const protection = async (...groups: string[]) =>
      (await examineDirectory(guarded(...groups), {})).filter(({ check }) => check === 'protected-groups');

    beforeAll(() =>
      asAnyone(peopled.options, samba.administrator.dn, samba.administrator.password, async (ldap) => {
        const add = (name: string, groupType: number, member: string) =>
          ldap.add(group(name), {
            objectClass: 'group',
            sAMAccountName: name,
            groupType: String(groupType),
            member,
          });
        await add('guarded-inner', -2147483646, peopled.dns.carol);
        await add('guarded', -2147483646, group('guarded-inner'));
        await add('newsletter', 2, peopled.dns.carol);
      }),
    );

    it('A10: keep their members from being reset, nested ones too', async () => {
      expect(await reset('carol', group('guarded-inner'))).toEqual({ kind: 'protected' });
      expect(await reset('carol', group('guarded'))).toEqual({ kind: 'protected' });
      expect(await reset('alice', group('guarded'))).toMatchObject({ kind: 'done' });
      expect(await reset('alice', group('nowhere'))).toEqual({ kind: 'unreachable', trouble: 'ldap-32' });
    });

    it('are found wanting by the doctor where they would protect nobody', async () => {
      expect(await protection(group('guarded'), group('newsletter'), group('nowhere'))).toMatchObject([
        { state: 'ok' },
        { state: 'failed', fix: expect.stringMatching(/security group/) },
        { state: 'failed', fix: expect.stringMatching(/LDAP_PROTECTED_GROUPS/) },
      ]);
    });

    it('A10: and whoever’s groups may not be read counts as protected', async () => {
      const tokenGroups = 'b7c69e6d-2cc7-11d2-854e-00a0c983f608';
      expect(await reset('dora')).toMatchObject({ kind: 'done' });
      const hidden = `(OD;;RP;${tokenGroups};;AU)`;
      await samba.tool('dsacl', 'set', `--objectdn=${peopled.dns.dora}`, `--sddl=${hidden}`);
      expect(await reset('dora')).toEqual({ kind: 'protected' });
    });
  });

  it('takes a fine-grained policy’s verdict, whose rules it may not read', async () => {
    const pso = ['--min-pwd-length=20', '--complexity=on', '--history-length=5'];
    await samba.tool('domain', 'passwordsettings', 'pso', 'create', 'strict', '1', ...pso);
    await samba.tool('domain', 'passwordsettings', 'pso', 'apply', 'strict', 'alice');
    // The domain's own rules, which this password keeps, are not told for it.
    expect(await write(wish('alice', 'Only-Sixteen-11!'))).toEqual({ kind: 'rejected-by-policy', rules: {} });
    // Who may read them tells them.
    const { dn: bindDn, password: bindPassword } = samba.administrator;
    const reading = new Directory({ ...peopled.options, bindDn, bindPassword });
    expect(await reading.write(wish('alice', 'Only-Sixteen-11!'), () => Promise.resolve())).toMatchObject({
      kind: 'rejected-by-policy',
      rules: { minimumLength: 20, complexity: true },
    });
    expect((await write(wish('alice', 'Twenty-Characters-And-More-1!'))).kind).toBe('done');
    await samba.tool('domain', 'passwordsettings', 'pso', 'unapply', 'strict', 'alice');
  });

  it('says that this server has no policy hints, where it has none', async () => {
    const findings = await examineDirectory(peopled.options, {});
    const mode = findings.find(({ check }) => check === 'mode')!;
    const version = await samba.tool('--version');
    const old = Number(/^4\.(\d+)/.exec(version)?.[1]) < 24;
    expect(mode.state).toBe(old ? 'warning' : 'ok');
    expect(mode.detail).toMatch(/policy hints/);
  });

  it('names the rights that were not delegated', async () => {
    const failures = (await examineDirectory({ ...peopled.options, fenceAttribute: 'extensionAttribute1' }, {})).filter(
      ({ state }) => state === 'failed',
    );
    expect(failures.map(({ check }) => check)).toEqual(expect.arrayContaining(['rights']));
  });

  it('leaves boss alone to the end', async () => {
    expect(await peopled.binds('boss', firstPassword)).toBe(true);
  });
}
