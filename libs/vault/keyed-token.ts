import { createHmac } from 'node:crypto';
import { secretKey } from './secret-key.js';
import { lengthPrefixed } from './length-prefixed.js';

/**
 * A name for something that must stay searchable without being readable: HMAC-SHA-256 over the parts, 43 characters of
 * base64url. Who lacks the key can neither read it nor try guesses against it.
 *
 * @param key 32 bytes, an installation, day or month key of the vault
 */
export const keyedToken = (key: Buffer, ...parts: string[]): string =>
  createHmac('sha256', secretKey(key)).update(lengthPrefixed(parts)).digest('base64url');
