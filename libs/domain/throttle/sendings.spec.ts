import { presets } from '../tenant/policy.js';
import { isStranger, sendingWindows, strangersHalf } from './sendings.js';

const { limits } = presets.hardened;
const shares = (channel: 'sms' | 'voice', of = limits) =>
  sendingWindows(channel, of).map(({ name, limit, strangers }) => [name, limit, strangers]);

describe('what strangers may have sent', () => {
  it('is half of the text messages of every window', () => {
    expect(shares('sms')).toEqual([
      ['10-minutes', 5, 2],
      ['hour', 100, 50],
      ['day', 20, 10],
    ]);
  });

  it('is all calls of a day but one', () => {
    expect(shares('voice')).toEqual([
      ['pause', 1, 1],
      ['day', 3, 2],
    ]);
  });

  it('is never nothing, because a limit of one cannot be shared', () => {
    expect(strangersHalf(1)).toBe(1);
    expect(shares('voice', { ...limits, callsPerDay: 1, minutesBetweenCalls: 0 })).toEqual([['day', 1, 1]]);
  });

  it('is asked for by whoever is known from nowhere and proved nothing', () => {
    expect(isStranger({ familiar: false, proven: false })).toBe(true);
    expect(isStranger({ familiar: true, proven: false })).toBe(false);
    expect(isStranger({ familiar: false, proven: true })).toBe(false);
  });
});
