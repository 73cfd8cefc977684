import type { DeliveryEvent } from '../delivery/delivery.js';
import { given } from '../testing.js';
import { plus, seconds } from '../time.js';
import { recovery } from './recovery.js';
import { react } from './recovery.reactions.js';
import { challengeStatusOf, statusOf } from './recovery.status.js';
import {
  cancelled,
  expiresAt,
  familyBlocked,
  issued,
  minute,
  passed,
  recoveryId,
  rejected,
  started,
  submitted,
  succeeded,
} from './story.js';

const leaseUntil = plus(minute(2), seconds(30));
const attempting = (deliveryId = 'challenge-1', now = minute(2)) =>
  ({ type: 'AttemptDelivery', data: { deliveryId, leaseUntil, now } }) as const;
const recording = (deliveryId = 'challenge-1', now = minute(2)) =>
  ({ type: 'RecordDelivery', data: { deliveryId, attempt: 1, result: { kind: 'accepted' }, now } }) as const;
const attempted: DeliveryEvent = {
  type: 'DeliveryAttempted',
  data: { deliveryId: 'challenge-1', attempt: 1, leaseUntil, at: minute(2) },
};
const accepted: DeliveryEvent = {
  type: 'DeliveryAccepted',
  data: { deliveryId: 'challenge-1', attempt: 1, at: minute(2) },
};
const challenged = [started(), issued('email', 1)] as const;

describe('AttemptDelivery', () => {
  it('begins for the current challenge', () =>
    given(recovery, ...challenged)
      .when(attempting())
      .then(attempted));

  it.each([
    ['an older challenge', [...challenged, issued('email', 2)]],
    ['a passed challenge', [...challenged, passed('email', 1, 2)]],
    ['a blocked family', [...challenged, familyBlocked('email', 2)]],
    ['a submitted recovery', [...challenged, submitted(2)]],
    ['a closed recovery', [...challenged, cancelled(2)]],
    ['a recovery nobody knows', []],
  ] as const)('stays quiet for %s', (_, past) => {
    given(recovery, ...past)
      .when(attempting())
      .thenNothing();
  });

  it('stays quiet when its challenge or the recovery has run out', () => {
    given(recovery, ...challenged)
      .when(attempting('challenge-1', minute(11)))
      .thenNothing();
    given(recovery, started(), issued('email', 14)).when(attempting('challenge-14', expiresAt)).thenNothing();
  });
});

describe('RecordDelivery', () => {
  it('keeps what became of it', () =>
    given(recovery, ...challenged, attempted)
      .when(recording())
      .then(accepted));

  it('keeps it even when the recovery has moved on or closed: it did happen', () => {
    given(recovery, ...challenged, attempted, issued('email', 2))
      .when(recording())
      .then(accepted);
    given(recovery, ...challenged, attempted, cancelled(2))
      .when(recording())
      .then(accepted);
  });

  it('stays quiet about a try that was never begun, or is over', () => {
    given(recovery, ...challenged)
      .when(recording())
      .thenNothing();
    given(recovery, ...challenged, attempted, accepted)
      .when(recording())
      .thenNothing();
    given(recovery).when(recording()).thenNothing();
  });
});

describe('react', () => {
  it('delivers a challenge that goes by mail', () => {
    expect(react(issued('email', 1))).toEqual([
      { queue: 'email', name: 'deliver-challenge', data: { recoveryId, deliveryId: 'challenge-1' } },
    ]);
  });

  it.each([issued('app-code', 1), passed('email', 1, 2), started(), attempted])(
    'leaves the rest alone: $type',
    (event) => {
      expect(react(event)).toEqual([]);
    },
  );
});

describe('statusOf', () => {
  const gate = [...challenged, passed('email', 1, 2)] as const;
  const status = (...past: readonly Parameters<typeof recovery.evolve>[1][]) =>
    statusOf(given(recovery, ...past).state, minute(5));

  it('follows the journey', () => {
    expect(status(started())).toBe('choosing-method');
    expect(status(...challenged)).toBe('challenged');
    expect(status(...challenged, familyBlocked('email', 2))).toBe('choosing-method');
    expect(status(started({ gatesRequired: 2 }), issued('email', 1), passed('email', 1, 2))).toBe('choosing-method');
    expect(status(...gate)).toBe('choosing-password');
    expect(status(...gate, submitted(3))).toBe('writing-back');
    expect(status(...gate, submitted(3), rejected(4))).toBe('choosing-password');
    expect(status(...gate, submitted(3), succeeded(4))).toBe('succeeded');
    expect(status(...challenged, cancelled(2))).toBe('cancelled');
  });

  it('is abandoned from the moment the time is up, before anybody writes it down', () => {
    const { state } = given(recovery, ...gate);
    expect(statusOf(state, plus(expiresAt, -1))).toBe('choosing-password');
    expect(statusOf(state, expiresAt)).toBe('abandoned');
    expect(statusOf(given(recovery, ...gate, submitted(14)).state, expiresAt)).toBe('writing-back');
  });
});

describe('challengeStatusOf', () => {
  const status = (now: string, ...more: readonly Parameters<typeof recovery.evolve>[1][]) =>
    challengeStatusOf(given(recovery, ...challenged, ...more).state.challenge!, now);
  const deferred: DeliveryEvent = {
    type: 'DeliveryDeferred',
    data: { deliveryId: 'challenge-1', attempt: 1, reason: 'greylisted', nextAttemptAt: minute(3), at: minute(2) },
  };
  const refused: DeliveryEvent = {
    type: 'DeliveryFailed',
    data: { deliveryId: 'challenge-1', attempt: 1, reason: 'mailbox-unknown', at: minute(2) },
  };

  it('tells how far the code has come', () => {
    expect(status(minute(2))).toBe('sending');
    expect(status(minute(2), attempted)).toBe('sending');
    expect(status(minute(2), attempted, accepted)).toBe('sent');
    expect(status(minute(2), attempted, deferred)).toBe('delayed');
    expect(status(minute(2), attempted, refused)).toBe('failed');
    expect(status(minute(11), attempted, accepted)).toBe('expired');
    expect(status(minute(11), passed('email', 1, 2))).toBe('passed');
  });
});
