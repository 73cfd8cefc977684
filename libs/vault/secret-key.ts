import { createSecretKey, type KeyObject } from 'node:crypto';

const made = new WeakMap<Buffer, KeyObject>();

/**
 * The key as Node's crypto wants it. Given bytes, it makes such an object for every HMAC and every cipher anew, which takes
 * eight times as long as the HMAC itself.
 */
export function secretKey(bytes: Buffer): KeyObject {
  const known = made.get(bytes);
  if (known) return known;
  const key = createSecretKey(bytes);
  made.set(bytes, key);
  return key;
}
