import { createHash } from 'node:crypto';
import { createPostgresBackend, runMigrations } from 'bullmq';
import pg from 'pg';
import { outlivingCuts } from './postgres.js';
import type { QueueBackend } from './queue-backend.js';

interface Options {
  databaseUrl: string;
  /** Connections for statements; every worker takes one more to listen on. */
  connections: number;
  onError: (error: Error) => void;
}

/** Jobs in BullMQ's own schema `bullmq`, created and migrated here. */
export async function openPostgresBackend({ databaseUrl, connections, onError }: Options): Promise<QueueBackend> {
  const pool = preparing(
    new pg.Pool({
      connectionString: databaseUrl,
      // The queue is disposable: what a power cut takes from it is made again from the streams.
      options: '-c search_path=bullmq -c synchronous_commit=off',
      max: connections,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    }),
  );
  outlivingCuts(pool, onError);
  try {
    await migrate(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return {
    kind: 'postgres',
    connection: pool,
    factory: onMigratedSchema as never,
    ready: async () => void (await pool.query('SELECT 1')),
    close: () => pool.end(),
  };
}

/**
 * Each of BullMQ's queues and workers looks once whether the schema fits, and is of no use for ever when the database is away at
 * that moment. It was migrated before there are any, so there is nothing to look at.
 */
function onMigratedSchema(...asked: Parameters<typeof createPostgresBackend>) {
  const backend = createPostgresBackend(...asked);
  backend.connection.waitUntilReady = () => Promise.resolve();
  return backend;
}

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client as never);
    await client.query(withoutEvents);
  } finally {
    client.release();
  }
}

/**
 * BullMQ writes four events for every job into a table, for listeners (`QueueEvents`) that we do not have: they would be
 * half of the database's work. Its migrations may bring them back; each start takes them away again.
 */
const withoutEvents = `
  SELECT pg_advisory_xact_lock(hashtextextended('keyturn/queue-events', 0));
  CREATE OR REPLACE FUNCTION publish_event(p_queue text, p_event text, p_data jsonb) RETURNS bigint
    LANGUAGE sql IMMUTABLE AS 'SELECT 0::bigint'`;

/** BullMQ sends the same few statements over and over: each connection plans them once. */
function preparing(pool: pg.Pool): pg.Pool {
  const names = new Map<string, string>();
  const query = pool.query.bind(pool) as (what: unknown, values?: unknown) => unknown;
  const prepared = (text: unknown, values?: unknown): unknown => {
    if (typeof text !== 'string' || !Array.isArray(values)) return query(text, values);
    const name = names.get(text) ?? createHash('sha256').update(text).digest('hex').slice(0, 32);
    names.set(text, name);
    return query({ name, text, values });
  };
  return Object.assign(pool, { query: prepared });
}
