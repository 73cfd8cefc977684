// One recovery told in events and commands, for specs: two gates asked, e-mail and app code and SMS offered.
import { familyOf, type Family, type Method } from '../methods.js';
import { presets } from '../tenant/policy.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { RecoveryCommand } from './recovery.commands.js';
import type { Offer, RecoveryEvent, Subject } from './recovery.events.js';

type EventOf<T extends RecoveryEvent['type']> = Extract<RecoveryEvent, { type: T }>;
type DataOf<T extends RecoveryEvent['type']> = EventOf<T>['data'];
type CommandOf<T extends RecoveryCommand['type']> = Extract<RecoveryCommand, { type: T }>;

export const recoveryId = 'recovery-1';
export const start: Instant = '2026-03-02T09:00:00.000Z';
/** @param n minutes after the recovery began */
export const minute = (n: number): Instant => plus(start, minutes(n));
export const blockEnds = (n: number): Instant => plus(minute(n), hours(24));
export const expiresAt = minute(15);

export const limits = presets.hardened.limits;
export const vaulted = (ref: string): VaultRef => ({ ref, sha256: `hash-of-${ref}` });
export const subject: Subject = { kind: 'account', accountId: 'account-1', origin: 'cloud', epoch: 3 };

export const offer = (method: Method, confirmContact = false): Offer => ({
  method,
  contact: vaulted(method),
  confirmContact,
  hideDomain: true,
});

const beginning = { recoveryId, tenantId: 'tenant-1', reason: 'forgot-password', supportCode: 'K7QX' } as const;

export const starting = (changes: Partial<DataOf<'RecoveryStarted'>> = {}): CommandOf<'StartRecovery'> => {
  const { at: now, ...data } = started(changes).data;
  return { type: 'StartRecovery', data: { ...data, now } };
};

export const started = (changes: Partial<DataOf<'RecoveryStarted'>> = {}): EventOf<'RecoveryStarted'> => ({
  type: 'RecoveryStarted',
  data: {
    ...beginning,
    subject,
    canUnlock: false,
    source: 'source-1',
    gatesRequired: 1,
    offers: [offer('email'), offer('sms'), offer('app-code')],
    limits,
    policyVersion: 4,
    expiresAt,
    at: start,
    ...changes,
  },
});

export const issuing = (method: Method, n: number): CommandOf<'IssueChallenge'> => ({
  type: 'IssueChallenge',
  data: {
    method,
    challengeId: `challenge-${n}`,
    keyId: 'day-1',
    digits: 8,
    expiresAt: minute(n + 10),
    now: minute(n),
  },
});

/** The n-th minute's challenge; it lives 10 minutes. */
export const issued = (method: Method, n: number): EventOf<'ChallengeIssued'> => ({
  type: 'ChallengeIssued',
  data: {
    recoveryId,
    challengeId: `challenge-${n}`,
    method,
    family: familyOf(method),
    contact: vaulted(method),
    keyId: 'day-1',
    digits: 8,
    expiresAt: minute(n + 10),
    at: minute(n),
  },
});

export const settling = (challenge: number, n: number, correct: boolean): CommandOf<'SettleChallenge'> => ({
  type: 'SettleChallenge',
  data: {
    challengeId: `challenge-${challenge}`,
    reservationId: `reservation-${n}`,
    reservedAt: minute(n),
    correct,
    now: minute(n),
  },
});

const settled = (method: Method, challenge: number, n: number) => ({
  recoveryId,
  challengeId: `challenge-${challenge}`,
  reservationId: `reservation-${n}`,
  method,
  family: familyOf(method),
  at: minute(n),
});

export const passed = (method: Method, challenge: number, n: number): EventOf<'ChallengePassed'> => ({
  type: 'ChallengePassed',
  data: settled(method, challenge, n),
});

export const failed = (method: Method, challenge: number, n: number, failures: number): EventOf<'ChallengeFailed'> => ({
  type: 'ChallengeFailed',
  data: { ...settled(method, challenge, n), failures },
});

export const mismatched = (method: Method, n: number, failures: number): EventOf<'ContactMismatched'> => ({
  type: 'ContactMismatched',
  data: { recoveryId, reservationId: `reservation-${n}`, method, family: familyOf(method), failures, at: minute(n) },
});

export const familyBlocked = (family: Family, n: number, until = blockEnds(n)): EventOf<'FamilyBlocked'> => ({
  type: 'FamilyBlocked',
  data: { recoveryId, family, until, at: minute(n) },
});

export const submitting = (n: number): CommandOf<'SubmitPassword'> => ({
  type: 'SubmitPassword',
  data: { credentialId: `credential-${n}`, credential: vaulted(`hash-${n}`), now: minute(n) },
});

export const submitted = (n: number, attempt = 1): EventOf<'PasswordSubmitted'> => ({
  type: 'PasswordSubmitted',
  data: { recoveryId, attempt, credentialId: `credential-${n}`, credential: vaulted(`hash-${n}`), at: minute(n) },
});

export const rejected = (n: number, attempt = 1): EventOf<'PasswordRejected'> => ({
  type: 'PasswordRejected',
  data: { recoveryId, attempt, reasons: ['directory-policy'], at: minute(n) },
});

export const succeeded = (n: number, method: Method = 'email'): EventOf<'RecoverySucceeded'> => ({
  type: 'RecoverySucceeded',
  data: { recoveryId, outcome: { result: 'succeeded', reason: 'reset', method }, at: minute(n) },
});

export const cancelled = (n: number): EventOf<'RecoveryCancelled'> => ({
  type: 'RecoveryCancelled',
  data: { recoveryId, outcome: { result: 'cancelled', reason: 'before-passing-the-gates' }, at: minute(n) },
});

export const refused = (n: number): EventOf<'CommandRefused'> => ({
  type: 'CommandRefused',
  data: { recoveryId, command: 'SubmitPassword', code: 'gates-not-passed', at: minute(n) },
});
