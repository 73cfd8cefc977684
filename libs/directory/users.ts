import { AndFilter, EqualityFilter, GreaterThanEqualsFilter, type Client, type Entry } from 'ldapts';
import type { DirectoryOptions } from './directory-options.js';
import {
  attributeMaps,
  type AttributeMap,
  type DirectoryUser,
  type PeopleThere,
  type SyncCursor,
  type SyncPage,
} from './directory-user.js';
import { numberIn, oneText } from './entries.js';
import { guidText } from './guid.js';

export interface UserSource {
  readonly options: DirectoryOptions;
  /** Where people are; the base when left out. */
  readonly units?: readonly string[];
  readonly attributes?: Partial<AttributeMap>;
}

/**
 * People who changed since the cursor, or all when there is none or it belongs to another server. What changes while this
 * runs comes again the next time.
 */
export async function usersSince(ldap: Client, source: UserSource, cursor: SyncCursor | undefined): Promise<SyncPage> {
  const kind = kinds[source.options.kind];
  const now = await kind.mark(ldap);
  const after = cursor?.server === now.server ? cursor.after : undefined;
  const users: DirectoryUser[] = [];
  let latest = after ?? '';
  for await (const entry of entriesOf(ldap, source, kind, after)) {
    const changed = oneText(entry, kind.changed) ?? '';
    if (changed > latest) latest = changed;
    const user = kind.user(entry, { ...attributeMaps[source.options.kind], ...source.attributes });
    if (user) users.push(user);
  }
  return { users, cursor: { server: now.server, after: now.after ?? kind.before(latest, after) } };
}

/**
 * Everybody who is there now: who is missing was deleted, or moved out of sight. A sign-in changes neither `uSNChanged` nor
 * `modifyTimestamp`, so it is found here and not by `usersSince`.
 */
export async function peopleThere(ldap: Client, source: UserSource): Promise<PeopleThere> {
  const kind = kinds[source.options.kind];
  const there = new Map<string, string | null>();
  for await (const entry of entriesOf(ldap, source, kind, undefined, [kind.id, ...kind.signIns])) {
    const id = kind.idOf(entry);
    if (id) there.set(id, lastDay(kind.signIns.map((name) => kind.dayIn(oneText(entry, name) ?? ''))));
  }
  return there;
}

const lastDay = (days: readonly (string | undefined)[]): string | null =>
  days
    .filter((day) => day !== undefined)
    .sort()
    .at(-1) ?? null;

/** How many people there are. @throws what the directory answers to the last page, if that is refused */
export async function countPeople(ldap: Client, source: UserSource): Promise<number> {
  let count = 0;
  for await (const _ of entriesOf(ldap, source, kinds[source.options.kind], undefined, ['1.1'])) count++;
  return count;
}

/** @returns the DN of somebody, to try things with; undefined when there is nobody to be seen */
export async function anyUser(ldap: Client, source: UserSource): Promise<string | undefined> {
  for await (const { dn } of entriesOf(ldap, source, kinds[source.options.kind], undefined, ['1.1'])) return dn;
  return undefined;
}

interface Kind {
  readonly id: string;
  readonly person: AndFilter;
  readonly changed: string;
  readonly more: readonly string[];
  /** Attributes that tell of the last sign-in, each as far as it knows. */
  readonly signIns: readonly string[];
  dayIn(text: string): string | undefined;
  /** Where the directory stands now; without `after` where it does not say. */
  mark(ldap: Client): Promise<{ readonly server: string; readonly after?: string }>;
  /** Where to go on after the latest change that was seen, and never before where it began. */
  before(latest: string, after: string | undefined): string;
  idOf(entry: Entry): string | undefined;
  user(entry: Entry, attributes: AttributeMap): DirectoryUser | undefined;
}

const equal = (attribute: string, value: string): EqualityFilter => new EqualityFilter({ attribute, value });
const pageSize = 500;

