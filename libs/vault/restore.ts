import type pg from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { backupTables, type Entry, type Header } from './backup-format.js';
import { eraseOwner } from './erasure.js';
import { MasterKeyRefused } from './errors.js';
import { exportedErasures, exportedVault, VaultExportRefused } from './export-lines.js';
import type { MasterKey } from './master-key.js';
import { lockVault, migrateVault, schemaVersion } from './migrations.js';
import { transaction } from './transaction.js';

export interface ImportOptions {
  clock: Clock;
  /** What `exportErasures` wrote; the list already in the database counts as well. */
  erasures?: AsyncIterable<Buffer | string>;
  /** Accounts there are: names of others, which came between the log's copy and the vault's, are free again. */
  accounts?: ReadonlySet<string>;
  /** Replaces what the vault holds; without it, a vault that is not empty is refused. */
  replace?: boolean;
}

/**
 * Restores what `exportVault` wrote and erases again all who have been erased since, in one transaction: all of it or
 * nothing. No other process may run meanwhile; open the vault afterwards, which checks the master key.
 *
 * @throws Error with a sentence for a damaged, cut or newer backup, and for a vault that is not empty
 */
export async function importVault(
  pool: pg.Pool,
  backup: AsyncIterable<Buffer | string>,
  { clock, erasures, accounts, replace = false }: ImportOptions,
): Promise<void> {
  await migrateVault(pool);
  await transaction(pool, async (client) => {
    await lockVault(client);
    await makeRoom(client, replace);
    await insertAll(client, backup);
    if (accounts) await freeNamesOfOthers(client, accounts);
    if (erasures) await addErasures(client, erasures);
    const { rows } = await client.query<{ owner: string }>('SELECT owner FROM vault.erasures');
    for (const { owner } of rows) await eraseOwner(client, owner, clock.now());
  });
}

/**
 * Reads what `exportVault` wrote, and changes nothing.
 *
 * @param erasures what `exportErasures` wrote; left out when nobody was erased
 * @throws MasterKeyRefused when the keys at hand do not open it; VaultExportRefused when the list is damaged, or lacks
 *   somebody who had been erased before, so that it cannot be the newest
 */
export async function checkExport(
  backup: AsyncIterable<Buffer | string>,
  masterKey: MasterKey,
  erasures?: AsyncIterable<Buffer | string>,
): Promise<void> {
  const listed = new Set<string>();
  if (erasures) for await (const { owner } of exportedErasures(erasures)) listed.add(owner);
  const needed: string[] = [];
  let missing = 0;
  for await (const entry of exportedVault(backup)) {
    if (!('row' in entry)) continue;
    const row = entry.row as { master_key_id: string; owner: string; wrapped: string | null };
    if (entry.table === 'master_keys') needed.push(row.master_key_id);
    if (entry.table === 'owner_keys' && row.wrapped === null && !listed.has(row.owner)) missing++;
  }
  const lacking = needed.filter((id) => !masterKey.ids.includes(id));
  if (lacking.length > 0) {
    throw new MasterKeyRefused(
      `The master key is not the one this backup was made under: it needs ${lacking.join(' and ')}, and was given ` +
        `${masterKey.ids.join(' and ')}. Nothing was restored.`,
    );
  }
  if (missing > 0) {
    throw new VaultExportRefused(
      `Of those erased before this backup was made, ${missing} are not in a list of erased persons: ` +
        'name the newest one. Nothing was restored.',
    );
  }
}

const batch = 500;

async function makeRoom(client: pg.PoolClient, replace: boolean): Promise<void> {
  const used = backupTables.map((table) => `EXISTS (SELECT FROM vault.${table})`).join(' OR ');
  const { rows } = await client.query<{ used: boolean }>(`SELECT ${used} AS used`);
  if (!rows[0]!.used) return;
  if (!replace) throw new Error('The vault is not empty; a restore replaces what it holds only when told to.');
  await client.query(`TRUNCATE vault.period_keys, ${backupTables.map((table) => `vault.${table}`).join(', ')}`);
}

async function insertAll(client: pg.PoolClient, backup: AsyncIterable<Buffer | string>): Promise<void> {
  const waiting: Entry[] = [];
  let header: Header | Entry | undefined;
  for await (const entry of exportedVault(backup)) {
    if (!header) refuseForeign((header = entry));
    else waiting.push(entry as Entry);
    if (waiting.length === batch) await insert(client, waiting.splice(0));
  }
  await insert(client, waiting);
}

async function insert(client: pg.PoolClient, entries: readonly Entry[]): Promise<void> {
  for (const table of backupTables) {
    const rows = entries.filter((entry) => entry.table === table).map(({ row }) => row);
    if (rows.length === 0) continue;
    await client.query(`INSERT INTO vault.${table} SELECT * FROM json_populate_recordset(NULL::vault.${table}, $1)`, [
      JSON.stringify(rows),
    ]);
  }
}

async function addErasures(client: pg.PoolClient, erasures: AsyncIterable<Buffer | string>): Promise<void> {
  for await (const { owner, erased_at } of exportedErasures(erasures)) {
    await client.query('INSERT INTO vault.erasures (owner, erased_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      owner,
      erased_at,
    ]);
  }
}

async function freeNamesOfOthers(client: pg.PoolClient, accounts: ReadonlySet<string>): Promise<void> {
  await client.query(
    `DELETE FROM vault.directory_entries e
     WHERE NOT EXISTS (SELECT FROM unnest($1::text[]) AS known (account_id) WHERE known.account_id = e.account_id)`,
    [[...accounts]],
  );
}

function refuseForeign(header: Header | Entry): void {
  if (!('format' in header) || header.format !== 'keyturn-vault')
    throw new VaultExportRefused('This is not a backup of a vault.');
  if (header.schema > schemaVersion)
    throw new VaultExportRefused(`This backup was written by a newer Keyturn (schema ${header.schema}).`);
}
