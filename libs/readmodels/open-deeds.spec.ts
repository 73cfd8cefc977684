import type { LoggedEvent } from './projected-event.js';
import { openDeeds, openDeedsWith } from './open-deeds.js';
import { logged, rowsFrom } from './testing.js';

const [recoveryId, challengeId, reservationId] = ['r', 'ch', 'p'];
const contact = { ref: 'ref', sha256: 'sha' };
const day = '2026-01-01T';

const started = logged('recovery-r', 'RecoveryStarted', {
  recoveryId,
  expiresAt: `${day}10:15:00.000Z`,
  at: `${day}10:00:00.000Z`,
});
const issued = (id = challengeId, at = `${day}10:01:00.000Z`) =>
  logged('recovery-r', 'ChallengeIssued', {
    recoveryId,
    challengeId: id,
    method: 'email',
    family: 'email',
    contact,
    expiresAt: `${day}10:11:00.000Z`,
    at,
  });
const attempted = (deliveryId = challengeId) =>
  logged('recovery-r', 'DeliveryAttempted', {
    deliveryId,
    attempt: 1,
    leaseUntil: `${day}10:01:31.000Z`,
    at: `${day}10:01:01.000Z`,
  });
const submitted = logged('recovery-r', 'PasswordSubmitted', { recoveryId, attempt: 1, at: `${day}10:05:00.000Z` });
const closing = logged('recovery-r', 'RecoveryCancelled', { recoveryId, at: `${day}10:06:00.000Z` });

const due = (...events: LoggedEvent[]) =>
  Object.fromEntries(rowsFrom(openDeeds, ...events).map(({ kind, due_at }) => [kind, due_at]));

describe('open deeds: a recovery', () => {
  it('runs out at its time', () => {
    expect(rowsFrom(openDeeds, started)).toEqual([
      {
        deed_id: 'expiry-r',
        kind: 'recovery-expiry',
        stream: 'recovery-r',
        due_at: `${day}10:15:00.000Z`,
        expires_at: null,
        payload: { recoveryId, expiresAt: `${day}10:15:00.000Z` },
      },
    ]);
  });

  it('leaves nothing open once closed, however it closed', () => {
    for (const type of [
      'RecoverySucceeded',
      'RecoveryFailed',
      'RecoveryBlocked',
      'RecoveryCancelled',
      'RecoveryAbandoned',
      'AdministratorContacted',
    ] as const) {
      expect(rowsFrom(openDeeds, started, issued(), submitted, logged('recovery-r', type, { recoveryId }))).toEqual([]);
    }
  });

  it('has no time to run out while a password is on its way, and its own again when that was rejected', () => {
    const rejected = logged('recovery-r', 'PasswordRejected', { recoveryId, attempt: 1, reasons: [] });
    expect(due(started, submitted)).toEqual({
      'recovery-expiry': '9999-12-31T00:00:00.000Z',
      'reset-completion': `${day}10:05:05.000Z`,
    });
    expect(due(started, submitted, rejected)).toEqual({ 'recovery-expiry': `${day}10:15:00.000Z` });
  });
});

