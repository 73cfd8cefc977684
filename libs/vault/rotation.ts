import type pg from 'pg';
import { placeOfInstallationKey } from './installation-keys.js';
import { registerMasterKey } from './master-key-check.js';
import type { MasterKey, WrappedKey } from './master-key.js';
import { placeOf } from './owner-keys.js';
import { placeOfPeriodKey } from './period-keys.js';

/**
 * Wraps every stored key with the current master key and then retires the others. Values are not touched, so what events
 * say of them stays true. Killed half-way, it goes on where it was when called again; until it has finished, every
 * process needs the old and the new key.
 *
 * @throws VaultTampered naming a key that no master key opens: it needs a decision by hand
 */
export async function rewrapAll(pool: pg.Pool, master: MasterKey): Promise<void> {
  await registerMasterKey(pool, master);
  do {
    for (const table of wrappedKeys) await rewrapTable(pool, master, table);
  } while (!(await retireOthers(pool, master)));
}

interface WrappedKeyTable {
  name: string;
  /** The columns that name a key, the first of them its primary key, all of them what the wrapping is bound to. */
  identity: string[];
  place: (...identity: string[]) => string[];
}

const wrappedKeys: WrappedKeyTable[] = [
  { name: 'vault.installation_keys', identity: ['name'], place: placeOfInstallationKey },
  {
    name: 'vault.period_keys',
    identity: ['key_id', 'period'],
    place: (keyId, period) => placeOfPeriodKey(period!, keyId!),
  },
  { name: 'vault.owner_keys', identity: ['owner', 'key_id'], place: placeOf },
];

const batch = 500;

async function rewrapTable(
  pool: pg.Pool,
  master: MasterKey,
  { name, identity, place }: WrappedKeyTable,
): Promise<void> {
  const columns = identity.map((column) => `${column}::text`);
  for (let rows: Row[] = [], first = true; first || rows.length === batch; first = false) {
    const values = [master.id, rows.at(-1)?.identity[0] ?? ''];
    ({ rows } = await pool.query<Row>(
      `SELECT ARRAY[${columns.join(', ')}] AS identity, master_key_id AS "masterKeyId", wrapped FROM ${name}
       WHERE master_key_id <> $1 AND ${columns[0]} COLLATE "C" > $2 ORDER BY ${columns[0]} COLLATE "C" LIMIT ${batch}`,
      values,
    ));
    const next = rows.map((row) => master.wrap(master.unwrap(row, place(...row.identity)), place(...row.identity)));
    // Comparing the old bytes leaves alone what was erased or wrapped anew in the meantime.
    await pool.query(
      `UPDATE ${name} t SET master_key_id = $1, wrapped = n.wrapped
       FROM unnest($2::text[], $3::bytea[], $4::bytea[]) AS n (id, was, wrapped)
       WHERE t.${identity[0]}::text = n.id AND t.wrapped = n.was`,
      [
        master.id,
        rows.map((row) => row.identity[0]),
        rows.map((row) => row.wrapped),
        next.map(({ wrapped }) => wrapped),
      ],
    );
  }
}

interface Row extends WrappedKey {
  identity: string[];
}

/** @returns false when a process that has not been restarted yet wrapped one more key with an old one meanwhile */
async function retireOthers(pool: pg.Pool, master: MasterKey): Promise<boolean> {
  try {
    await pool.query('DELETE FROM vault.master_keys WHERE master_key_id <> $1', [master.id]);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '23503') return false;
    throw error;
  }
}
