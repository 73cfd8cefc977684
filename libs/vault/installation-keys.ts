import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { explainRetired } from './master-key-check.js';
import { keyBytes, type MasterKey } from './master-key.js';

/** Keys of the whole installation by name: made by whichever process asks first, the same ever after. */
export class InstallationKeys {
  #cache = new Map<string, Promise<Buffer>>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly master: MasterKey,
  ) {}

  /** @returns 32 bytes */
  get(name: string): Promise<Buffer> {
    let key = this.#cache.get(name);
    if (!key) {
      key = this.#load(name);
      this.#cache.set(name, key);
      key.catch(() => this.#cache.delete(name));
    }
    return key;
  }

  async #load(name: string): Promise<Buffer> {
    const place = placeOfInstallationKey(name);
    const fresh = this.master.wrap(randomBytes(keyBytes), place);
    const insert =
      'INSERT INTO vault.installation_keys (name, master_key_id, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
    await this.pool.query(insert, [name, fresh.masterKeyId, fresh.wrapped]).catch(explainRetired);
    const { rows } = await this.pool.query<{ masterKeyId: string; wrapped: Buffer }>(
      'SELECT master_key_id AS "masterKeyId", wrapped FROM vault.installation_keys WHERE name = $1',
      [name],
    );
    return this.master.unwrap(rows[0]!, place);
  }
}

/** What a wrapped installation key is bound to. */
export const placeOfInstallationKey = (name: string): string[] => ['installation', name];
