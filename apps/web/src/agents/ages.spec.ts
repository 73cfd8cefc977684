import { age, relative } from './ages.js';

const now = Date.UTC(2026, 10, 27, 12);
const at = (ms: number): string => new Date(now + ms).toISOString();

describe('ages', () => {
  it.each([
    [-400, '0 seconds ago', '0 秒前'],
    [-12_000, '12 seconds ago', '12 秒前'],
    [-90_000, '90 seconds ago', '90 秒前'],
    [-119_999, '119 seconds ago', '119 秒前'],
    [-120_000, '2 minutes ago', '2 分前'],
    [-40 * 3_600_000, '40 hours ago', '40 時間前'],
    [-48 * 3_600_000, '2 days ago', '2 日前'],
    [23.5 * 3_600_000, 'in 23 hours', '23 時間後'],
  ])('are told from now on: %d ms', (ms, en, ja) => {
    expect([relative(at(ms), now, 'en'), relative(at(ms), now, 'ja')]).toEqual([en, ja]);
  });

  it('are told as such, and never below nothing', () => {
    expect([age(at(-3 * 3_600_000), now, 'en'), age(at(-47 * 86_400_000), now, 'ja')]).toEqual(['3 hours', '47 日']);
    expect(age(at(5_000), now, 'en')).toBe('0 seconds');
  });
});
