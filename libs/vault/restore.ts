import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { backupTables, type Entry, type Erasure, type Header, type Trailer } from './backup-format.js';
import { eraseOwner } from './erasure.js';
import { lockVault, migrateVault, schemaVersion } from './migrations.js';
import { transaction } from './transaction.js';

export interface ImportOptions {
  clock: Clock;
  /** What `exportErasures` wrote; the list already in the database counts as well. */
  erasures?: AsyncIterable<Buffer | string>;
  /** Replaces what the vault holds; without it, a vault that is not empty is refused. */
  replace?: boolean;
}

/**
 * Restores what `exportVault` wrote and erases again all who have been erased since, in one transaction: all of it or
 * nothing. No other process may run meanwhile; open the vault afterwards, which checks the master key.
 *
 * @throws Error with a sentence for a damaged, cut or newer backup, and for a vault that is not empty
 */
export async function importVault(
  pool: pg.Pool,
  backup: AsyncIterable<Buffer | string>,
  { clock, erasures, replace = false }: ImportOptions,
): Promise<void> {
  await migrateVault(pool);
  await transaction(pool, async (client) => {
    await lockVault(client);
    await makeRoom(client, replace);
    await insertAll(client, backup);
    if (erasures) await addErasures(client, erasures);
    const { rows } = await client.query<{ owner: string }>('SELECT owner FROM vault.erasures');
    for (const { owner } of rows) await eraseOwner(client, owner, clock.now());
  });
}

const batch = 500;
const damaged = 'The backup is damaged or was cut off; nothing was restored.';

async function makeRoom(client: pg.PoolClient, replace: boolean): Promise<void> {
  const used = backupTables.map((table) => `EXISTS (SELECT FROM vault.${table})`).join(' OR ');
  const { rows } = await client.query<{ used: boolean }>(`SELECT ${used} AS used`);
  if (!rows[0]!.used) return;
  if (!replace) throw new Error('The vault is not empty; a restore replaces what it holds only when told to.');
  await client.query(`TRUNCATE vault.period_keys, ${backupTables.map((table) => `vault.${table}`).join(', ')}`);
}

async function insertAll(client: pg.PoolClient, backup: AsyncIterable<Buffer | string>): Promise<void> {
  const hash = createHash('sha256');
  const waiting: Entry[] = [];
  let rows = -1;
  let trailer: Trailer | undefined;
  for await (const line of lines(backup)) {
    if (trailer) throw new Error(damaged);
    const entry = parse(line);
    if ('sha256' in entry) {
      trailer = entry;
      continue;
    }
    if (rows === -1) refuseForeign(entry);
    else waiting.push(entry as Entry);
    hash.update(`${line}\n`);
    rows++;
    if (waiting.length === batch) await insert(client, waiting.splice(0));
  }
  await insert(client, waiting);
  if (trailer?.rows !== rows || trailer.sha256 !== hash.digest('hex')) throw new Error(damaged);
}

async function insert(client: pg.PoolClient, entries: readonly Entry[]): Promise<void> {
  for (const table of backupTables) {
    const rows = entries.filter((entry) => entry.table === table).map(({ row }) => row);
    if (rows.length === 0) continue;
    await client.query(`INSERT INTO vault.${table} SELECT * FROM json_populate_recordset(NULL::vault.${table}, $1)`, [
      JSON.stringify(rows),
    ]);
  }
}

async function addErasures(client: pg.PoolClient, erasures: AsyncIterable<Buffer | string>): Promise<void> {
  for await (const line of lines(erasures)) {
    const { owner, erased_at } = parse(line) as unknown as Erasure;
    await client.query('INSERT INTO vault.erasures (owner, erased_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      owner,
      erased_at,
    ]);
  }
}

function parse(line: string): Header | Entry | Trailer {
  try {
    return JSON.parse(line) as Header | Entry | Trailer;
  } catch {
    throw new Error(damaged);
  }
}

function refuseForeign(header: Header | Entry | Trailer): void {
  if (!('format' in header) || header.format !== 'keyturn-vault') throw new Error('This is not a backup of a vault.');
  if (header.schema > schemaVersion)
    throw new Error(`This backup was written by a newer Keyturn (schema ${header.schema}).`);
}

async function* lines(source: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of source) {
    const complete = (rest + (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }))).split('\n');
    rest = complete.pop()!;
    yield* complete;
  }
  if (rest !== '') yield rest;
}
