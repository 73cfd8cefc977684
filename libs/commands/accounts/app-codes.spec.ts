import { appCodeAt, matchingStep, newAppSeed } from './app-codes.js';

describe('the code of an authenticator app', () => {
  // RFC 6238, appendix B: the last six digits of its vectors for SHA-1.
  const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const at = (seconds: number) => new Date(seconds * 1_000);

  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ])('is that of RFC 6238 at %i', (seconds, code) => {
    expect(appCodeAt(seed, at(seconds))).toBe(code);
    expect(matchingStep(seed, code, at(seconds))).toBe(Math.floor(seconds / 30));
  });

  it('F10: counts within its 30 seconds, one step before and after, always as the step it was made for', () => {
    const step = 1_000_000;
    const code = appCodeAt(seed, at(step * 30));
    for (const seconds of [-30, -1, 0, 29, 30, 59]) {
      expect([seconds, matchingStep(seed, code, at(step * 30 + seconds))]).toEqual([seconds, step]);
    }
    for (const seconds of [-31, 60]) {
      expect([seconds, matchingStep(seed, code, at(step * 30 + seconds))]).toEqual([seconds, undefined]);
    }
  });

  it.each(['', '28708', '2870820', '28708a', '２８７０８２', ' 287082'])('is not %j', (code) =>
    expect(matchingStep(seed, code, at(59))).toBeUndefined(),
  );

  it('T1: comes from 160 bits of chance', () => {
    const seeds = Array.from({ length: 100 }, newAppSeed);
    expect(seeds.every((one) => /^[A-Z2-7]{32}$/.test(one))).toBe(true);
    expect(new Set(seeds).size).toBe(100);
  });
});
