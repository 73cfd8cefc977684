import { Attribute, Change } from 'ldapts';
import type { Slapd } from '../../support/slapd';
import { asAnyone, people, type Peopled, type Person } from './known-people';

export async function peopledSlapd(slapd: Slapd): Promise<Peopled> {
  const { url, ca, baseDn, root, service } = slapd;
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
  const modify = (person: Person, type: string, value: string) =>
    asRoot((ldap) =>
      ldap.modify(
        dns[person],
        new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
      ),
    );
  const ids = Object.fromEntries(
    await Promise.all(people.map(async (name) => [name, await attribute(name, 'entryUUID')] as const)),
  ) as Record<Person, string>;
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
    async lock(person) {
      for (let n = 0; n < 3; n++)
        await asAnyone({ url, ca }, dns[person], 'wrong', () => Promise.resolve()).catch(() => 0);
    },
    async move(person) {
      const to = `uid=${person}.renamed,ou=people,${baseDn}`;
      await asRoot((ldap) => ldap.modifyDN(dns[person], to));
      dns[person] = to;
    },
    remove: (person) => asRoot((ldap) => ldap.del(dns[person])),
  };
}