describe('open deeds: the delivery of a code', () => {
  it('is lost when nothing happened a minute after it was asked for', () => {
    expect(rowsFrom(openDeeds, issued())).toEqual([
      {
        deed_id: 'delivery-r',
        kind: 'delivery',
        stream: 'recovery-r',
        due_at: `${day}10:02:00.000Z`,
        expires_at: `${day}10:11:00.000Z`,
        payload: { deliveryId: challengeId, channel: 'email', recoveryId, family: 'email' },
      },
    ]);
  });

  it('is lost when nothing happened a minute after its lease', () => {
    expect(due(issued(), attempted())).toEqual({ delivery: `${day}10:02:31.000Z` });
  });

  it('waits for as long as its patience says', () => {
    const [deed] = rowsFrom(openDeedsWith({ lostAfter: 500, completion: 1, settlement: 1 }), issued(), attempted());
    expect(deed?.due_at).toBe(`${day}10:01:31.500Z`);
  });

  it('is due again when it was put off', () => {
    const deferred = logged('recovery-r', 'DeliveryDeferred', {
      deliveryId: challengeId,
      nextAttemptAt: `${day}10:01:06.000Z`,
    });
    expect(due(issued(), attempted(), deferred)).toEqual({ delivery: `${day}10:01:06.000Z` });
  });

  it('is over when it was accepted, refused, answered or given up', () => {
    const ends = [
      logged('recovery-r', 'DeliveryAccepted', { deliveryId: challengeId }),
      logged('recovery-r', 'DeliveryFailed', { deliveryId: challengeId }),
      logged('recovery-r', 'ChallengePassed', { recoveryId, challengeId }),
      logged('recovery-r', 'FamilyBlocked', { recoveryId, family: 'email' }),
      closing,
    ];
    for (const end of ends) expect(due(issued(), attempted(), end)).toEqual({});
  });

  it('is superseded by the next challenge, and what becomes of the old one changes nothing', () => {
    const next = issued('ch2', `${day}10:03:00.000Z`);
    const late = logged('recovery-r', 'DeliveryAccepted', { deliveryId: challengeId });
    expect(rowsFrom(openDeeds, issued(), next, attempted(), late)).toMatchObject([
      { deed_id: 'delivery-r', due_at: `${day}10:04:00.000Z`, payload: { deliveryId: 'ch2' } },
    ]);
  });

  it('is superseded by a challenge that nothing carries', () => {
    const next = logged('recovery-r', 'ChallengeIssued', { recoveryId, challengeId: 'ch2', method: 'app-code' });
    expect(due(issued(), next)).toEqual({});
  });

  it('is asked for a decoy as well', () => {
    const decoy = logged('recovery-r', 'ChallengeIssued', { ...issued().data, contact: null });
    expect(due(decoy)).toEqual({ delivery: `${day}10:02:00.000Z` });
  });

  it('stays open when another family was blocked', () => {
    const blocked = logged('recovery-r', 'FamilyBlocked', { recoveryId, family: 'app' });
    expect(due(issued(), blocked)).toEqual({ delivery: `${day}10:02:00.000Z` });
  });
});

describe('open deeds: a notice', () => {
  const requested = logged(
    'account-a',
    'NoticeRequested',
    { noticeId: 'n', accountId: 'a', contact, at: `${day}10:00:00.000Z` },
    { revision: 7n },
  );
  const on = <T extends 'DeliveryAttempted' | 'DeliveryAccepted'>(type: T) =>
    logged('notice-n', type, { deliveryId: 'n', leaseUntil: `${day}10:00:30.000Z` } as object);

  it('is asked for where its cause stands, and carried on a stream of its own', () => {
    expect(rowsFrom(openDeeds, requested)).toEqual([
      {
        deed_id: 'notice-n',
        kind: 'delivery',
        stream: 'notice-n',
        due_at: `${day}10:01:00.000Z`,
        expires_at: '2026-01-04T10:00:00.000Z',
        payload: { deliveryId: 'n', channel: 'email', accountId: 'a', revision: 7 },
      },
    ]);
    expect(due(requested, on('DeliveryAttempted'))).toEqual({ delivery: `${day}10:01:30.000Z` });
    expect(due(requested, on('DeliveryAttempted'), on('DeliveryAccepted'))).toEqual({});
  });
});

describe('open deeds: a reserved proof', () => {
  const reserved = (stream: string) =>
    logged(stream, 'ProofReserved', { accountId: '', reservationId, recoveryId, at: `${day}10:00:00.000Z` });

  it('is to be settled within a minute, for decoys too', () => {
    expect(rowsFrom(openDeeds, reserved('decoy-token'))).toEqual([
      {
        deed_id: 'proof-p',
        kind: 'proof-settlement',
        stream: 'decoy-token',
        due_at: `${day}10:01:00.000Z`,
        expires_at: null,
        payload: { accountId: 'token', recoveryId, reservationId },
      },
    ]);
  });

  it('is done once settled', () => {
    const settled = logged('account-a', 'ProofSettled', { reservationId, result: 'failed' });
    expect(due(reserved('account-a'), settled)).toEqual({});
  });
});
