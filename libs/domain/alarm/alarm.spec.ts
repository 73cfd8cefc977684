import { alarm, type AlarmState } from './alarm.js';

const from = '2026-03-02T08:00:00.000Z';
const now = '2026-03-02T09:00:00.000Z';
const raise = (tenantId: string | null, failures: number, names: number, state: AlarmState = alarm.initial, at = now) =>
  alarm.decide({ type: 'RaiseAlarm', data: { tenantId, tries: { failures, names, from }, told: 2, now: at } }, state);

describe('an alarm about thin guessing', () => {
  it.each([
    { tenantId: 'tenant-1', failures: 100, names: 20, raised: true },
    { tenantId: 'tenant-1', failures: 99, names: 20, raised: false },
    { tenantId: 'tenant-1', failures: 100, names: 19, raised: false },
    { tenantId: null, failures: 1_000, names: 3, raised: true },
    { tenantId: null, failures: 999, names: 900, raised: false },
  ])('with $failures failures at $names names of $tenantId: $raised', ({ tenantId, failures, names, raised }) => {
    expect(raise(tenantId, failures, names)).toEqual(
      raised ? [{ type: 'GuessingSuspected', data: { tenantId, failures, names, from, told: 2, at: now } }] : [],
    );
  });

  it('is raised once an hour, however long it goes on', () => {
    const [event] = raise('tenant-1', 150, 40);
    const state = alarm.evolve(alarm.initial, event!);
    expect(raise('tenant-1', 180, 50, state, '2026-03-02T09:59:59.999Z')).toEqual([]);
    expect(raise('tenant-1', 180, 50, state, '2026-03-02T10:00:00.000Z')).toHaveLength(1);
  });
});
