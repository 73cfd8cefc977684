import type { Client, Entry } from 'ldapts';
import { answerOf, ldap as codes, Unprotectable } from './directory-errors.js';

/** A person as groups name their members. */
export interface Member {
  readonly dn: string;
  /** `memberUid` holds these (RFC 2307) */
  readonly uids: readonly string[];
}

/** Deeper than any group anybody meant. */
const deepest = 32;

/**
 * Whether a person is in a group, or in a group in it.
 * @throws Unprotectable when a group cannot be read whole, or what the directory answers: then nobody can say
 */
export const isMember = (ldap: Client, group: string, person: Member): Promise<boolean> =>
  contains(ldap, group, person, []);

async function contains(ldap: Client, group: string, person: Member, within: readonly string[]): Promise<boolean> {
  const entry = await read(ldap, group).catch((error: unknown) => {
    // Members that are gone stay named. A group that the settings name has to be there.
    if (within.length > 0 && answerOf(error)?.code === codes.noSuchObject) return null;
    throw error;
  });
  if (entry === null) return false;
  const kinds = values(entry, 'objectClass').map((kind) => kind.toLowerCase());
  if (kinds.length === 0) throw new Unprotectable();
  const members = [...values(entry, 'member'), ...values(entry, 'uniqueMember')];
  // These have members always (RFC 4519 §3.5): none to be seen is no right to see them.
  if (members.length === 0 && kinds.some((kind) => neverEmpty.has(kind))) throw new Unprotectable();
  if (members.some((member) => sameDn(member, person.dn))) return true;
  if (values(entry, 'memberUid').some((uid) => person.uids.includes(uid))) return true;
  if (within.length >= deepest) throw new Unprotectable();
  const path = [...within, plainDn(group)];
  for (const member of members) {
    if (!path.includes(plainDn(member)) && (await contains(ldap, member, person, path))) return true;
  }
  return false;
}

async function read(ldap: Client, dn: string): Promise<Entry> {
  const attributes = ['objectClass', 'member', 'uniqueMember', 'memberUid'];
  const { searchEntries } = await ldap.search(dn, { scope: 'base', attributes });
  if (!searchEntries[0]) throw new Unprotectable();
  return searchEntries[0];
}

const neverEmpty: ReadonlySet<string> = new Set(['groupofnames', 'groupofuniquenames']);
const values = (entry: Entry, attribute: string): string[] => [entry[attribute] ?? []].flat().map(String);

const sameDn = (a: string, b: string): boolean => plainDn(a) === plainDn(b);
const plainDn = (dn: string): string => dn.toLowerCase().replace(/\s*([,=+])\s*/g, '$1');
