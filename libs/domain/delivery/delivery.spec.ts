import fc from 'fast-check';
import { hours, minutes, plus, seconds, type Instant } from '../time.js';
import { attempt, backOff, evolveDelivery, receive, record, waiting } from './delivery.js';
import type { DeliveryEvent, DeliveryResult, DeliveryState, Receipt } from './delivery.js';
import { notice } from './notice.js';
import { wantedUntil } from '../account/notices.js';
import { given } from '../testing.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const second = (n: number): Instant => plus(start, seconds(n));
const deliveryId = 'delivery-1';
const expiresAt = plus(start, minutes(10));

const attempted = (n: number, at: Instant): DeliveryEvent => ({
  type: 'DeliveryAttempted',
  data: { deliveryId, attempt: n, leaseUntil: plus(at, seconds(30)), at },
});
const deferred = (n: number, at: Instant): DeliveryEvent => ({
  type: 'DeliveryDeferred',
  data: { deliveryId, attempt: n, reason: 'greylisted', providerCode: 451, nextAttemptAt: plus(at, backOff(n)), at },
});
const accepted = (n: number, at: Instant): DeliveryEvent => ({
  type: 'DeliveryAccepted',
  data: { deliveryId, attempt: n, providerCode: 250, at },
});
const refused = (n: number, at: Instant, reason = 'mailbox-unknown', providerCode = 550): DeliveryEvent => ({
  type: 'DeliveryFailed',
  data: { deliveryId, attempt: n, reason, providerCode, at },
});
const after = (...events: readonly DeliveryEvent[]): DeliveryState =>
  events.reduce(evolveDelivery, waiting(deliveryId));

const trying = (now: Instant) => ({ deliveryId, leaseUntil: plus(now, seconds(30)), now });
const recording = (n: number, result: DeliveryResult, now: Instant) => ({ deliveryId, attempt: n, result, now });
const tookIt: DeliveryResult = { kind: 'accepted', providerCode: 250 };
const later: DeliveryResult = { kind: 'deferred', reason: 'greylisted', providerCode: 451 };
const never: DeliveryResult = { kind: 'refused', reason: 'mailbox-unknown', providerCode: 550 };

describe('attempt', () => {
  it('begins the first try', () => {
    expect(attempt(waiting(deliveryId), trying(start), expiresAt)).toEqual([attempted(1, start)]);
  });

  it('begins another once the first was put off and its time has come', () => {
    const state = after(attempted(1, start), deferred(1, second(1)));
    expect(attempt(state, trying(plus(second(3), -1)), expiresAt)).toEqual([]);
    expect(attempt(state, trying(second(3)), expiresAt)).toEqual([attempted(2, second(3))]);
  });

  it('stays quiet while somebody else is at it, and takes over when the lease has run out', () => {
    const state = after(attempted(1, start));
    expect(attempt(state, trying(plus(second(30), -1)), expiresAt)).toEqual([]);
    expect(attempt(state, trying(second(30)), expiresAt)).toEqual([attempted(2, second(30))]);
  });

  it('leaves nobody anything to send once it has expired, however long a lease is', () => {
    const at = plus(expiresAt, -1_000);
    expect(attempt(waiting(deliveryId), trying(at), expiresAt)).toMatchObject([{ data: { leaseUntil: expiresAt } }]);
  });

  it.each([
    ['what was sent', after(attempted(1, start), accepted(1, start)), start],
    ['what failed for good', after(attempted(1, start), refused(1, start)), start],
    ['what has expired', waiting(deliveryId), expiresAt],
    ['another delivery', waiting('delivery-2'), start],
    ['nothing', undefined, start],
  ])('stays quiet about %s', (_, state, now) => expect(attempt(state, trying(now), expiresAt)).toEqual([]));
});

describe('record', () => {
  const state = after(attempted(1, start));

  it('keeps what the provider said', () => {
    expect(record(state, recording(1, tookIt, second(1)), expiresAt)).toEqual([accepted(1, second(1))]);
    expect(record(state, recording(1, later, second(1)), expiresAt)).toEqual([deferred(1, second(1))]);
    expect(record(state, recording(1, never, second(1)), expiresAt)).toEqual([refused(1, second(1))]);
  });

  it('gives up when the next try would come too late', () => {
    const soon = second(3);
    expect(record(state, recording(1, later, second(1)), soon)).toEqual([refused(1, second(1), 'greylisted', 451)]);
    expect(record(state, recording(1, later, second(1)), plus(soon, 1))).toEqual([deferred(1, second(1))]);
  });

  it('leaves out a code nobody gave', () => {
    const [event] = record(state, recording(1, { kind: 'accepted' }, second(1)), expiresAt);
    expect(event!.data).not.toHaveProperty('providerCode');
  });

  it('stays quiet about a try that is not under way', () => {
    expect(record(waiting(deliveryId), recording(1, tookIt, start), expiresAt)).toEqual([]);
    expect(record(state, recording(2, tookIt, start), expiresAt)).toEqual([]);
    expect(record(after(attempted(1, start), accepted(1, start)), recording(1, tookIt, start), expiresAt)).toEqual([]);
    expect(
      record(after(attempted(1, start), attempted(2, second(30))), recording(1, tookIt, second(31)), expiresAt),
    ).toEqual([]);
  });
});

it('backs off 2 s, 4 s, 8 s, up to five minutes', () => {
  expect([1, 2, 3, 8, 9, 60].map(backOff)).toEqual([2, 4, 8, 256, 300, 300].map(seconds));
});

