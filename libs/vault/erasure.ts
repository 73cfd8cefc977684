import type pg from 'pg';

/**
 * Destroys an owner's key, values and directory entries and notes the owner in the erasure list. In this order a seal of
 * the same owner has either committed before and is removed, or finds the owner erased.
 *
 * @param client inside a transaction
 */
export async function eraseOwner(client: pg.PoolClient, owner: string, now: Date): Promise<void> {
  // Names have no row of their owner to wait at: a reservation under way ends first, the next one sees the erasure.
  await client.query('LOCK TABLE vault.directory_entries IN SHARE ROW EXCLUSIVE MODE');
  await client.query('INSERT INTO vault.erasures (owner, erased_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    owner,
    now,
  ]);
  await client.query(
    `INSERT INTO vault.owner_keys (owner) VALUES ($1)
     ON CONFLICT (owner) DO UPDATE SET key_id = NULL, master_key_id = NULL, wrapped = NULL`,
    [owner],
  );
  await client.query('DELETE FROM vault.sealed_values WHERE owner = $1', [owner]);
  await client.query('DELETE FROM vault.directory_entries WHERE account_id = $1', [owner]);
}

/**
 * Rewrites the tables, so that what was destroyed is gone from their files too; until then PostgreSQL keeps dead rows for
 * a while, and its write-ahead log as long as it is set to. Locks the vault: seconds for a million rows.
 */
export async function scrubTables(pool: pg.Pool): Promise<void> {
  for (const table of ['owner_keys', 'sealed_values', 'directory_entries'])
    await pool.query(`VACUUM (FULL) vault.${table}`);
}
