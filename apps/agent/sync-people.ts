import type { Directory } from '#libs/directory/directory';
import type { DirectoryUser, PeopleThere, SyncCursor } from '#libs/directory/directory-user';
import type { Report } from './events.js';
import type { Platform } from './platform.js';
import type { AgentSettings } from './settings.js';
import { readState, unlessUnreadable, writeState } from './state-dir.js';

const file = 'sync.json';
/** One request stays small. */
const perRequest = 25;
const signInsPerRequest = 100;
interface Kept {
  readonly cursor: SyncCursor;
  /** What was read, and how: other settings begin anew. */
  readonly source: string;
  /** Directory ids of everybody who was told; no names. */
  readonly ids: readonly string[];
  /** The day of the last sign-in that was told, by directory id. */
  readonly signIns?: Readonly<Record<string, string>>;
}

/**
 * Tells the platform who is new or changed in the directory since the last time.
 * @param compare also who is gone and who signed in since, by looking at everybody
 * @returns how many people are there
 */
export async function syncPeople(
  settings: AgentSettings,
  directory: Directory,
  platform: Platform,
  report: Report,
  compare: boolean,
): Promise<number> {
  const { dataDir, units, attributes } = settings;
  const from = { ...(units.length > 0 && { units }), attributes };
  const source = JSON.stringify([settings.directory.baseDn, units, attributes]);
  const kept = (await readState(dataDir, file).catch(unlessUnreadable)) as Kept | undefined;
  const before = kept?.source === source ? kept : undefined;
  const { users, cursor } = await directory.usersSince(before?.cursor, from, compare);
  const told: Record<string, number> = {};
  const tell = async (people: readonly DirectoryUser[]): Promise<void> => {
    for (let n = 0; n < people.length; n += perRequest) {
      const answer = await platform.call('POST', '/api/v1/agent/people', { people: people.slice(n, n + perRequest) });
      for (const [count, value] of Object.entries(answer as object))
        if (typeof value === 'number') told[count] = (told[count] ?? 0) + value;
    }
  };
  await tell(users);
  const ids = new Set([...(kept?.ids ?? []), ...users.map(({ userId }) => userId)]);
  const there = compare ? await directory.peopleThere(from) : undefined;
  // Who comes into sight again (a right was given back, an entry moved) need not have changed since.
  if (there && [...there.keys()].some((id) => !ids.has(id))) {
    const found = (await directory.usersSince(undefined, from)).users.filter(({ userId }) => !ids.has(userId));
    await tell(found);
    for (const { userId } of found) ids.add(userId);
  }
  const gone = there ? whoIsGone(ids, there, report) : [];
  for (let n = 0; n < gone.length; n += perRequest) {
    await platform.call('POST', '/api/v1/agent/people/gone', { userIds: gone.slice(n, n + perRequest) });
  }
  for (const id of gone) ids.delete(id);
  const signIns = there ? await tellSignIns(there, before?.signIns ?? {}, platform) : (before?.signIns ?? {});
  // Only once all of it arrived: what was told twice changes nothing. And only what is new: of many people it is a long file.
  if (!before || there || users.length > 0)
    await writeState(dataDir, file, { cursor, source, ids: [...ids], signIns } satisfies Kept);
  if (!before || Object.entries(told).some(([count, value]) => count !== 'unchanged' && value > 0))
    report('people', { people: users.length, ...told });
  if (gone.length > 0) report('people-gone', { people: gone.length });
  return ids.size;
}

/** @returns the days that are told now */
async function tellSignIns(
  there: PeopleThere,
  told: Readonly<Record<string, string>>,
  platform: Platform,
): Promise<Record<string, string>> {
  const days = [...there].flatMap(([userId, on]) => (on === null ? [] : [{ userId, on }]));
  const later = days.filter(({ userId, on }) => on > (told[userId] ?? ''));
  for (let n = 0; n < later.length; n += signInsPerRequest) {
    const signIns = later.slice(n, n + signInsPerRequest);
    await platform.call('POST', '/api/v1/agent/people/sign-ins', { signIns });
  }
  return Object.fromEntries(days.map(({ userId, on }) => [userId, on]));
}

/** A right that was withdrawn or a wrong base looks as if everybody had left: then nobody is disabled. */
function whoIsGone(told: ReadonlySet<string>, present: PeopleThere, report: Report): string[] {
  const gone = [...told].filter((id) => !present.has(id));
  if (gone.length === 0) return gone;
  const most = Math.max(10, Math.floor(told.size / 5));
  if (gone.length <= most && present.size > 0) return gone;
  report('too-many-gone', { gone: gone.length, of: told.size });
  return [];
}
