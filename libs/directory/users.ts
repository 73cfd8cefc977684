import { AndFilter, GreaterThanEqualsFilter, type Client, type Entry } from 'ldapts';
import type { DirectoryOptions } from './directory-options.js';
import {
  attributeMaps,
  type AttributeMap,
  type DirectoryUser,
  type PeopleThere,
  type SyncCursor,
  type SyncPage,
} from './directory-user.js';
import { oneText } from './entries.js';
import { kinds, type Kind } from './user-kinds.js';

export interface UserSource {
  readonly options: DirectoryOptions;
  /** Where people are; the base when left out. */
  readonly units?: readonly string[];
  readonly attributes?: Partial<AttributeMap>;
}

/**
 * People who changed since the cursor, or all when there is none or it belongs to another server. What changes while this
 * runs comes again the next time.
 * @param late also who changed before, elsewhere, and arrived since
 */
export async function usersSince(
  ldap: Client,
  source: UserSource,
  cursor: SyncCursor | undefined,
  late = false,
): Promise<SyncPage> {
  const kind = kinds[source.options.kind];
  const now = await kind.mark(ldap);
  const last = cursor?.server === now.server && !isBehind(now.after, cursor.after) ? cursor : undefined;
  // By id: units may overlap.
  const users = new Map<string, DirectoryUser>();
  const told: Record<string, string> = { ...last?.told };
  let latest = last?.after ?? '';
  const from = last && late ? kind.back(last.after) : last?.after;
  for await (const entry of entriesOf(ldap, source, kind, from)) {
    const changed = oneText(entry, kind.changed) ?? '';
    if (changed > latest) latest = changed;
    const user = kind.user(entry, { ...attributeMaps[source.options.kind], ...source.attributes });
    if (!user) continue;
    const state = kind.state && oneText(entry, kind.state);
    if (!state || told[user.userId] !== state) users.set(user.userId, user);
    if (state) told[user.userId] = state;
  }
  const after = now.after ?? kind.before(latest, last?.after);
  return { users: [...users.values()], cursor: { server: now.server, after, ...kept(told, kind.back(after)) } };
}

/** Only what may be read once more: a state begins with when it came about. */
function kept(told: Readonly<Record<string, string>>, since: string): Pick<SyncCursor, 'told'> {
  const recent = Object.entries(told).filter(([, state]) => state >= since);
  return recent.length > 0 ? { told: Object.fromEntries(recent) } : {};
}

/** The server counts from lower than it once did: it was restored. */
const isBehind = (now: string | undefined, after: string): boolean =>
  now !== undefined && /^\d+$/.test(after) && BigInt(now) < BigInt(after);

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

const pageSize = 500;
/** Seconds the directory may take for a page. */
export const pageSeconds = 60;

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
  const state = kind.state ? [kind.state] : [];
  const wanted = only ?? [kind.id, kind.changed, ...state, ...Object.values(map), ...kind.more];
  for (const unit of units) {
    const options = { scope: 'sub' as const, filter, attributes: [...new Set(wanted)] };
    const pages = ldap.searchPaginated(unit, {
      ...options,
      explicitBufferAttributes: ['objectGUID'],
      paged: { pageSize },
      timeLimit: pageSeconds,
    });
    for await (const { searchEntries } of pages) yield* searchEntries;
  }
}
