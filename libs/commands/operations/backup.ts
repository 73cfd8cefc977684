import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { EventStore } from '#libs/eventstore/event-store';
import type { Clock } from '#libs/runtime/clock';
import { exportVault } from '#libs/vault/backup';
import type { BackupEvent, BackupHeader, BackupLine, BackupTrailer, BackupVaultLine } from './backup-format.js';

export interface BackupSources {
  /** opened without upcasters, so that events are copied as they are stored */
  readonly store: EventStore;
  readonly pool: pg.Pool;
  readonly clock: Clock;
}

/**
 * Log, vault and wrapped keys of a running system as lines of JSON. The end of the log is noted first, the log read up
 * to it, the vault last: whatever an event names was sealed before the event, and so is in the backup unless it was
 * destroyed meanwhile. Not in it: the master key, day keys, what expires within a day, read models and queues, and the
 * list of who was erased, which must outlive every backup.
 */
export async function* backup({ store, pool, clock }: BackupSources): AsyncGenerator<string, void, undefined> {
  const hash = createHash('sha256');
  const line = (content: BackupLine): string => {
    const text = `${JSON.stringify(content)}\n`;
    hash.update(text);
    return text;
  };
  const logId = await store.identity();
  const head = (await store.head()) ?? -1n;
  yield line({ format: 'keyturn-backup', version: 1, at: clock.now().toISOString(), logId } satisfies BackupHeader);
  let events = 0;
  for await (const { id, stream, revision, type, data, metadata, position, recordedAt } of store.readAll()) {
    if (position > head) break;
    const recorded = { recordedAt: recordedAt.toISOString() };
    yield line({
      event: { id, stream, revision: `${revision}`, type, data, metadata, ...recorded },
    } satisfies BackupEvent);
    events++;
  }
  let vaultLines = 0;
  for await (const text of exportVault(pool, clock)) {
    yield line({ vault: text.trimEnd() } satisfies BackupVaultLine);
    vaultLines++;
  }
  yield `${JSON.stringify({ events, vaultLines, sha256: hash.digest('hex') } satisfies BackupTrailer)}\n`;
}
