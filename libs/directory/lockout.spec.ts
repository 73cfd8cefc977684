import { mayTry } from './lockout.js';

describe('tries in somebody’s name', () => {
  const tries = (threshold: number | null, familiar: boolean): number => {
    let failures = 0;
    while (failures < 100 && mayTry({ failures, threshold }, familiar)) failures++;
    return failures;
  };

  it.each([
    [10, 5, 8],
    [5, 2, 3],
    [3, 1, 1],
    [null, 2, 2],
    [0, 100, 100],
  ])('of a threshold of %p: %p by strangers, %p from familiar places', (threshold, strangers, familiar) => {
    expect([tries(threshold, false), tries(threshold, true)]).toEqual([strangers, familiar]);
  });

  it('never reach the directory’s own threshold', () => {
    for (let threshold = 2; threshold < 50; threshold++) {
      expect(tries(threshold, true)).toBeLessThan(threshold);
      expect(tries(threshold, false)).toBeLessThanOrEqual(threshold / 2);
    }
  });
});
