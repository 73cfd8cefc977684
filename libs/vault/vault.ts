import type pg from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { eraseOwner, scrubTables } from './erasure.js';
import { InstallationKeys } from './installation-keys.js';
import { registerMasterKey } from './master-key-check.js';
import type { MasterKey } from './master-key.js';
import { migrateVault } from './migrations.js';
import { OwnerKeys, type StoredOwnerKey } from './owner-keys.js';
import { PeriodKeys, type PeriodKey } from './period-keys.js';
import { rewrapAll } from './rotation.js';
import { openRow, type Sealed, type SealedRow, type VaultRef } from './sealed-value.js';
import { sealInto } from './sealing.js';
import { kept, mostAtOnce, tuples } from './statement.js';
import { transaction } from './transaction.js';

export type { PeriodKey, Sealed, VaultRef };

export interface VaultOptions {
  pool: pg.Pool;
  /** The vault keeps it, and a rotation changes it. */
  masterKey: MasterKey;
  clock: Clock;
}

/** What to read, and as what it was sealed. */
export interface Wanted {
  ref: VaultRef;
  place: string;
}

/**
 * Where secrets and personal data live; events hold only references to them. Each value is encrypted under its owner's
 * key, which is wrapped by the master key. Destroying the owner's key makes all that was theirs unreadable, in every
 * process at once: every read fetches the key with the value.
 */
export class Vault {
  readonly #ownerKeys: OwnerKeys;
  readonly #installationKeys: InstallationKeys;
  readonly #periodKeys: PeriodKeys;

  private constructor(private readonly options: VaultOptions) {
    const { pool, masterKey, clock } = options;
    this.#ownerKeys = new OwnerKeys(masterKey);
    this.#installationKeys = new InstallationKeys(pool, masterKey);
    this.#periodKeys = new PeriodKeys(pool, masterKey, clock);
  }

  /** Migrates the schema. @throws MasterKeyRefused with a sentence when the master key is not the right one */
  static async open(options: VaultOptions): Promise<Vault> {
    await migrateVault(options.pool);
    await registerMasterKey(options.pool, options.masterKey);
    return new Vault(options);
  }

  /** @throws OwnerErased; RangeError when the value exceeds 64 KiB */
  async seal(value: Sealed): Promise<VaultRef> {
    const [ref] = await this.sealAll([value]);
    return ref!;
  }

  /** Stores all or none, at most 5 000, in one round trip. @returns the references in the order of the values */
  sealAll(values: readonly Sealed[]): Promise<VaultRef[]> {
    return sealInto(this.options.pool, this.#ownerKeys, values);
  }

  /**
   * @param place what it was sealed as
   * @returns `undefined` when it has been erased, destroyed or has expired
   * @throws VaultTampered when the row is not what was sealed there
   */
  async read(ref: VaultRef, place: string): Promise<Buffer | undefined> {
    const [value] = await this.readAll([{ ref, place }]);
    return value;
  }

  /** One round trip, at most 5 000; the values in the order asked for. @throws VaultTampered when any of them is not what was sealed */
  async readAll(wanted: readonly Wanted[]): Promise<(Buffer | undefined)[]> {
    if (wanted.length === 0) return [];
    if (wanted.length > mostAtOnce) throw new RangeError(`at most ${mostAtOnce} values are read at once`);
    const values = [...new Set(wanted.map(({ ref }) => ref.ref))];
    const { rows } = await this.options.pool.query<SealedRow & StoredOwnerKey>({
      ...readStatement(values.length),
      values,
    });
    const found = new Map(rows.map((row) => [row.ref, row]));
    const now = this.options.clock.now();
    return wanted.map(({ ref, place }) => {
      const row = found.get(ref.ref);
      if (!row || (row.expires_at && row.expires_at <= now)) return undefined;
      const key = this.#ownerKeys.open(row);
      return key && openRow(row, ref, place, key);
    });
  }

  /** Removes values that something newer has replaced. */
  async destroy(refs: readonly string[]): Promise<void> {
    if (refs.length === 0) return;
    await this.options.pool.query('DELETE FROM vault.sealed_values WHERE ref = ANY ($1::uuid[])', [refs]);
  }

  /** Removes the values past their time; they could not be read any more before either. @returns how many */
  async destroyExpired(): Promise<number> {
    const now = this.options.clock.now();
    const { rowCount } = await this.options.pool.query('DELETE FROM vault.sealed_values WHERE expires_at <= $1', [now]);
    return rowCount ?? 0;
  }

  /** Destroys the owner's key, values and directory entries, for good: a restored backup erases them again. */
  async erase(owner: string): Promise<void> {
    const { pool, clock } = this.options;
    await transaction(pool, (client) => eraseOwner(client, owner, clock.now()));
    this.#ownerKeys.forget(owner);
  }

  async isErased(owner: string): Promise<boolean> {
    const { rowCount } = await this.options.pool.query('SELECT FROM vault.erasures WHERE owner = $1', [owner]);
    return rowCount === 1;
  }

  /** Takes what was destroyed out of the tables' files too, which an erasure alone leaves to PostgreSQL. Locks the vault. */
  scrub(): Promise<void> {
    return scrubTables(this.options.pool);
  }

  /**
   * Wraps all keys with the next master key and retires the present one; values stay as they are. May be repeated after
   * a kill. Restart every process with both keys before, with the next one alone after.
   */
  async rotateMasterKey(next: MasterKey): Promise<void> {
    this.options.masterKey.adopt(next);
    await rewrapAll(this.options.pool, this.options.masterKey);
  }

  /** A key of the whole installation, made when first asked for. @returns 32 bytes, the same in every process */
  installationKey(name: string): Promise<Buffer> {
    return this.#installationKeys.get(name);
  }

  /** The key of the clock's UTC day, destroyed an hour after it; not part of a backup. */
  dayKey(): Promise<PeriodKey> {
    return this.#periodKeys.day();
  }

  /** Keys that the bodies of requests are compared by: today's, and yesterday's if there was one. */
  bodyKeys(): Promise<readonly [PeriodKey, ...PeriodKey[]]> {
    return this.#periodKeys.bodies();
  }

  /** @returns `undefined` an hour after the key's day */
  dayKeyById(keyId: string): Promise<Buffer | undefined> {
    return this.#periodKeys.byId(keyId);
  }

  /** The key of the clock's UTC month, destroyed an hour after it; not part of a backup. */
  monthKey(): Promise<PeriodKey> {
    return this.#periodKeys.month();
  }

  /** Destroys the day and month keys whose time is over; to be called every few minutes in each process. */
  destroyDueKeys(): Promise<number> {
    return this.#periodKeys.destroyDue();
  }
}

/** The key comes with the value, so what is cached of it never outlives an erasure. */
const readStatement = (values: number): { name?: string; text: string } => ({
  ...kept('vault-read', values),
  text: `
    SELECT v.ref, v.owner, v.ciphertext, v.expires_at, k.key_id, k.master_key_id, k.wrapped
    FROM vault.sealed_values v JOIN vault.owner_keys k USING (owner)
    WHERE v.ref IN (${tuples(values, ['uuid'], 1)})`,
});
