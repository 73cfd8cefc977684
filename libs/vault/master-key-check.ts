import type pg from 'pg';
import { MasterKeyRefused } from './errors.js';
import type { MasterKey } from './master-key.js';
import { lockVault } from './migrations.js';
import { transaction } from './transaction.js';

/**
 * Notes that keys will be wrapped with this master key, after making sure that every key already stored can be opened
 * with those at hand.
 *
 * @throws MasterKeyRefused with a sentence for the operator; nothing is changed then
 */
export async function registerMasterKey(pool: pg.Pool, master: MasterKey): Promise<void> {
  await transaction(pool, async (client) => {
    await lockVault(client);
    const { rows } = await client.query<{ id: string }>(
      'SELECT master_key_id AS id FROM vault.master_keys ORDER BY since',
    );
    const missing = rows.map(({ id }) => id).filter((id) => !master.ids.includes(id));
    if (missing.length > 0) {
      throw new MasterKeyRefused(
        `The master key is not the one this vault was sealed with: it needs ${missing.join(' and ')}, ` +
          `and was given ${master.ids.join(' and ')}. Nothing was changed. Start with the right key, or, in the middle ` +
          'of a rotation, with both.',
      );
    }
    await client.query('INSERT INTO vault.master_keys (master_key_id) VALUES ($1) ON CONFLICT DO NOTHING', [master.id]);
  });
}

/** Whether nothing was ever kept here: no process has opened the vault yet, and no backup was restored into it. */
export async function isVaultUnused(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ there: boolean }>("SELECT to_regclass('vault.master_keys') IS NOT NULL AS there");
  if (!rows[0]!.there) return true;
  const { rowCount } = await pool.query('SELECT FROM vault.master_keys LIMIT 1');
  return rowCount === 0;
}

/** The only foreign key of these tables says that the master key we wrap with was retired by a finished rotation. */
export function explainRetired(error: Error & { code?: string }): never {
  if (error.code !== '23503') throw error;
  throw new MasterKeyRefused('The master key this process wraps with has been retired; restart it with the new one.');
}
