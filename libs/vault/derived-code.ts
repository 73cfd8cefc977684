import { createHmac } from 'node:crypto';
import { secretKey } from './secret-key.js';
import { lengthPrefixed } from './length-prefixed.js';

/** Everything a one-time code depends on; another value anywhere is another code. */
export interface CodeParts {
  tenantId: string;
  accountId: string;
  recoveryId: string;
  challengeId: string;
  method: string;
  /** The vault reference of the address the code is sent to. */
  contactRef: string;
  /** Length of the code, 6 to 10; 2 for a number that is only compared on another device. */
  digits: number;
  purpose: string;
}

/**
 * A one-time code that is never stored: whoever holds the day key computes it again, so a repeated delivery carries the
 * same code and nobody can compute it once that key is destroyed.
 *
 * @param key the day key, 32 bytes
 * @returns decimal digits with leading zeros, every code equally likely
 */
export function deriveCode(key: Buffer, parts: CodeParts): string {
  const { tenantId, accountId, recoveryId, challengeId, method, contactRef, digits, purpose } = parts;
  const least = purpose === 'number-matching' ? 2 : 6;
  if (!Number.isInteger(digits) || digits < least || digits > 10) throw new RangeError('a code has 6 to 10 digits');
  const fields = [tenantId, accountId, recoveryId, challengeId, method, contactRef, String(digits), purpose];
  return unbiasedDigits(digits, hmacBlocks(key, lengthPrefixed(['keyturn/code/1', ...fields])));
}

/**
 * A number that is never stored, for what is said in words instead of digits.
 * @param bits at most 32
 * @returns 0 … 2^bits − 1, each equally likely
 */
export function deriveNumber(key: Buffer, parts: Omit<CodeParts, 'digits'>, bits: number): number {
  const { tenantId, accountId, recoveryId, challengeId, method, contactRef, purpose } = parts;
  const fields = [tenantId, accountId, recoveryId, challengeId, method, contactRef, String(bits), purpose];
  const [block] = hmacBlocks(key, lengthPrefixed(['keyturn/number/1', ...fields]));
  return block!.readUInt32BE(0) >>> (32 - bits);
}

const numberBytes = 5;

/**
 * Rejection sampling: 40-bit numbers at or above the largest multiple of 10^digits are skipped, because taking them
 * modulo 10^digits would make small codes likelier. At most 0.9 % are skipped (ten digits).
 */
export function unbiasedDigits(digits: number, blocks: Iterable<Buffer>): string {
  const codes = 10 ** digits;
  const limit = Math.floor(2 ** (8 * numberBytes) / codes) * codes;
  for (const block of blocks) {
    for (let offset = 0; offset + numberBytes <= block.length; offset += numberBytes) {
      const number = block.readUIntBE(offset, numberBytes);
      if (number < limit) return String(number % codes).padStart(digits, '0');
    }
  }
  throw new RangeError('the blocks ran out');
}

function* hmacBlocks(key: Buffer, message: Buffer): Generator<Buffer> {
  for (let counter = 0; ; counter++) {
    yield createHmac('sha256', secretKey(key))
      .update(message)
      .update(lengthPrefixed([String(counter)]))
      .digest();
  }
}
