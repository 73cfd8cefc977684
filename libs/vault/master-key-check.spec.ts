import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { registerMasterKey } from './master-key-check.js';
import { MasterKey } from './master-key.js';
import { migrateVault } from './migrations.js';

describe('the check of the master key', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 2 });
    await Promise.all([migrateVault(pool), migrateVault(pool)]);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('lets one of two first keys in, however close they come', async () => {
    for (let round = 0; round < 20; round++) {
      await pool.query('DELETE FROM vault.master_keys');
      const keys = [MasterKey.random(), MasterKey.random()];
      const outcomes = await Promise.allSettled(keys.map((key) => registerMasterKey(pool, key)));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const { rows } = await pool.query<{ id: string }>('SELECT master_key_id AS id FROM vault.master_keys');
      expect(rows).toEqual([{ id: keys[outcomes.findIndex(({ status }) => status === 'fulfilled')]!.id }]);
    }
  });

  it('refuses a schema from the future', async () => {
    await pool.query('INSERT INTO vault.migrations (number) VALUES (999)');
    await expect(migrateVault(pool)).rejects.toThrow('written by a newer Keyturn (schema 999');
  });
});
