import { randomUUID } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** An empty database of the run's PostgreSQL; drop it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.KEYTURN_TEST_POSTGRES;
  if (!server) throw new Error('KEYTURN_TEST_POSTGRES is not set: run this suite through jest.config.mjs');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
