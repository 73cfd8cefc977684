import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Bytes an encrypted value is longer than its plaintext. */
export const overheadBytes = nonceBytes + tagBytes;

/** AES-256-GCM under a random 96-bit nonce (NIST SP 800-38D §8.2.2): nonce ‖ ciphertext ‖ 128-bit tag. */
export function encrypt(key: KeyObject, plaintext: Uint8Array, associatedData: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(associatedData);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @returns the plaintext, or `undefined` when key, bytes or associated data are not the ones it was encrypted with */
export function decrypt(key: KeyObject, encrypted: Buffer, associatedData: Uint8Array): Buffer | undefined {
  if (encrypted.length < overheadBytes) return undefined;
  const nonce = encrypted.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(associatedData);
  decipher.setAuthTag(encrypted.subarray(-tagBytes));
  const plaintext = decipher.update(encrypted.subarray(nonceBytes, -tagBytes));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plaintext;
}
