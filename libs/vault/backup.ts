import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { backupTables, type BackupTable, type Header, type Trailer } from './backup-format.js';
import { schemaVersion } from './migrations.js';

/**
 * Everything of the vault but the day and month keys and what expires within a day, as lines of JSON: a header, one row a
 * line, a trailer that counts and hashes them. One consistent snapshot. Values and keys stay encrypted: without the
 * master key, which is not part of it, a backup is of no use.
 *
 * Export the event log first, the vault after it: what an event names was sealed before the event.
 */
export async function* exportVault(pool: pg.Pool, clock: Clock): AsyncGenerator<string, void, undefined> {
  yield* withTrailer(snapshot(pool, new Date(clock.now().getTime() + dayMs)), { headers: 1 });
}

/** Who was erased, one line of JSON each, and a trailer; to be kept apart from the backups, and always newer than they are. */
export async function* exportErasures(pool: pg.Pool): AsyncGenerator<string, void, undefined> {
  yield* withTrailer(erasures(pool), { headers: 0 });
}

async function* withTrailer(texts: AsyncIterable<string>, { headers }: { headers: number }): AsyncGenerator<string> {
  const hash = createHash('sha256');
  let rows = -headers;
  for await (const text of texts) {
    const line = `${text}\n`;
    hash.update(line);
    rows++;
    yield line;
  }
  yield `${JSON.stringify({ rows, sha256: hash.digest('hex') } satisfies Trailer)}\n`;
}

const dayMs = 24 * 60 * 60 * 1000;
const batch = 500;

async function* erasures(pool: pg.Pool): AsyncGenerator<string> {
  const { rows } = await pool.query<{ line: string }>(
    'SELECT row_to_json(e)::text AS line FROM vault.erasures e ORDER BY erased_at, owner',
  );
  for (const { line } of rows) yield line;
}

async function* snapshot(pool: pg.Pool, outlives: Date): AsyncGenerator<string> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    yield JSON.stringify({ format: 'keyturn-vault', schema: schemaVersion } satisfies Header);
    for (const table of backupTables) yield* rowsOf(client, table, outlives);
  } finally {
    await client.query('ROLLBACK').then(
      () => client.release(),
      (lost: Error) => client.release(lost),
    );
  }
}

async function* rowsOf(client: pg.PoolClient, table: BackupTable, outlives: Date): AsyncGenerator<string> {
  const lasting =
    table === 'sealed_values' ? `WHERE expires_at IS NULL OR expires_at > '${outlives.toISOString()}'` : '';
  await client.query(
    `DECLARE ${table} NO SCROLL CURSOR FOR
     SELECT json_build_object('table', '${table}', 'row', row_to_json(t))::text AS line FROM vault.${table} t ${lasting}`,
  );
  for (let fetched = batch; fetched === batch;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${batch} FROM ${table}`);
    for (const { line } of rows) yield line;
    fetched = rows.length;
  }
}
