import type { SimulatedDirectory } from '#apps/outside/directory/simulated-directory';
import { asAnyone, type Peopled, type Person, people } from './known-people';

/** The simulated directory, looked into past LDAP by what it tells of itself. */
export function peopledSimulation(directory: SimulatedDirectory): Peopled {
  const { url, ca, baseDn, service } = directory;
  const uids = Object.fromEntries(people.map((name) => [name, name as string])) as Record<Person, string>;
  const dns = Object.fromEntries(
    people.map((name) => [name, `uid=${name},ou=${name === 'outsider' ? 'elsewhere' : 'people'},${baseDn}`]),
  ) as Record<Person, string>;
  const stored = (person: Person) => directory.stored(uids[person])!;
  return {
    options: {
      kind: 'openldap',
      url,
      ca,
      baseDn,
      bindDn: service.dn,
      bindPassword: service.password,
      fenceAttribute: 'employeeNumber',
      protectedGroups: [`cn=admins,${baseDn}`],
    },
    ids: Object.fromEntries(people.map((name) => [name, stored(name).entryUUID])) as Record<Person, string>,
    dns,
    binds: (person, password) =>
      asAnyone({ url, ca }, dns[person], password, () => Promise.resolve(true)).catch(() => false),
    changes: (person) => Promise.resolve(stored(person).passwordChanges),
    fence: (person) => Promise.resolve(stored(person).fence),
    setFence: (person, value) => directory.people.setFence(uids[person], value),
    disable: (person) => directory.people.disable(uids[person]),
    requireChange: async (person) => {
      const wish = { operation: 'replace', attribute: 'pwdReset', values: ['TRUE'] } as const;
      await directory.people.change(uids[person], [wish]);
    },
    async lock(person) {
      for (let n = 0; n < 3; n++)
        await asAnyone({ url, ca }, dns[person], 'wrong', () => Promise.resolve()).catch(() => 0);
    },
    async move(person) {
      const to = `${person}.renamed`;
      await directory.people.rename(uids[person], to);
      uids[person] = to;
      dns[person] = `uid=${to},ou=people,${baseDn}`;
    },
    remove: (person) => directory.people.remove(uids[person]),
  };
}
