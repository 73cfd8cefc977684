import type pg from 'pg';
import type { Projection } from './projection.js';

/** Brings the schema `readmodels` up to date. Processes that start at once do it one after the other. */
export async function migrateReadModels(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await client.query('CREATE SCHEMA IF NOT EXISTS readmodels');
    await client.query(`CREATE TABLE IF NOT EXISTS readmodels.migrations (
      number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`);
    const { rows } = await client.query<{ last: number }>(
      'SELECT coalesce(max(number), 0) AS last FROM readmodels.migrations',
    );
    const last = rows[0]!.last;
    if (last > migrations.length) {
      throw new Error(
        `The read models were written by a newer Keyturn (schema ${last}, this one knows ${migrations.length}).`,
      );
    }
    for (const [index, statements] of migrations.slice(last).entries()) {
      await client.query(statements);
      await client.query('INSERT INTO readmodels.migrations (number) VALUES ($1)', [last + index + 1]);
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

/** Creates the table of one projection. @param table another name for it while it is built beside the old one */
export async function createTable(
  client: pg.ClientBase,
  { key, columns, indexes = [], table: ownTable }: Projection,
  table = ownTable,
): Promise<void> {
  const declared = Object.entries<string>(columns).map(([name, type]) => `${name} ${type}`);
  await client.query(
    // Most rows change a few times soon after they were made: room in the page keeps their indexes as they are.
    `CREATE TABLE readmodels.${table} (${declared.join(', ')}, PRIMARY KEY (${key})) WITH (fillfactor = 80)`,
  );
  for (const index of indexes) await client.query(`CREATE INDEX ON readmodels.${table} ${index}`);
}

const migrationLock = '5177210934662813';

/** Only ever appended to; what shipped is never edited. */
const migrations = [
  `
  -- How far the log has been projected: 'live' for the tables that answer, 'rebuild <table>' for one being built.
  CREATE TABLE readmodels.checkpoints (
    name text PRIMARY KEY,
    -- commit position of the last event taken; -1 before the first
    position bigint NOT NULL,
    -- raised whenever tables are exchanged, so that nobody writes what it read before
    generation integer NOT NULL DEFAULT 0,
    -- the log's identity
    log_id text NOT NULL
  ) WITH (fillfactor = 50);

  -- Tables that move with the live checkpoint; one that a newer release left behind stands where it was left.
  CREATE TABLE readmodels.models (
    model text PRIMARY KEY,
    left_at bigint
  );

  -- Streams whose further events a model does not take; the model is incomplete since the first of these positions.
  CREATE TABLE readmodels.parked (
    checkpoint text NOT NULL,
    model text NOT NULL,
    stream text NOT NULL,
    position bigint NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (checkpoint, model, stream)
  );
  `,
];
