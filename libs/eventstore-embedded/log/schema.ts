import pg from 'pg';

/** `events` in `schema`, quoted; the schema name comes from a setting, never from a client. */
export const tableIn = (schema: string): string => `${pg.escapeIdentifier(schema)}.events`;

const migrations: readonly ((schema: string) => string)[] = [
  (schema) => `
    CREATE TABLE ${tableIn(schema)} (
      position bigint PRIMARY KEY,
      stream   text COLLATE "C" NOT NULL,
      revision bigint NOT NULL,
      id       uuid NOT NULL,
      type     text COLLATE "C" NOT NULL,
      created  bigint NOT NULL,
      json     boolean NOT NULL,
      data     bytea NOT NULL,
      metadata bytea NOT NULL
    );
    CREATE UNIQUE INDEX events_by_stream ON ${tableIn(schema)} (stream, revision);
  `,
];

/** Brings the schema up to date; run it while holding the writer's lock. */
export async function migrate(client: pg.Client, schema: string): Promise<void> {
  const versions = `${pg.escapeIdentifier(schema)}.versions`;
  await client.query(`
    CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)};
    CREATE TABLE IF NOT EXISTS ${versions} (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
  `);
  const { rows } = await client.query<{ version: number | null }>(`SELECT max(version) AS version FROM ${versions}`);
  const current = rows[0]?.version ?? 0;
  if (current > migrations.length) {
    throw new Error(
      `The event store in schema "${schema}" was written by a newer release (version ${current}, this one knows ${migrations.length}).`,
    );
  }
  for (const [index, migration] of migrations.entries()) {
    if (index < current) continue;
    await client.query(`BEGIN; ${migration(schema)} INSERT INTO ${versions} (version) VALUES (${index + 1}); COMMIT`);
  }
}

/**
 * Makes this session the schema's only writer. The lock lives as long as the session, and every append travels on that
 * session, so a writer that lost its lock cannot write.
 */
export async function lockForWriting(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked`,
    [`keyturn event store ${schema}`],
  );
  return rows[0]?.locked ?? false;
}

/**
 * An acknowledged event must survive a power cut, whatever the server's default; and the session of a writer whose
 * machine vanished must not keep the lock for hours.
 */
export async function prepareSession(client: pg.Client): Promise<void> {
  await client.query(`
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
    SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3;
    SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; SET idle_session_timeout = 0;
  `);
}
