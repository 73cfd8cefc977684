import type { Scope } from './ldap-messages.js';
import { fenceAttribute, forEver, type PasswordPolicy, type StoredPerson } from './simulated-person.js';

export interface Entry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Shown to who names them only (RFC 4512 §3.4). */
  readonly operational: Readonly<Record<string, readonly string[]>>;
}

export interface Tree {
  readonly baseDn: string;
  readonly serviceDn: string;
  readonly policy: PasswordPolicy;
  /** Members by the group's name; a member is a person's or a group's name. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

export const dnOf = ({ uid, unit }: Pick<StoredPerson, 'uid' | 'unit'>, baseDn: string): string =>
  `uid=${uid},ou=${unit},${baseDn}`;

export const plainDn = (dn: string): string => dn.toLowerCase().replace(/\s*([,=+])\s*/g, '$1');

/** The directory as it stands. */
export function entriesOf(tree: Tree, people: readonly StoredPerson[]): Entry[] {
  const { baseDn, serviceDn, policy, groups } = tree;
  const plain = (dn: string, attributes: Entry['attributes']): Entry => ({ dn, attributes, operational: {} });
  const units = new Set([...people.map(({ unit }) => unit), 'people']);
  const nameDn = (name: string): string => {
    const person = people.find(({ uid }) => uid === name);
    return person ? dnOf(person, baseDn) : `cn=${name},${baseDn}`;
  };
  return [
    plain(baseDn, { objectClass: ['dcObject', 'organization'], o: ['Simulated organisation'] }),
    ...[...units].map((ou) => plain(`ou=${ou},${baseDn}`, { objectClass: ['organizationalUnit'], ou: [ou] })),
    plain(`cn=default,ou=policies,${baseDn}`, {
      objectClass: ['pwdPolicy', 'device'],
      cn: ['default'],
      pwdAttribute: ['userPassword'],
      pwdMinLength: [String(policy.minimumLength)],
      pwdInHistory: [String(policy.history)],
      pwdMaxFailure: [String(policy.maximumFailures)],
      pwdLockout: ['TRUE'],
      pwdLockoutDuration: [String(policy.lockoutMs / 1000)],
    }),
    plain(serviceDn, { objectClass: ['organizationalRole', 'simpleSecurityObject'], cn: ['svc-keyturn'] }),
    ...Object.entries(groups).map(([cn, members]) =>
      plain(`cn=${cn},${baseDn}`, { objectClass: ['groupOfNames'], cn: [cn], member: members.map(nameDn) }),
    ),
    ...people.map((person) => personEntry(person, baseDn)),
  ];
}

function personEntry(person: StoredPerson, baseDn: string): Entry {
  const { uid, mail, telephoneNumber, fence, lockedAt, mustChange, entryUUID, modifiedAt, failures, signedInAt } =
    person;
  return {
    dn: dnOf(person, baseDn),
    attributes: {
      objectClass: ['inetOrgPerson'],
      uid: [uid],
      cn: [uid],
      sn: [uid],
      mail: [mail],
      ...(telephoneNumber && { telephoneNumber: [telephoneNumber] }),
      ...(fence !== null && { [fenceAttribute]: [fence] }),
    },
    operational: {
      entryUUID: [entryUUID],
      modifyTimestamp: [timeText(modifiedAt)],
      ...(lockedAt !== null && { pwdAccountLockedTime: [lockedAt === forEver ? '000001010000Z' : timeText(lockedAt)] }),
      ...(failures > 0 && { pwdFailureTime: Array.from({ length: failures }, (_, n) => failedAt(modifiedAt, n)) }),
      ...(mustChange && { pwdReset: ['TRUE'] }),
      ...(signedInAt && { pwdLastSuccess: [timeText(signedInAt)] }),
    },
  };
}

/** One value each. */
const failedAt = (iso: string, n: number): string => timeText(iso).replace('Z', `.${String(n).padStart(6, '0')}Z`);

/** To the second, as slapd writes it. */
const timeText = (iso: string): string => iso.replace(/[-:T]|\.\d+/g, '');

export const rootDse = (baseDn: string, now: Date): Entry => ({
  dn: '',
  attributes: { objectClass: ['top', 'OpenLDAProotDSE'] },
  operational: {
    namingContexts: [baseDn],
    supportedLDAPVersion: ['3'],
    supportedControl: ['1.2.840.113556.1.4.319', '1.3.6.1.4.1.42.2.27.8.5.1'],
    subschemaSubentry: ['cn=Subschema'],
    vendorName: ['Keyturn, simulated'],
    currentTime: [timeText(now.toISOString())],
  },
});

export const subschema: Entry = {
  dn: 'cn=Subschema',
  attributes: { objectClass: ['top', 'subschema'], cn: ['Subschema'] },
  operational: {
    attributeTypes: [
      "( 2.16.840.1.113730.3.1.3 NAME 'employeeNumber' DESC 'RFC2798: numerically identifies an employee' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )",
      "( 2.5.4.13 NAME 'description' DESC 'RFC4519: descriptive information' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
    ],
  },
};

/** Whether a search that begins at `base` reaches `dn`. */
export function reaches(base: string, scope: Scope, dn: string): boolean {
  const [from, to] = [plainDn(base), plainDn(dn)];
  if (scope === 'base') return from === to;
  if (scope === 'one') return to.slice(to.indexOf(',') + 1) === from;
  return to === from || to.endsWith(`,${from}`);
}

/** What of an entry a search shows that asks for these. */
export function shownOf({ attributes, operational }: Entry, asked: readonly string[]): Entry['attributes'] {
  const names = new Set(asked.map((name) => name.toLowerCase()));
  if (names.has('1.1')) return {};
  const all = names.size === 0 || names.has('*');
  const wanted = (name: string): boolean => names.has(name.toLowerCase());
  return Object.fromEntries([
    ...Object.entries(attributes).filter(([name]) => all || wanted(name)),
    ...Object.entries(operational).filter(([name]) => names.has('+') || wanted(name)),
  ]);
}

/** Values by name in any case; a filter sees what is shown to who names it too. */
export function valuesOf({ attributes, operational }: Entry, attribute: string): readonly string[] {
  const wanted = attribute.toLowerCase();
  const found = [...Object.entries(attributes), ...Object.entries(operational)];
  return found.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? [];
}
