import { openPool } from '#libs/runtime/postgres';
import { createTestDatabase } from '../../support/database';

it('a connection that ends in the middle of a transaction fails that one, and nobody else', async () => {
  const database = await createTestDatabase();
  const [pool, other] = [openPool(database.url), openPool(database.url)];
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
});
