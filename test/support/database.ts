import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { until } from './until.js';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** An empty database of the run's PostgreSQL; drop it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.KEYTURN_TEST_POSTGRES;
  if (!server) throw new Error('KEYTURN_TEST_POSTGRES is not set: run this suite through jest.config.mjs');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server, (client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(server, (client) => drop(client, name)) };
}

/** A pool that has ended may still be taking its leave; to be cut off then is an error in whatever test comes next. */
async function drop(client: pg.Client, name: string): Promise<void> {
  const left = async (): Promise<boolean> => {
    const { rowCount } = await client.query('SELECT FROM pg_stat_activity WHERE datname = $1', [name]);
    return rowCount === 0;
  };
  await until('everybody left the database', left, 2_000).catch(() => undefined);
  await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function administer(server: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
