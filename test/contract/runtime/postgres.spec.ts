import type pg from 'pg';
import { openPool } from '#libs/runtime/postgres';
import { openPostgresBackend } from '#libs/runtime/queue-backend-postgres';
import { createTestDatabase } from '../../support/database';

const pools = {
  'everybody’s': async (databaseUrl: string) => Promise.resolve(openPool(databaseUrl)),
  'the queues’': async (databaseUrl: string) => {
    const backend = await openPostgresBackend({ databaseUrl, connections: 2, onError: () => undefined });
    return backend.connection as pg.Pool;
  },
};

it.each(Object.entries(pools))(
  'a connection of %s pool that ends in a transaction fails that one alone',
  async (_, open) => {
    const database = await createTestDatabase();
    const [pool, other] = [await open(database.url), openPool(database.url)];
    try {
      const client = await pool.connect();
      await client.query('BEGIN');
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const ended = new Promise((resume) => client.once('end', resume));
      await other.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
      await ended;
      const failure = await client.query('SELECT 1').catch((error: Error) => error);
      expect(failure).toBeInstanceOf(Error);
      client.release(failure as Error);
      expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await Promise.all([pool.end(), other.end()]);
      await database.drop();
    }
  },
);
