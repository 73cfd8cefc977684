import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { until } from '../../test/support/until.js';
import { lockVault, migrateVault } from './migrations.js';

describe('migrating the vault', () => {
  let database: TestDatabase;
  let [first, second]: [pg.Pool, pg.Pool] = [undefined!, undefined!];

  beforeAll(async () => {
    database = await createTestDatabase();
    [first, second] = [1, 2].map(() => new pg.Pool({ connectionString: database.url, max: 1 })) as [pg.Pool, pg.Pool];
  });
  afterAll(async () => {
    await Promise.all([first.end(), second.end()]);
    await database.drop();
  });

  it('goes on where the process it waited for ended, though this one remembers that there was no schema', async () => {
    await second.query('DROP SCHEMA IF EXISTS vault');
    const client = await first.connect();
    await client.query('BEGIN');
    await lockVault(client);
    const migrated = migrateVault(second);
    await until('the second waits for the first', async () => {
      const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      return (await client.query(waiting)).rowCount === 1;
    });
    await client.query('CREATE SCHEMA vault');
    await client.query('COMMIT');
    client.release();
    await migrated;
    await expect(second.query('SELECT number FROM vault.migrations')).resolves.toBeDefined();
  });
});
