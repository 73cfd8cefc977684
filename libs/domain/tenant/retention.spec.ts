import { notMeMs } from '../account/disputes.js';
import { wantedUntil } from '../account/notices.js';
import { days, hours } from '../time.js';
import { presets } from './policy.js';
import { keptForMs } from './retention.js';

const kept = (retentionDays: number, coolingOffHours = 0): number =>
  keptForMs({ retentionDays, limits: { ...presets.hardened.limits, coolingOffHours } });

describe('how long what was superseded is kept', () => {
  it('is as long as the policy says', () => expect(kept(90)).toBe(days(90)));

  it('is longer than anybody tries to deliver a notice to it, or may follow the link of one', () => {
    const at = '2026-03-02T09:00:00.000Z';
    const wanted = Date.parse(wantedUntil({ at })) - Date.parse(at);
    expect(kept(0)).toBeGreaterThan(Math.max(wanted, notMeMs));
  });

  it('is never shorter than a new contact waits before it may recover', () => {
    expect(kept(4, 24 * 30)).toBe(hours(24 * 30));
    expect(kept(60, 24 * 30)).toBe(days(60));
  });
});
