import { byDay } from './days.js';

describe('the days of a list', () => {
  const at = (day: number, hour: number) => ({ at: new Date(2026, 10, day, hour).toISOString() });

  it('are those of the reader’s calendar, newest first', () => {
    const days = byDay([at(27, 9), at(27, 0), at(26, 23)], 'en');
    expect(days.map(({ name, items }) => [name, items.length])).toEqual([
      ['Friday, November 27, 2026', 2],
      ['Thursday, November 26, 2026', 1],
    ]);
    expect(byDay([at(27, 9)], 'ja')[0]!.name).toBe('2026年11月27日金曜日');
  });

  it('are none of nothing', () => expect(byDay([], 'en')).toEqual([]));
});
