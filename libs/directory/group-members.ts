import { EqualityFilter, OrFilter, type Client, type Entry } from 'ldapts';
import { answerOf, ldap as codes, Unprotectable } from './directory-errors.js';
import { textsOf } from './entries.js';
import { plainDn } from './names.js';

/** A person as groups name their members. */
export interface Member {
  readonly dn: string;
  /** `memberUid` holds these (RFC 2307) */
  readonly uids: readonly string[];
}

/** Deeper than any group anybody meant. */
const deepest = 32;
/** Members looked at in one go. */
const atOnce = 50;

/**
 * Whether a person is in a group, or in a group in it.
 * @throws Unprotectable when a group cannot be read whole, or what the directory answers: then nobody can say
 */
export async function isMember(ldap: Client, group: string, person: Member): Promise<boolean> {
  const seen = new Set<string>();
  let level = [group];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw new Unprotectable();
    const inner = new Map<string, string>();
    for (let n = 0; n < level.length; n += atOnce) {
      const looks = level.slice(n, n + atOnce).map((dn) => look(ldap, dn, person, depth === 0));
      for (const { holds, members } of await Promise.all(looks)) {
        if (holds) return true;
        for (const member of members) inner.set(plainDn(member), member);
      }
    }
    for (const dn of level) seen.add(plainDn(dn));
    level = [...inner].filter(([plain]) => !seen.has(plain)).map(([, dn]) => dn);
  }
  return false;
}

interface Looked {
  readonly holds: boolean;
  readonly members: readonly string[];
}

/** @param named by the settings, so that it has to be there; members that are gone stay named */
async function look(ldap: Client, dn: string, person: Member, named: boolean): Promise<Looked> {
  const entry = await read(ldap, dn).catch((error: unknown) => {
    if (!named && answerOf(error)?.code === codes.noSuchObject) return null;
    throw error;
  });
  if (entry === null) return { holds: false, members: [] };
  const kinds = textsOf(entry, 'objectClass').map((kind) => kind.toLowerCase());
  if (kinds.length === 0) throw new Unprotectable();
  // RFC 4517 §3.3.21: a name, and perhaps bits that tell it from an earlier one of that name.
  const unique = textsOf(entry, 'uniqueMember').map((name) => name.replace(/#'[01]*'B$/, ''));
  const members = [...textsOf(entry, 'member'), ...unique];
  // These have members always (RFC 4519 §3.5): none to be seen is no right to see them.
  if (members.length === 0 && kinds.some((kind) => neverEmpty.has(kind))) throw new Unprotectable();
  const uids = textsOf(entry, 'memberUid');
  const holds =
    members.some((member) => plainDn(member) === plainDn(person.dn)) ||
    uids.some((uid) => person.uids.includes(uid)) ||
    (members.length + uids.length > 0 && (await saysSo(ldap, dn, person)));
  return { holds, members };
}

/** By the directory's own rules: two names that are spelled differently may be one. */
async function saysSo(ldap: Client, group: string, { dn, uids }: Member): Promise<boolean> {
  const equal = (attribute: string) => (value: string) => new EqualityFilter({ attribute, value });
  const filters = [equal('member')(dn), equal('uniqueMember')(dn), ...uids.map(equal('memberUid'))];
  const filter = new OrFilter({ filters });
  const { searchEntries } = await ldap.search(group, { scope: 'base', filter, attributes: ['1.1'] });
  return searchEntries.length > 0;
}

async function read(ldap: Client, dn: string): Promise<Entry> {
  const attributes = ['objectClass', 'member', 'uniqueMember', 'memberUid'];
  const { searchEntries } = await ldap.search(dn, { scope: 'base', attributes });
  if (!searchEntries[0]) throw new Unprotectable();
  return searchEntries[0];
}

const neverEmpty: ReadonlySet<string> = new Set(['groupofnames', 'groupofuniquenames']);
