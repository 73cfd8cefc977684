import type { LoggedEvent } from './projected-event.js';
import { recoveryStatus } from './recovery-status.js';
import { logged, rowsFrom } from './testing.js';

const at = '2026-01-01T10:00:00.000Z';
const later = '2026-01-01T10:05:00.000Z';
const recoveryId = 'r';

const started = logged('recovery-r', 'RecoveryStarted', {
  recoveryId,
  tenantId: 't',
  subject: { kind: 'account', accountId: 'a', origin: 'cloud', epoch: 2 },
  reason: 'forgot-password',
  supportCode: 'ABC',
  gatesRequired: 2,
  policyVersion: 3,
  expiresAt: '2026-01-01T10:15:00.000Z',
  at,
});
const issued = (method: 'email' | 'app-code', family: 'email' | 'app') =>
  logged('recovery-r', 'ChallengeIssued', { recoveryId, challengeId: `ch-${method}`, method, family });
const passed = (family: 'email' | 'app') => logged('recovery-r', 'ChallengePassed', { recoveryId, family });
const submitted = logged('recovery-r', 'PasswordSubmitted', { recoveryId });

const row = (...events: LoggedEvent[]) => rowsFrom(recoveryStatus, ...events)[0];
const statusAfter = (...events: LoggedEvent[]) => row(started, ...events)?.status;

describe('recovery status', () => {
  it('begins with choosing a method', () => {
    expect(row(started)).toEqual({
      recovery_id: 'r',
      tenant_id: 't',
      account_id: 'a',
      support_code: 'ABC',
      correlation_id: 'r',
      reason: 'forgot-password',
      status: 'choosing-method',
      method: null,
      family: null,
      gates_required: 2,
      gates_passed: 0,
      challenges: 0,
      failures: 0,
      delivery_tries: 0,
      outcome: null,
      outcome_reason: null,
      worked: null,
      policy_version: 3,
      started_at: at,
      expires_at: '2026-01-01T10:15:00.000Z',
      closed_at: null,
    });
  });

  it('of a decoy names the account only where there is one', () => {
    const decoy = { kind: 'decoy', token: 'x', refusal: 'unknown-user' } as const;
    const about = (subject: object) => row({ ...started, data: { ...started.data, subject } })?.account_id;
    expect(about(decoy)).toBeNull();
    expect(about({ ...decoy, accountId: 'a' })).toBe('a');
  });

  it('of one refused is its whole history', () => {
    const refused = logged('recovery-r', 'RecoveryRefused', {
      recoveryId,
      tenantId: null,
      accountId: null,
      reason: 'account-locked',
      supportCode: 'X',
      outcome: { result: 'failed', reason: 'unknown-user' },
      policyVersion: 1,
      at,
    });
    expect(row(refused)).toMatchObject({
      status: 'failed',
      outcome: 'failed',
      outcome_reason: 'unknown-user',
      started_at: at,
      closed_at: at,
      tenant_id: null,
      account_id: null,
    });
  });

  it('follows the gates, in the words of the journey', () => {
    const [email, app] = [issued('email', 'email'), issued('app-code', 'app')];
    const rejected = logged('recovery-r', 'PasswordRejected', { recoveryId });
    expect(statusAfter(email)).toBe('challenged');
    expect(statusAfter(email, passed('email'))).toBe('choosing-method');
    expect(statusAfter(email, passed('email'), app, passed('app'))).toBe('choosing-password');
    expect(statusAfter(email, passed('email'), app, passed('app'), submitted)).toBe('writing-back');
    expect(statusAfter(submitted, rejected)).toBe('choosing-password');
  });

  it('goes back to choosing when the family being tried is blocked', () => {
    const blocked = (family: 'email' | 'app') => logged('recovery-r', 'FamilyBlocked', { recoveryId, family });
    expect(statusAfter(issued('email', 'email'), blocked('email'))).toBe('choosing-method');
    expect(statusAfter(issued('email', 'email'), blocked('app'))).toBe('challenged');
  });

  it('counts challenges, failures and tries to deliver', () => {
    const failed = logged('recovery-r', 'ChallengeFailed', { recoveryId, failures: 1 });
    const mismatched = logged('recovery-r', 'ContactMismatched', { recoveryId, method: 'sms', family: 'phone' });
    const attempted = logged('recovery-r', 'DeliveryAttempted', { deliveryId: 'ch', attempt: 1 });
    const email = issued('email', 'email');
    expect(row(started, email, attempted, attempted, failed, email, mismatched)).toMatchObject({
      challenges: 2,
      failures: 2,
      delivery_tries: 2,
      method: 'sms',
      family: 'phone',
    });
  });

  it('does not count the delivery of notices', () => {
    expect(rowsFrom(recoveryStatus, logged('notice-n', 'DeliveryAttempted', { deliveryId: 'n' }))).toEqual([]);
  });

  it('ends with the outcome', () => {
    const outcomes = [
      ['RecoverySucceeded', { result: 'succeeded', reason: 'reset', method: 'app-code' }],
      ['RecoveryFailed', { result: 'failed', reason: 'superseded' }],
      ['RecoveryBlocked', { result: 'blocked', reason: 'too-many-wrong-codes' }],
      ['RecoveryCancelled', { result: 'cancelled', reason: 'before-passing-the-gates' }],
      ['RecoveryAbandoned', { result: 'abandoned', reason: 'before-selecting-a-method' }],
      ['AdministratorContacted', { result: 'contacted-administrator', reason: 'before-trying' }],
    ] as const;
    for (const [type, outcome] of outcomes) {
      const closing = logged('recovery-r', type, { recoveryId, outcome, at: later } as never);
      expect(row(started, issued('email', 'email'), closing)).toMatchObject({
        status: outcome.result,
        outcome: outcome.result,
        outcome_reason: outcome.reason,
        method: 'method' in outcome ? outcome.method : 'email',
        closed_at: later,
      });
    }
  });

  it('keeps what the person said about it', () => {
    expect(row(started, logged('recovery-r', 'WorkedReported', { recoveryId, worked: false }))?.worked).toBe(false);
  });

  it('refuses a history that begins in the middle', () => {
    expect(() => row(submitted)).toThrow('there is no row to change');
  });
});
