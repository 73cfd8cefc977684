import type { Directory } from '#libs/directory/directory';
import type { SyncCursor } from '#libs/directory/directory-user';
import type { Report } from './events.js';
import type { Platform } from './platform.js';
import type { AgentSettings } from './settings.js';
import { readState, writeState } from './state-dir.js';

const file = 'sync.json';
/** One request stays small. */
const perRequest = 25;
interface Kept {
  readonly cursor: SyncCursor;
  /** What was read, and how: other settings begin anew. */
  readonly source: string;
  /** Directory ids of everybody who was told; no names. */
  readonly ids: readonly string[];
}

/**
 * Tells the platform who is new or changed in the directory since the last time.
 * @param compare also who is gone, by looking at everybody
 */
export async function syncPeople(
  settings: AgentSettings,
  directory: Directory,
  platform: Platform,
  report: Report,
  compare: boolean,
): Promise<void> {
  const { dataDir, units, attributes } = settings;
  const from = { ...(units.length > 0 && { units }), attributes };
  const source = JSON.stringify([settings.directory.baseDn, units, attributes]);
  const kept = (await readState(dataDir, file)) as Kept | undefined;
  const before = kept?.source === source ? kept : undefined;
  const { users, cursor } = await directory.usersSince(before?.cursor, from);
  const told: Record<string, number> = {};
  for (let n = 0; n < users.length; n += perRequest) {
    const answer = await platform.call('POST', '/api/v1/agent/people', { people: users.slice(n, n + perRequest) });
    for (const [count, value] of Object.entries(answer as object))
      if (typeof value === 'number') told[count] = (told[count] ?? 0) + value;
  }
  const ids = new Set([...(kept?.ids ?? []), ...users.map(({ userId }) => userId)]);
  const gone = compare ? whoIsGone(ids, await directory.userIds(from), report) : [];
  for (let n = 0; n < gone.length; n += perRequest) {
    await platform.call('POST', '/api/v1/agent/people/gone', { userIds: gone.slice(n, n + perRequest) });
  }
  for (const id of gone) ids.delete(id);
  // Only once all of it arrived: what was told twice changes nothing.
  await writeState(dataDir, file, { cursor, source, ids: [...ids] } satisfies Kept);
  if (!before || Object.entries(told).some(([count, value]) => count !== 'unchanged' && value > 0))
    report('people', { people: users.length, ...told });
  if (gone.length > 0) report('people-gone', { people: gone.length });
}

/** A right that was withdrawn or a wrong base looks as if everybody had left: then nobody is disabled. */
function whoIsGone(told: ReadonlySet<string>, present: ReadonlySet<string>, report: Report): string[] {
  const gone = [...told].filter((id) => !present.has(id));
  const most = Math.max(10, Math.floor(told.size / 5));
  if (gone.length <= most) return gone;
  report('too-many-gone', { gone: gone.length, of: told.size });
  return [];
}
