import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { decrypt, encrypt } from './aes-gcm.js';
import { MasterKeyRefused, VaultTampered } from './errors.js';
import { lengthPrefixed } from './length-prefixed.js';

/** A data key as it is stored: 60 bytes under the master key whose fingerprint stands beside it. */
export interface WrappedKey {
  masterKeyId: string;
  wrapped: Buffer;
}

/**
 * The key everything else is wrapped with, and the older ones that stored keys may still need during a rotation.
 * A master key is known by its fingerprint (16 hex digits), which tells nothing about the key.
 */
export class MasterKey {
  #keys: Map<string, KeyObject>;
  #id: string;

  /** @param keys 32 random bytes each; the first wraps, all unwrap */
  constructor(keys: readonly [Buffer, ...Buffer[]]) {
    this.#keys = new Map(keys.map((key) => [fingerprint(key), createSecretKey(key)]));
    this.#id = fingerprint(keys[0]);
  }

  static random(): MasterKey {
    return new MasterKey([randomBytes(keyBytes)]);
  }

  /** The fingerprint of the key that wraps. */
  get id(): string {
    return this.#id;
  }

  /** The fingerprints of all keys held, the wrapping one first. */
  get ids(): string[] {
    return [this.#id, ...[...this.#keys.keys()].filter((id) => id !== this.#id)];
  }

  /** Wraps with `next` from now on and keeps the present keys for unwrapping. */
  adopt(next: MasterKey): void {
    for (const [id, key] of next.#keys) this.#keys.set(id, key);
    this.#id = next.#id;
  }

  /** @param place what the key is for and whose it is: it unwraps nowhere else */
  wrap(key: Buffer, place: readonly string[]): WrappedKey {
    return { masterKeyId: this.#id, wrapped: encrypt(this.#keys.get(this.#id)!, key, bound(place)) };
  }

  /** @throws MasterKeyRefused when the key it was wrapped with is not held; VaultTampered when the bytes do not fit */
  unwrap({ masterKeyId, wrapped }: WrappedKey, place: readonly string[]): Buffer {
    const master = this.#keys.get(masterKeyId);
    if (!master)
      throw new MasterKeyRefused(`A stored key needs the master key ${masterKeyId}, which is not held here.`);
    const key = decrypt(master, wrapped, bound(place));
    if (!key) throw new VaultTampered(place.join(' '), 'its wrapped key does not open');
    return key;
  }
}

/**
 * Reads `KEYTURN_MASTER_KEY`: 32 random bytes as base64 or hex, or a comma-separated list of them, each optionally
 * `name:key`. The first wraps; the others are older keys still needed until the rotation has finished.
 *
 * @throws MasterKeyRefused with a sentence that never repeats the value
 */
export function masterKeyFromSettings(value: string): MasterKey {
  const names = new Set<string>();
  const keys = value.split(',').map((entry, index) => {
    const [, name, key = ''] = /^(?:(.*):)?(.*)$/s.exec(entry.trim())!;
    if (name !== undefined && (!/^[\w.-]{1,32}$/.test(name) || names.has(name))) {
      throw new MasterKeyRefused(
        `${setting} gives its key number ${index + 1} a name that is not usable or used twice.`,
      );
    }
    if (name !== undefined) names.add(name);
    return decodeKey(key, `${setting}${index > 0 ? ` (key number ${index + 1})` : ''}`);
  });
  return new MasterKey(keys as [Buffer, ...Buffer[]]);
}

/** @param source where the text stands, for the sentence */
export function decodeKey(text: string, source: string): Buffer {
  const hex = /^[0-9a-f]{64}$/i.test(text);
  if (!hex && !/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) {
    throw new MasterKeyRefused(
      `${source} must be 32 random bytes, as 44 base64 or 64 hex characters (openssl rand -base64 32).`,
    );
  }
  const key = Buffer.from(text, hex ? 'hex' : 'base64');
  // 32 random bytes hold about 30 different ones; fewer than 12 will not happen by chance.
  if (new Set(key).size < 12)
    throw new MasterKeyRefused(`${source} is not random; make one with openssl rand -base64 32.`);
  return key;
}

export const keyBytes = 32;
const setting = 'KEYTURN_MASTER_KEY';

const bound = (place: readonly string[]) => lengthPrefixed(['keyturn/key/1', ...place]);

const fingerprint = (key: Buffer): string =>
  createHmac('sha256', key).update('keyturn/master-key-fingerprint/1').digest('hex').slice(0, 16);
