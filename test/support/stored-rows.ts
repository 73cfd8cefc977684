import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '#libs/runtime/embedded-postgres';
import type { Product } from './product';

/** Looks into the embedded PostgreSQL of a product that was stopped. */
export async function inDatabaseOf<T>({ dataDir }: Product, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres') });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
    await postgres.stop();
  }
}

/** Every row of every table, as PostgreSQL shows it: binary columns as hexadecimal digits. */
export async function rowsOf(client: pg.Client): Promise<{ table: string; text: string }[]> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const all = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    all.push({ table: name, text: rows.map(({ row }) => row).join('\n') });
  }
  return all;
}