describe('a receipt', () => {
  const delivered = { kind: 'delivered' } as const;
  const failure = { kind: 'failed', reason: 'number-unreachable', providerCode: 30003 } as const;
  const receipt = (n: number, result: Receipt['result'], now: Instant) => ({
    ...{ deliveryId, attempt: n, result, provider: 'twilio', now },
  });
  const confirmed = (n: number, at: Instant): DeliveryEvent => ({
    type: 'DeliveryConfirmed',
    data: { deliveryId, attempt: n, provider: 'twilio', at },
  });
  const sent = after(attempted(1, start), accepted(1, start));

  it('says that it arrived, or that it did not after all', () => {
    expect(receive(sent, receipt(1, delivered, second(3)))).toEqual([confirmed(1, second(3))]);
    const [failed] = receive(sent, receipt(1, failure, second(3)));
    expect(failed).toMatchObject({
      type: 'DeliveryFailed',
      data: { reason: 'number-unreachable', providerCode: 30003 },
    });
  });

  it('changes nothing when it comes again, or another one after it', () => {
    const state = after(attempted(1, start), accepted(1, start), confirmed(1, second(3)));
    expect(state.state).toBe('delivered');
    for (const result of [delivered, failure]) expect(receive(state, receipt(1, result, second(4)))).toEqual([]);
  });

  it('may overtake the answer it belongs to', () => {
    const state = after(attempted(1, start), confirmed(1, second(1)));
    expect(record(state, recording(1, tookIt, second(2)), expiresAt)).toEqual([accepted(1, second(2))]);
    expect(evolveDelivery(state, accepted(1, second(2))).state).toBe('delivered');
    expect(record(state, recording(1, later, second(2)), expiresAt)).toEqual([]);
  });

  it('ends the tries when an earlier one arrived, whose answer was lost', () => {
    const state = after(attempted(1, start), deferred(1, second(1)));
    const [event] = receive(state, receipt(1, delivered, second(2)));
    expect(event).toEqual(confirmed(1, second(2)));
    expect(attempt(evolveDelivery(state, event!), trying(second(9)), expiresAt)).toEqual([]);
  });

  it('of a failure does not end a later try', () => {
    const state = after(attempted(1, start), deferred(1, second(1)), attempted(2, second(3)));
    expect(receive(state, receipt(1, failure, second(4)))).toEqual([]);
  });

  it.each([
    ['another delivery', waiting('delivery-2')],
    ['a try nobody began', waiting(deliveryId)],
    ['nothing', undefined],
  ])('of %s is none', (_, state) => expect(receive(state, receipt(1, delivered, start))).toEqual([]));
});

it('waits as long as the provider asked', () => {
  const busy: DeliveryResult = { kind: 'deferred', reason: 'rate-limited', retryAfterMs: 9_000, provider: 'twilio' };
  const [event] = record(after(attempted(1, start)), recording(1, busy, start), expiresAt);
  expect(event!.data).toEqual({
    ...{ deliveryId, attempt: 1, provider: 'twilio', reason: 'rate-limited', nextAttemptAt: second(9), at: start },
  });
});

describe('a notice', () => {
  const wanted = { expiresAt: wantedUntil({ at: start }) };

  it('is tried and recorded like a challenge', () => {
    given(notice)
      .when({ type: 'AttemptDelivery', data: { ...trying(start), ...wanted } })
      .then(attempted(1, start));
    given(notice, attempted(1, start))
      .when({ type: 'RecordDelivery', data: { ...recording(1, tookIt, second(1)), ...wanted } })
      .then(accepted(1, second(1)));
    expect(given(notice, attempted(1, start), accepted(1, second(1))).state).toEqual({
      delivery: { deliveryId, state: 'sent', attempt: 1, sentAt: second(1) },
      firstTriedAt: start,
    });
  });

  it('is worth trying for three days', () => {
    const end = plus(start, hours(72));
    const last = plus(end, -seconds(30));
    given(notice)
      .when({ type: 'AttemptDelivery', data: { ...trying(last), ...wanted } })
      .then(attempted(1, last));
    given(notice)
      .when({ type: 'AttemptDelivery', data: { ...trying(end), ...wanted } })
      .thenNothing();
  });

  it('stays quiet about a try nobody began', () => {
    given(notice)
      .when({ type: 'RecordDelivery', data: { ...recording(1, tookIt, start), ...wanted } })
      .thenNothing();
  });
});

it('is accepted at most once, and never two at it within a lease, whatever happens in whatever order', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('try' as const), wait: fc.nat(40) }),
    fc.record({
      kind: fc.constant('report' as const),
      wait: fc.nat(40),
      of: fc.nat(4),
      result: fc.constantFrom(tookIt, later, never),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let [state, now] = [waiting(deliveryId), start];
      const story: DeliveryEvent[] = [];
      for (const { wait, ...what } of steps) {
        now = plus(now, seconds(wait));
        const events =
          what.kind === 'try'
            ? attempt(state, trying(now), expiresAt)
            : record(state, recording(state.attempt + 1 - what.of, what.result, now), expiresAt);
        story.push(...events);
        state = events.reduce(evolveDelivery, state);
      }
      const tries = story.filter((event) => event.type === 'DeliveryAttempted');
      const ends = story.filter(({ type }) => type === 'DeliveryAccepted' || type === 'DeliveryFailed');
      expect(ends.length).toBeLessThanOrEqual(1);
      expect(tries.map(({ data }) => data.attempt)).toEqual(tries.map((_, i) => i + 1));
      expect(tries.every(({ data }) => data.at < expiresAt)).toBe(true);
      if (ends.length) expect(story.at(-1)).toBe(ends[0]);
    }),
  );
});
