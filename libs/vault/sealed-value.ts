import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { decrypt, encrypt } from './aes-gcm.js';
import { VaultTampered } from './errors.js';
import type { DataKey } from './key-cache.js';
import { lengthPrefixed } from './length-prefixed.js';

/** A secret or a piece of personal data on its way into the vault. */
export interface Sealed {
  /** Whose key seals it and with whom it is erased: an account id, or `tenant:<id>`. */
  owner: string;
  /** What it is, for example `account/contact`: it can be read as nothing else. */
  place: string;
  /** At most 64 KiB. */
  value: string | Uint8Array;
  /** From this moment on it cannot be read any more. Bound to the value: it cannot be moved later. */
  expiresAt?: Date;
}

/** What an event keeps of a sealed value. It stays provable when the value has been erased. */
export interface VaultRef {
  /** UUID of the row. */
  readonly ref: string;
  /** base64url of the SHA-256 of the ciphertext, 43 characters. */
  readonly sha256: string;
}

export interface SealedRow {
  ref: string;
  owner: string;
  ciphertext: Buffer;
  expires_at: Date | null;
}

export const largestValueBytes = 64 * 1024;

/** A value with the reference it will be stored under. */
export interface Draft {
  ref: string;
  owner: string;
  place: string;
  plaintext: Uint8Array;
  expiresAt: Date | null;
}

export function draft({ owner, place, value, expiresAt }: Sealed): Draft {
  if (owner === '' || place === '') throw new RangeError('a sealed value needs an owner and a place');
  const plaintext = typeof value === 'string' ? Buffer.from(value) : value;
  if (plaintext.byteLength > largestValueBytes)
    throw new RangeError(`a sealed value has at most ${largestValueBytes} bytes`);
  if (expiresAt && Number.isNaN(expiresAt.getTime())) throw new RangeError('a sealed value expires at a valid time');
  return { ref: randomUUID(), owner, place, plaintext, expiresAt: expiresAt ?? null };
}

export const sealDraft = (draft: Draft, { key }: DataKey): Buffer =>
  encrypt(key, draft.plaintext, bound(draft.ref, draft.owner, draft.place, draft.expiresAt));

export const referTo = (ref: string, ciphertext: Buffer): VaultRef => ({
  ref,
  sha256: sha256(ciphertext).toString('base64url'),
});

/** @throws VaultTampered when the row is not the one the reference was made for, or not from this place */
export function openRow(row: SealedRow, expected: VaultRef, place: string, { key }: DataKey): Buffer {
  const named = Buffer.from(expected.sha256, 'base64url');
  const found = sha256(row.ciphertext);
  if (named.length !== found.length || !timingSafeEqual(named, found)) {
    throw new VaultTampered(expected.ref, 'its bytes are not those the event names');
  }
  const value = decrypt(key, row.ciphertext, bound(row.ref, row.owner, place, row.expires_at));
  if (!value) throw new VaultTampered(expected.ref, 'owner, place, expiry or bytes do not belong together');
  return value;
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

const bound = (ref: string, owner: string, place: string, expiresAt: Date | null): Buffer =>
  lengthPrefixed(['keyturn/value/1', ref, owner, place, expiresAt ? String(expiresAt.getTime()) : '']);
