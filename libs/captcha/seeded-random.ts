/** Numbers from 0 up to, not including, 1; the same sequence for the same seed. */
export type Random = () => number;

/**
 * Repeatable noise for drawings (the generator sfc32 by Chris Doty-Humphrey). Not for secrets.
 * @param seed at least 12 bytes
 */
export function seededRandom(seed: Buffer): Random {
  let a = seed.readInt32LE(0);
  let b = seed.readInt32LE(4);
  let c = seed.readInt32LE(8);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let n = 0; n < 12; n++) next();
  return next;
}

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
