import { randomUUID } from 'node:crypto';
import { Directory } from '#libs/directory/directory';
import type { DirectoryUser } from '#libs/directory/directory-user';
import { examineDirectory } from '#libs/directory/doctor/examine-directory';
import type { UserSource } from '#libs/directory/users';
import { placeOf, type Managed, type Person } from './known-people';

/** Several units, and attributes by other names: what an administrator may wish of a real directory. */
export function unitsSuite(given: () => Managed): void {
  let managed: Managed;
  let directory: Directory;
  let epoch = 4_000_000;

  beforeAll(() => {
    managed = given();
    directory = new Directory(managed.options);
  });

  type From = Omit<UserSource, 'options'>;
  const unitOf = (person: Person) => placeOf(managed.dns[person]);
  const read = async (from: From): Promise<ReadonlyMap<string, DirectoryUser>> => {
    const { users } = await directory.usersSince(undefined, from);
    const byId = new Map(users.map((user) => [user.userId, user]));
    // Nobody is told twice, however the units lie.
    expect(users).toHaveLength(byId.size);
    expect(new Set((await directory.peopleThere(from)).keys())).toEqual(new Set(byId.keys()));
    return byId;
  };
  const reset = (person: Person, password: string) =>
    directory.write(
      {
        userId: managed.ids[person],
        epoch: ++epoch,
        writebackId: randomUUID(),
        password,
        unlock: true,
        deadline: Date.now() + 60_000,
      },
      () => Promise.resolve(),
    );

  it('reads the people of each unit that is named, and nobody else', async () => {
    const [staff, elsewhere] = [unitOf('alice'), unitOf('outsider')];
    const { alice, outsider } = managed.ids;
    const seen = async (...units: string[]) => {
      const people = await read({ units });
      return [alice, outsider].map((id) => people.has(id));
    };
    expect(await seen(staff)).toEqual([true, false]);
    expect(await seen(elsewhere)).toEqual([false, true]);
    expect(await seen(staff, elsewhere)).toEqual([true, true]);
    expect(await seen(managed.options.baseDn, staff, elsewhere)).toEqual([true, true]);
  });

  it('hears of changes in each of them since the last time, and of nobody who left them', async () => {
    const both = { units: [unitOf('alice'), unitOf('outsider')] };
    const { cursor } = await directory.usersSince(undefined, both);
    await managed.set('alice', 'homePhone', '+81 3 0000 0101');
    await managed.set('outsider', 'homePhone', '+81 3 0000 0102');
    const changed = await directory.usersSince(cursor, both);
    expect(new Set(changed.users.map(({ userId }) => userId))).toEqual(
      new Set([managed.ids.alice, managed.ids.outsider]),
    );
    expect((await directory.usersSince(changed.cursor, both)).users).toEqual([]);
    expect((await directory.peopleThere({ units: [unitOf('outsider')] })).has(managed.ids.alice)).toBe(false);
  });

  it('reads a user name, a mail address and an office phone from the attributes that are named', async () => {
    const [username, mail, officePhone] = ['alice.typed@probe.test', 'Alice@Mail.Test', '+81 3 0000 0103'];
    await managed.set('alice', 'employeeType', username);
    await managed.set('alice', 'mail', mail);
    await managed.set('alice', 'homePhone', officePhone);
    const attributes = { username: 'EMPLOYEETYPE', officePhone: 'homePhone' };
    const from = { units: [unitOf('alice')], attributes };
    const people = await read(from);
    expect(people.get(managed.ids.alice)).toEqual({
      userId: managed.ids.alice,
      username,
      mail,
      officePhone,
      disabled: false,
    });
    // Who has no such attribute is told without it.
    expect(people.get(managed.ids.carol)).not.toHaveProperty('username');
    await managed.set('alice', 'homePhone');
    expect((await read(from)).get(managed.ids.alice)).not.toHaveProperty('officePhone');
  });

  it('tells in an examination of a unit that is not there, and of a name that nobody has', async () => {
    const nowhere = `OU=nowhere,${managed.options.baseDn}`;
    const findings = await examineDirectory(managed.options, {
      units: [unitOf('alice'), nowhere],
      attributes: { username: 'employeeTyp' },
    });
    const of = (check: string) => findings.filter((one) => one.check === check);
    expect(of('unit')).toMatchObject([
      { state: 'ok' },
      { state: 'failed', detail: expect.stringContaining(nowhere), fix: expect.stringMatching(/LDAP_USER_UNITS/) },
    ]);
    expect(of('username')).toMatchObject([{ state: 'warning', fix: expect.stringMatching(/LDAP_ATTRIBUTE_USERNAME/) }]);
    const well = await examineDirectory(managed.options, { units: [unitOf('alice')] });
    expect(well.filter(({ check }) => check === 'unit' || check === 'username')).toMatchObject([
      { state: 'ok' },
      { state: 'ok' },
    ]);
  });

  it.each(['Jürgen Ünal', 'Müller, Jürgen', 'ナカムラ 太郎', 'a+b=c', '"quoted" (old) *', '#leading', 'back\\slash'])(
    'writes the password of somebody who is called %s',
    async (name) => {
      await managed.rename('bob', name);
      const password = `Named-Harbour-${epoch}!`;
      expect(await reset('bob', password)).toMatchObject({ kind: 'done', writes: 1 });
      expect(await managed.binds('bob', password)).toBe(true);
      const people = await read({ units: [unitOf('bob')] });
      expect(people.has(managed.ids.bob)).toBe(true);
    },
  );
}
