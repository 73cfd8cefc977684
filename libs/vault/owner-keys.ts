import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { KeyCache, type DataKey } from './key-cache.js';
import { keyBytes, type MasterKey, type WrappedKey } from './master-key.js';

/** An owner's key as the database holds it; all `null` when the owner has been erased. */
export interface StoredOwnerKey {
  owner: string;
  key_id: string | null;
  master_key_id: string | null;
  wrapped: Buffer | null;
}

/** A key to seal with, and what to store if the owner turns out to have none yet. */
export interface OfferedKey extends DataKey {
  owner: string;
  fresh?: WrappedKey;
}

/** The data keys of owners as this process holds them: unwrapped once, kept for seconds. */
export class OwnerKeys {
  #cache = new KeyCache();

  constructor(private readonly master: MasterKey) {}

  /** The key at hand, or a fresh one, for an owner nothing is known about yet. */
  offer(owner: string): OfferedKey {
    const known = this.#cache.get(owner);
    if (known) return { owner, ...known };
    const secret = randomBytes(keyBytes);
    const keyId = randomUUID();
    const fresh = this.master.wrap(secret, placeOf(owner, keyId));
    return { owner, keyId, key: createSecretKey(secret), fresh };
  }

  remember({ owner, keyId, key }: OfferedKey): void {
    this.#cache.set(owner, { keyId, key });
  }

  /** @returns the key, or `undefined` when the owner has been erased */
  open({ owner, key_id: keyId, master_key_id: masterKeyId, wrapped }: StoredOwnerKey): DataKey | undefined {
    if (keyId === null || masterKeyId === null || wrapped === null) {
      this.#cache.delete(owner);
      return undefined;
    }
    const known = this.#cache.get(owner);
    if (known?.keyId === keyId) return known;
    const key = createSecretKey(this.master.unwrap({ masterKeyId, wrapped }, placeOf(owner, keyId)));
    this.#cache.set(owner, { keyId, key });
    return { keyId, key };
  }

  forget(owner: string): void {
    this.#cache.delete(owner);
  }
}

/** What an owner's wrapped key is bound to. */
export const placeOf = (owner: string, keyId: string): string[] => ['owner', owner, keyId];
