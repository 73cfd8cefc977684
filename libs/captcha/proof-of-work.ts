import { createHash } from 'node:crypto';

/**
 * Whether SHA-256 over the UTF-8 bytes of `challenge` followed by those of `answer` begins with `difficulty` zero bits.
 * One hash, whatever the answer; answers over 64 characters are none.
 */
export function isWorkDone(challenge: string, answer: string, difficulty: number): boolean {
  if (answer.length > 64) return false;
  const hash = createHash('sha256').update(challenge).update(answer).digest();
  return leadingZeroBits(hash) >= difficulty;
}

function leadingZeroBits(hash: Buffer): number {
  const first = hash.findIndex((byte) => byte !== 0);
  return first < 0 ? hash.length * 8 : first * 8 + Math.clz32(hash[first]!) - 24;
}
