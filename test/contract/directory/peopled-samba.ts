import { Attribute, Change } from 'ldapts';
import { guidText } from '#libs/directory/guid';
import { sidText } from '#libs/directory/sid';
import type { Samba } from '../../support/samba';
import {
  asAnyone,
  firstPassword,
  inName,
  people,
  placeOf,
  type Managed,
  type Peopling,
  type Person,
} from './known-people';

const userClass = 'bf967aba-0de6-11d0-a285-00aa003049e2';
/** What the service account may do to users below an OU: see docs/directory.md. */
const rights = {
  resetPassword: ['CR', '00299570-246d-11d0-a768-00aa006e0529'],
  lockoutTime: ['RPWP', '28630ebf-41d5-11d1-a9c1-0000f80367c1'],
  pwdLastSet: ['RPWP', 'bf967a0a-0de6-11d0-a285-00aa003049e2'],
  adminDescription: ['RPWP', 'bf967919-0de6-11d0-a285-00aa003049e2'],
} as const;

const replaced = (type: string, value: string): Change =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) });

/** An ordinary account whose password is set. */
const person = (name: string, username: string, password: string): Attribute[] => [
  new Attribute({ type: 'objectClass', values: ['user'] }),
  new Attribute({ type: 'sAMAccountName', values: [name] }),
  new Attribute({ type: 'userPrincipalName', values: [username] }),
  new Attribute({ type: 'userAccountControl', values: ['512'] }),
  new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${password}"`, 'utf16le')] }),
];

/** Samba with a staff OU, delegated to a service account, and people in it. */
export async function peopledSamba(samba: Samba, peopling: Peopling = {}): Promise<Managed> {
  const { username = (person) => `${person}@probe.test`, lockoutThreshold = 3, minimumLength = 7 } = peopling;
  const { url, ca, baseDn, administrator } = samba;
  const servicePassword = 'Svc-Pass-w0rd-1';
  const staff = `OU=Staff,${baseDn}`;
  const asAdmin = <T>(work: Parameters<typeof asAnyone<T>>[3]) =>
    asAnyone({ url, ca }, administrator.dn, administrator.password, work);
  const dns = Object.fromEntries(
    people.map((name) => [name, `CN=${name},${name === 'outsider' ? `CN=Users,${baseDn}` : staff}`]),
  ) as Record<Person, string>;

  const ids = await asAdmin(async (ldap) => {
    await ldap.add(staff, { objectClass: ['organizationalUnit'] });
    await ldap.add(`OU=Deeper,${staff}`, { objectClass: ['organizationalUnit'] });
    await ldap.modify(baseDn, [
      replaced('minPwdAge', '0'),
      replaced('minPwdLength', String(minimumLength)),
      replaced('lockoutThreshold', String(lockoutThreshold)),
    ]);
    const service = `CN=svc-reset,CN=Users,${baseDn}`;
    await ldap.add(service, person('svc-reset', 'svc-reset@probe.test', servicePassword));
    for (const name of people) await ldap.add(dns[name], person(name, username(name), firstPassword));
    await ldap.modify(
      `CN=Domain Admins,CN=Users,${baseDn}`,
      new Change({ operation: 'add', modification: new Attribute({ type: 'member', values: [dns.boss] }) }),
    );
    const { searchEntries } = await ldap.search(baseDn, {
      filter: '(objectClass=user)',
      attributes: ['sAMAccountName', 'objectGUID', 'objectSid'],
      explicitBufferAttributes: ['objectGUID', 'objectSid'],
    });
    const sid = sidText(searchEntries.find((e) => e.sAMAccountName === 'svc-reset')!.objectSid as Buffer);
    const aces = Object.values(rights).map(([right, guid]) => `(OA;CIIO;${right};${guid};${userClass};${sid})`);
    // All in one: the tool takes a second to start.
    await samba.tool('dsacl', 'set', `--objectdn=${staff}`, `--sddl=${aces.join('')}`);
    return Object.fromEntries(
      searchEntries.map((entry) => [entry.sAMAccountName, guidText(entry.objectGUID as Buffer)]),
    ) as Record<Person, string>;
  });
  const attribute = (person: Person, name: string) =>
    asAdmin(async (ldap) => {
      const base = `<GUID=${ids[person]}>`;
      const { searchEntries } = await ldap.search(base, { scope: 'base', attributes: [name] });
      const value = searchEntries[0]?.[name];
      return value === undefined || (Array.isArray(value) && value.length === 0) ? null : String(value);
    });
  const modify = (person: Person, type: string, value: string) =>
    asAdmin((ldap) => ldap.modify(dns[person], replaced(type, value)));
  return {
    options: {
      kind: 'ad',
      url,
      ca,
      baseDn,
      bindDn: `CN=svc-reset,CN=Users,${baseDn}`,
      bindPassword: servicePassword,
      fenceAttribute: 'adminDescription',
      protectedGroups: [],
    },
    ids,
    dns,
    binds: (person, password) =>
      asAnyone({ url, ca }, username(person), password, () => Promise.resolve(true)).catch(() => false),
    changes: async (person) => Number(await attribute(person, 'msDS-KeyVersionNumber')),
    fence: (person) => attribute(person, 'adminDescription'),
    setFence: (person, value) => modify(person, 'adminDescription', value),
    disable: (person) => modify(person, 'userAccountControl', '514'),
    requireChange: (person) => modify(person, 'pwdLastSet', '0'),
    async lock(person) {
      for (let n = 0; n < lockoutThreshold; n++)
        await asAnyone({ url, ca }, dns[person], 'wrong', () => Promise.resolve()).catch(() => 0);
    },
    async move(person) {
      const to = `CN=${person} renamed,${staff}`;
      await asAdmin((ldap) => ldap.modifyDN(dns[person], to));
      dns[person] = to;
    },
    async moveTo(person, where) {
      const rdn = dns[person].split(',')[0]!;
      const unit = where === 'deeper' ? `OU=Deeper,${staff}` : `CN=Users,${baseDn}`;
      await asAdmin((ldap) => ldap.modifyDN(dns[person], `${rdn},${unit}`));
      dns[person] = `${rdn},${unit}`;
    },
    remove: (person) => asAdmin((ldap) => ldap.del(dns[person])),
    set: (person, type, ...values) =>
      asAdmin((ldap) =>
        ldap.modify(dns[person], new Change({ operation: 'replace', modification: new Attribute({ type, values }) })),
      ),
    async rename(person, name) {
      const to = `CN=${inName(name)},${placeOf(dns[person])}`;
      await asAdmin((ldap) => ldap.modifyDN(dns[person], to));
      dns[person] = to;
    },
    expire: (person) => samba.age(dns[person], 50),
    expireNoMore: () => Promise.resolve(),
    // The first day of 1970.
    end: (person) => modify(person, 'accountExpires', '116444736000000000'),
  };
}
