import { Attribute, Change, Client, type Entry } from 'ldapts';
import type { AgentEnvironment } from '../../support/agent';
import { startSamba } from '../../support/samba';
import { startSlapd } from '../../support/slapd';
import { peopledSamba } from '../../contract/directory/peopled-samba';

/** An organisation's own directory as its administrator sees it: people by short names, in two units. */
export interface Register {
  readonly directory: AgentEnvironment['directory'];
  /** Where people are read. */
  readonly units: readonly string[];
  /** What the directory knows that Keyturn is told under another name than usual. */
  readonly attributes: Readonly<Record<string, string>>;
  dn(uid: string, unit?: 'people' | 'elsewhere' | 'hidden'): string;
  asRoot<T>(work: (ldap: Client) => Promise<T>): Promise<T>;
  add(uid: string, mail: string, unit?: 'people' | 'elsewhere'): Promise<void>;
  /** What its administrator does to an entry whose owner may sign in no more, or again. */
  readonly disabling: Change;
  readonly enabling: Change;
  /** Characters that a mail address and a phone number may have there. */
  readonly longest: { readonly mail: number; readonly phone: number };
  /** At the directory, not at Keyturn. */
  signIn(uid: string): Promise<void>;
  /** How far somebody has read who has read everything by now; and until when that may be ahead of the directory's clock. */
  readUntilNow(): Promise<{ after: string; aheadUntil: number }>;
  stop(): Promise<void>;
}

const firstPassword = 'First-Pass-1';
export const persons = ['hybrid.user', 'mary', 'tom'];
export const mailOf = (uid: string): string => `${uid}@contoso.example`;

const replaced = (type: string, ...values: string[]): Change =>
  new Change({ operation: 'replace', modification: new Attribute({ type, values }) });

function asker(url: string, ca: string) {
  return async <T>(dn: string, password: string, work: (ldap: Client) => Promise<T>): Promise<T> => {
    const ldap = new Client({ url, tlsOptions: { ca } });
    try {
      await ldap.bind(dn, password);
      return await work(ldap);
    } finally {
      await ldap.unbind();
    }
  };
}

export async function openLdapRegister(): Promise<Register> {
  const slapd = await startSlapd(persons.map(mailOf));
  const { url, ca, baseDn, root } = slapd;
  const as = asker(url, ca);
  const asRoot: Register['asRoot'] = (work) => as(root.dn, root.password, work);
  const dn: Register['dn'] = (uid, unit = 'people') => `uid=${uid},ou=${unit},${baseDn}`;
  await asRoot((ldap) => ldap.add(`ou=hidden,${baseDn}`, { objectClass: 'organizationalUnit', ou: 'hidden' }));
  return {
    directory: { ...slapd.options, protectedGroups: [`cn=admins,${baseDn}`] },
    units: [`ou=people,${baseDn}`, `ou=elsewhere,${baseDn}`],
    attributes: { LDAP_ATTRIBUTE_OFFICE_PHONE: 'homePhone' },
    dn,
    asRoot,
    add: (uid, mail, unit) =>
      asRoot((ldap) => ldap.add(dn(uid, unit), { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, mail })),
    disabling: replaced('pwdAccountLockedTime', '000001010000Z'),
    enabling: replaced('pwdAccountLockedTime'),
    longest: { mail: 2_000, phone: 1_000 },
    signIn: (uid) => as(dn(uid), firstPassword, () => Promise.resolve()),
    readUntilNow: () => {
      const aheadUntil = Date.now() + 1_000;
      const after = new Date(aheadUntil).toISOString().replace(/[-:T]|\.\d+/g, '');
      return Promise.resolve({ after, aheadUntil });
    },
    stop: slapd.stop,
  };
}

export async function activeDirectoryRegister(): Promise<Register> {
  const samba = await startSamba();
  const { options } = await peopledSamba(samba);
  const { url, ca, baseDn, administrator } = samba;
  const as = asker(url, ca);
  const asRoot: Register['asRoot'] = (work) => as(administrator.dn, administrator.password, work);
  const units = { people: `OU=Staff,${baseDn}`, elsewhere: `OU=Guests,${baseDn}`, hidden: `OU=Hidden,${baseDn}` };
  const dn: Register['dn'] = (uid, unit = 'people') => `CN=${uid},${units[unit]}`;
  const add: Register['add'] = (uid, mail, unit) =>
    asRoot((ldap) =>
      ldap.add(dn(uid, unit), [
        new Attribute({ type: 'objectClass', values: ['user'] }),
        new Attribute({ type: 'sAMAccountName', values: [uid] }),
        new Attribute({ type: 'mail', values: [mail] }),
        new Attribute({ type: 'userAccountControl', values: ['512'] }),
        new Attribute({ type: 'unicodePwd', values: [Buffer.from(`"${firstPassword}"`, 'utf16le')] }),
      ]),
    );
  await asRoot(async (ldap) => {
    for (const unit of [units.elsewhere, units.hidden]) await ldap.add(unit, { objectClass: 'organizationalUnit' });
  });
  for (const uid of persons) await add(uid, mailOf(uid));
  return {
    directory: options,
    units: [units.people, units.elsewhere],
    attributes: { LDAP_ATTRIBUTE_OFFICE_PHONE: 'homePhone', LDAP_ATTRIBUTE_USERNAME: 'mail' },
    dn,
    asRoot,
    add,
    disabling: replaced('userAccountControl', '514'),
    enabling: replaced('userAccountControl', '512'),
    longest: { mail: 256, phone: 64 },
    signIn: (uid) => as(dn(uid), firstPassword, () => Promise.resolve()),
    readUntilNow: async () => {
      const root = await asRoot((ldap) => ldap.search('', { scope: 'base', attributes: ['highestCommittedUSN'] }));
      const [{ highestCommittedUSN }] = root.searchEntries as [Entry];
      return { after: String(BigInt(String(highestCommittedUSN)) + 1n), aheadUntil: 0 };
    },
    stop: samba.stop,
  };
}
