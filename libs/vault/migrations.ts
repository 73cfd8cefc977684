import type pg from 'pg';
import { transaction } from './transaction.js';

/** Brings the schema `vault` up to date. Any number of processes may start at once: one migrates, the others wait. */
export async function migrateVault(pool: pg.Pool): Promise<void> {
  await transaction(pool, async (client) => {
    await lockVault(client);
    // Reading a table makes PostgreSQL notice a schema that another process committed while this one waited for the lock.
    await client.query('SELECT FROM pg_catalog.pg_namespace LIMIT 1');
    await client.query('CREATE SCHEMA IF NOT EXISTS vault');
    await client.query(`CREATE TABLE IF NOT EXISTS vault.migrations (
      number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`);
    const { rows } = await client.query<{ last: number }>(
      'SELECT coalesce(max(number), 0) AS last FROM vault.migrations',
    );
    const last = rows[0]!.last;
    if (last > schemaVersion) {
      throw new Error(`The vault was written by a newer Keyturn (schema ${last}, this one knows ${schemaVersion}).`);
    }
    for (const [index, statements] of migrations.slice(last).entries()) {
      await client.query(statements);
      await client.query('INSERT INTO vault.migrations (number) VALUES ($1)', [last + index + 1]);
    }
  });
}

/** Held to the end of the transaction by whoever changes the schema, the master keys or everything at once. */
export const lockVault = (client: pg.PoolClient): Promise<unknown> =>
  client.query('SELECT pg_advisory_xact_lock($1)', ['7809651198157171']);

/** Only ever appended to; what shipped is never edited. */
const migrations = [
  `
  CREATE TABLE vault.master_keys (master_key_id text PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());

  -- One data key per owner. An erased owner keeps the row without the key, so that no straggler makes a new one.
  CREATE TABLE vault.owner_keys (
    owner text COLLATE "C" PRIMARY KEY,
    key_id uuid,
    master_key_id text REFERENCES vault.master_keys,
    wrapped bytea,
    CHECK (num_nulls(key_id, master_key_id, wrapped) IN (0, 3))
  );

  -- Rows are written once and removed, never changed. No foreign key: sealing locks its owner's key itself.
  CREATE TABLE vault.sealed_values (
    ref uuid PRIMARY KEY,
    owner text COLLATE "C" NOT NULL,
    ciphertext bytea NOT NULL,
    expires_at timestamptz
  );
  ALTER TABLE vault.sealed_values ALTER COLUMN ciphertext SET STORAGE EXTERNAL;
  CREATE INDEX sealed_values_of_owner ON vault.sealed_values (owner);
  CREATE INDEX sealed_values_expiring ON vault.sealed_values (expires_at) WHERE expires_at IS NOT NULL;

  CREATE TABLE vault.installation_keys (
    name text PRIMARY KEY,
    master_key_id text NOT NULL REFERENCES vault.master_keys,
    wrapped bytea NOT NULL
  );

  -- Day and month keys; never part of a backup.
  CREATE TABLE vault.period_keys (
    key_id uuid PRIMARY KEY,
    period text NOT NULL UNIQUE,
    master_key_id text NOT NULL REFERENCES vault.master_keys,
    wrapped bytea NOT NULL,
    destroy_at timestamptz NOT NULL
  );

  CREATE TABLE vault.directory_entries (
    token text COLLATE "C" PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL,
    confirmed boolean NOT NULL DEFAULT false,
    reserved_at timestamptz NOT NULL
  );
  CREATE INDEX directory_entries_of_account ON vault.directory_entries (account_id);
  CREATE INDEX directory_entries_pending ON vault.directory_entries (reserved_at) WHERE NOT confirmed;

  -- Who was erased. Backed up apart from the rest, because an older backup does not know.
  CREATE TABLE vault.erasures (owner text COLLATE "C" PRIMARY KEY, erased_at timestamptz NOT NULL);
  `,
];

/** The number of the newest migration, which also names the shape of a backup. */
export const schemaVersion = migrations.length;