async function* entriesOf(
  ldap: Client,
  { options, units = [options.baseDn], attributes }: UserSource,
  kind: Kind,
  after: string | undefined,
  only?: readonly string[],
): AsyncGenerator<Entry> {
  const map = { ...attributeMaps[options.kind], ...attributes };
  const since = after === undefined ? [] : [new GreaterThanEqualsFilter({ attribute: kind.changed, value: after })];
  const filter = new AndFilter({ filters: [...kind.person.filters, ...since] });
  const wanted = only ?? [kind.id, kind.changed, ...Object.values(map), ...kind.more];
  for (const unit of units) {
    const options = { scope: 'sub' as const, filter, attributes: [...new Set(wanted)] };
    const pages = ldap.searchPaginated(unit, {
      ...options,
      explicitBufferAttributes: ['objectGUID'],
      paged: { pageSize },
    });
    for await (const { searchEntries } of pages) yield* searchEntries;
  }
}

/** What is longer is no name, address or number, and would make the platform refuse everybody it is sent with. */
const longest = 256;

const texts = (entry: Entry, attributes: AttributeMap): Partial<Record<keyof AttributeMap, string>> => {
  const read = Object.entries(attributes).map(([what, attribute]) => [what, oneText(entry, attribute)] as const);
  return Object.fromEntries(read.filter(([, text]) => text && text.length <= longest));
};

const activeDirectory: Kind = {
  id: 'objectGUID',
  person: new AndFilter({ filters: [equal('objectCategory', 'person'), equal('objectClass', 'user')] }),
  changed: 'uSNChanged',
  more: ['userAccountControl'],
  // The first is this controller's own; the second comes from all of them, up to two weeks late.
  signIns: ['lastLogon', 'lastLogonTimestamp'],
  dayIn: (text) => fileTime(text)?.slice(0, 10),
  async mark(ldap) {
    const { searchEntries } = await ldap.search('', {
      scope: 'base',
      attributes: ['highestCommittedUSN', 'dsServiceName'],
    });
    const root = searchEntries[0]!;
    // The next number: what has this one was read now.
    const after = String(BigInt(oneText(root, 'highestCommittedUSN') ?? '0') + 1n);
    return { server: oneText(root, 'dsServiceName') ?? '', after };
  },
  before: (latest) => latest,
  idOf: (entry) => (Buffer.isBuffer(entry.objectGUID) ? guidText(entry.objectGUID) : undefined),
  user(entry, map) {
    const userId = this.idOf(entry);
    if (!userId) return undefined;
    const disabled = ((numberIn(entry, 'userAccountControl') ?? 0) & 0x2) !== 0;
    return { userId, ...texts(entry, map), disabled };
  },
};

/** 100 ns since 1601 (MS-DTYP 2.3.3); 0 is never. */
function fileTime(text: string): string | undefined {
  if (!/^[1-9]\d{0,18}$/.test(text)) return undefined;
  const ms = Number(BigInt(text) / 10_000n) - 11_644_473_600_000;
  return ms > 0 && ms < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

const openLdap: Kind = {
  id: 'entryUUID',
  person: new AndFilter({ filters: [equal('objectClass', 'inetOrgPerson')] }),
  changed: 'modifyTimestamp',
  more: ['pwdAccountLockedTime'],
  // Of the overlay lastbind, and of slapd's own `lastbind on`.
  signIns: ['authTimestamp', 'pwdLastSuccess'],
  dayIn: (text) => /^(\d{4})(\d\d)(\d\d)\d{6}(\.\d+)?Z$/.exec(text)?.slice(1, 4).join('-'),
  // The first kind of cursor went by the clock of whoever asked.
  mark: () => Promise.resolve({ server: 'openldap/2' }),
  // By the directory's clock alone. To the second, and what is written at once is not seen at once: a little is read twice.
  before(latest, after = '19700101000000Z') {
    const [, year, month, day, hour, minute, second] = timestamp.exec(latest) ?? [];
    if (second === undefined) return after;
    const then = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second) - overlapMs;
    const text = new Date(then).toISOString().replace(/[-:T]|\.\d+/g, '');
    return text > after ? text : after;
  },
  idOf: (entry) => oneText(entry, 'entryUUID') ?? undefined,
  user(entry, map) {
    const userId = this.idOf(entry);
    if (!userId) return undefined;
    const disabled = oneText(entry, 'pwdAccountLockedTime') === '000001010000Z';
    return { userId, ...texts(entry, map), disabled };
  },
};

const timestamp = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/;
const overlapMs = 60_000;

const kinds: Readonly<Record<DirectoryOptions['kind'], Kind>> = { ad: activeDirectory, openldap: openLdap };
