import { Attribute, Change } from 'ldapts';
import type { Slapd } from '../../support/slapd';
import { asAnyone, inName, people, placeOf, type Managed, type Peopling, type Person } from './known-people';

export async function peopledSlapd(slapd: Slapd, peopling: Peopling = {}): Promise<Managed> {
  const { username, lockoutThreshold = 3, minimumLength = 8 } = peopling;
  const { url, ca, baseDn, root, options } = slapd;
  const asRoot = <T>(work: Parameters<typeof asAnyone<T>>[3]) => asAnyone({ url, ca }, root.dn, root.password, work);
  const dns = Object.fromEntries(
    people.map((name) => [name, `uid=${name},ou=${name === 'outsider' ? 'elsewhere' : 'people'},${baseDn}`]),
  ) as Record<Person, string>;
  const attribute = (person: Person, name: string) =>
    asRoot(async (ldap) => {
      const { searchEntries } = await ldap.search(dns[person], { scope: 'base', attributes: [name] });
      const value = searchEntries[0]?.[name];
      return value === undefined || (Array.isArray(value) && value.length === 0) ? null : String(value);
    });
  const replace = (dn: string, type: string, ...values: string[]) =>
    asRoot((ldap) =>
      ldap.modify(dn, new Change({ operation: 'replace', modification: new Attribute({ type, values }) })),
    );
  const modify = (person: Person, type: string, value: string) => replace(dns[person], type, value);
  const policy = `cn=default,ou=policies,${baseDn}`;
  await replace(policy, 'pwdMaxFailure', String(lockoutThreshold));
  await replace(policy, 'pwdMinLength', String(minimumLength));
  if (username) for (const person of people) await modify(person, 'mail', username(person));
  const ids = Object.fromEntries(
    await Promise.all(people.map(async (name) => [name, await attribute(name, 'entryUUID')] as const)),
  ) as Record<Person, string>;
  return {
    options: { ...options, protectedGroups: [`cn=admins,${baseDn}`] },
    ids,
    dns,
    binds: (person, password) =>
      asAnyone({ url, ca }, dns[person], password, () => Promise.resolve(true)).catch(() => false),
    /** entries of the access log that touch the password */
    changes: (person) =>
      asRoot(async (ldap) => {
        const { searchEntries } = await ldap.search('cn=log', {
          filter: `(&(reqDN=${dns[person]})(reqResult=0)(|(reqMod=userPassword:*)(objectClass=auditExtended)))`,
        });
        return searchEntries.length;
      }),
    fence: (person) => attribute(person, 'employeeNumber'),
    setFence: (person, value) => modify(person, 'employeeNumber', value),
    disable: (person) => modify(person, 'pwdAccountLockedTime', '000001010000Z'),
    requireChange: (person) => modify(person, 'pwdReset', 'TRUE'),
    async lock(person) {
      for (let n = 0; n < lockoutThreshold; n++)
        await asAnyone({ url, ca }, dns[person], 'wrong', () => Promise.resolve()).catch(() => 0);
    },
    async move(person) {
      const to = `uid=${person}.renamed,ou=people,${baseDn}`;
      await asRoot((ldap) => ldap.modifyDN(dns[person], to));
      dns[person] = to;
    },
    async moveTo(person, where) {
      const rdn = dns[person].split(',')[0]!;
      const to = `${rdn},${where === 'deeper' ? `ou=deeper,ou=people,${baseDn}` : `ou=elsewhere,${baseDn}`}`;
      await asRoot((ldap) => ldap.modifyDN(dns[person], to));
      dns[person] = to;
    },
    set: (person, type, ...values) => replace(dns[person], type, ...values),
    async rename(person, name) {
      const to = `uid=${inName(name)},${placeOf(dns[person])}`;
      await asRoot((ldap) => ldap.modifyDN(dns[person], to));
      dns[person] = to;
    },
    remove: (person) => asRoot((ldap) => ldap.del(dns[person])),
    // Everybody's that was ever changed: how old the others' are is not known. A new one lasts a second.
    expire: () => replace(policy, 'pwdMaxAge', '1'),
    expireNoMore: () => replace(policy, 'pwdMaxAge'),
    end: (person) => modify(person, 'pwdEndTime', '19700101000000Z'),
  };
}
