import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { EventStore } from '#libs/eventstore/event-store';
import type { NewEvent } from '#libs/eventstore/stored-event';
import type { Clock } from '#libs/runtime/clock';
import { isVaultUnused } from '#libs/vault/master-key-check';
import type { MasterKey } from '#libs/vault/master-key';
import { checkExport, importVault } from '#libs/vault/restore';
import {
  BackupRefused,
  type BackupEvent,
  type BackupHeader,
  type BackupLine,
  type BackupTrailer,
} from './backup-format.js';

export interface RestoreTargets {
  /** opened without upcasters, so that events are written as they were stored */
  readonly store: EventStore;
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** must open what the backup holds */
  readonly masterKey: MasterKey;
}

export interface RestoreOptions {
  /** what `exportErasures` wrote, newer than the backup: these persons stay erased */
  readonly erasures?: () => AsyncIterable<string>;
  /** called once nothing is refused any more, before anything is written */
  readonly onAccepted?: () => Promise<void>;
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Brings log, vault and keys back into an empty system. Events keep their ids, streams, revisions, order, data, metadata
 * and the time they were recorded, which is added to the metadata; their commit positions are new. The read models are
 * built from the log at the next start.
 *
 * The vault comes last and all at once: until then nothing starts on a log that was restored in part.
 * @param lines reads the backup from its beginning, each time it is called
 * @param checked what `checkBackup` said of it
 * @throws BackupRefused, MasterKeyRefused or VaultExportRefused with a sentence, before anything is changed
 */
export async function restore(
  { store, pool, clock, masterKey }: RestoreTargets,
  lines: () => AsyncIterable<string>,
  checked: BackupTrailer,
  { erasures, onAccepted, onProgress }: RestoreOptions = {},
): Promise<void> {
  await refuseUsed(store, pool);
  await checkExport(vaultLines(lines()), masterKey, erasures?.());
  await onAccepted?.();
  const accounts = new Set<string>();
  let done = 0;
  for await (const together of appends(lines())) {
    await append(store, together);
    const { stream } = together[0]!;
    if (stream.startsWith('account-')) accounts.add(stream.slice('account-'.length));
    done += together.length;
    onProgress?.(done, checked.events);
  }
  await store.identifyAnew();
  await importVault(pool, vaultLines(lines()), { clock, accounts, ...(erasures && { erasures: erasures() }) });
}

type Recorded = BackupEvent['event'];

const damaged = 'The backup is damaged or was cut off; nothing was restored.';
/** One append stays far below the store's limit of 1 MiB. */
const perAppend = { events: 100, bytes: 256 * 1024 };

/** Reads all of it. @throws BackupRefused with a sentence when it was changed or cut, or is none */
export async function checkBackup(lines: AsyncIterable<string>): Promise<BackupTrailer> {
  const hash = createHash('sha256');
  let [events, vaultCount] = [0, 0];
  let header: BackupHeader | undefined;
  let trailer: BackupTrailer | undefined;
  for await (const text of lines) {
    if (trailer) throw new BackupRefused(damaged);
    const line = parse(text);
    if ('sha256' in line) {
      trailer = line;
      continue;
    }
    header ??= headerIn(line);
    if ('event' in line) events++;
    if ('vault' in line) vaultCount++;
    hash.update(`${text}\n`);
  }
  const whole = trailer?.events === events && trailer.vaultLines === vaultCount;
  if (!header || !trailer || !whole || trailer.sha256 !== hash.digest('hex')) throw new BackupRefused(damaged);
  return trailer;
}

function headerIn(line: BackupLine): BackupHeader {
  if (!('format' in line) || line.format !== 'keyturn-backup') throw new BackupRefused('This is not a Keyturn backup.');
  if (line.version !== 1)
    throw new BackupRefused(`This backup was written by a newer Keyturn (version ${line.version}).`);
  return line;
}

/** Positions begin anew in the restored log: nothing that counts by the old ones may be there. */
async function refuseUsed(store: EventStore, pool: pg.Pool): Promise<void> {
  for await (const { stream } of store.readAll({ limit: 1 })) {
    throw new BackupRefused(`The event store is not empty (it holds ${stream}): restore into a fresh one.`);
  }
  if (!(await isVaultUnused(pool)))
    throw new BackupRefused('The database has been used (its vault is not empty): restore into a fresh one.');
  const { rows } = await pool.query<{ schema: string }>(
    `SELECT schema_name AS schema FROM information_schema.schemata WHERE schema_name IN ('readmodels', 'runtime')`,
  );
  if (rows[0]) {
    throw new BackupRefused(`The database has been used (schema "${rows[0].schema}"): restore into a fresh one.`);
  }
}

async function* vaultLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of lines) {
    const line = parse(text);
    if ('vault' in line) yield `${line.vault}\n`;
  }
}

/** Neighbours in the log that are of one stream go together. */
async function* appends(lines: AsyncIterable<string>): AsyncGenerator<Recorded[]> {
  let waiting: Recorded[] = [];
  let bytes = 0;
  for await (const text of lines) {
    const line = parse(text);
    if (!('event' in line)) continue;
    const full = waiting.length >= perAppend.events || bytes + text.length > perAppend.bytes;
    if (waiting.length > 0 && (full || waiting[0]!.stream !== line.event.stream)) {
      yield waiting;
      [waiting, bytes] = [[], 0];
    }
    waiting.push(line.event);
    bytes += text.length;
  }
  if (waiting.length > 0) yield waiting;
}

async function append(store: EventStore, events: readonly Recorded[]): Promise<void> {
  const { stream, revision } = events[0]!;
  const expected = BigInt(revision) === 0n ? 'no-stream' : BigInt(revision) - 1n;
  await store.append(
    stream,
    expected,
    events.map(({ id, type, data, metadata, recordedAt }): NewEvent => ({
      id,
      type,
      data,
      metadata: { recordedAt, ...metadata },
    })),
  );
}

function parse(text: string): BackupLine {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    line = undefined;
  }
  if (!line || typeof line !== 'object') throw new BackupRefused(damaged);
  return line as BackupLine;
}
