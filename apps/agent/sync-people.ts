import type { Directory } from '#libs/directory/directory';
import type { SyncCursor } from '#libs/directory/directory-user';
import type { Platform } from './platform.js';
import type { AgentSettings } from './settings.js';
import { readState, writeState } from './state-dir.js';

const file = 'sync.json';
/** One request stays small. */
const perRequest = 25;

/** Tells the platform who is new or changed in the directory since the last time. */
export async function syncPeople(
  { dataDir, units }: AgentSettings,
  directory: Directory,
  platform: Platform,
): Promise<{ people: number }> {
  const before = (await readState(dataDir, file)) as SyncCursor | undefined;
  const { users, cursor } = await directory.usersSince(before, units.length > 0 ? { units } : {});
  for (let from = 0; from < users.length; from += perRequest) {
    await platform.call('POST', '/api/v1/agent/people', { people: users.slice(from, from + perRequest) });
  }
  // Only once all of them arrived: what was told twice changes nothing.
  await writeState(dataDir, file, cursor);
  return { people: users.length };
}
