import { given } from '../testing.js';
import { recovery } from './recovery.js';
import type { RecoveryEvent } from './recovery.events.js';
import { statusOf } from './recovery.status.js';
import { issued, minute, passed, recoveryId, started, submitting } from './story.js';

const locked = started({ reason: 'account-locked', canUnlock: true });
const proved = [locked, issued('email', 1), passed('email', 1, 2)] as const;
const unlocking = (n: number) => ({ type: 'SubmitUnlock', data: { now: minute(n) } }) as const;
const submitted = (n: number, attempt = 1): RecoveryEvent => ({
  type: 'UnlockSubmitted',
  data: { recoveryId, attempt, at: minute(n) },
});
const rejected = (n: number): RecoveryEvent => ({
  type: 'UnlockRejected',
  data: { recoveryId, attempt: 1, reason: 'unlock-limit', at: minute(n) },
});

describe('SubmitUnlock', () => {
  it('marks the point of no return, as a password does', () => {
    given(recovery, ...proved)
      .when(unlocking(3))
      .then(submitted(3));
    const after = given(recovery, ...proved, submitted(3));
    expect(statusOf(after.state, minute(20))).toBe('unlocking');
    after.when({ type: 'CancelRecovery', data: { now: minute(4) } }).thenRefuses('password-submitted');
    after.when({ type: 'ExpireRecovery', data: { now: minute(20) } }).thenNothing();
    after.when(submitting(4)).thenRefuses('password-submitted');
  });

  it('needs the reason, the policy, the gates, and a real account', () => {
    given(recovery, started(), issued('email', 1), passed('email', 1, 2))
      .when(unlocking(3))
      .thenRefuses('unlock-not-allowed');
    given(recovery, locked).when(unlocking(3)).thenRefuses('gates-not-passed');
    const subject = { kind: 'decoy', token: 'token-1', refusal: 'unknown-user' } as const;
    const decoy = started({ reason: 'account-locked', canUnlock: true, subject });
    given(recovery, decoy).when(unlocking(3)).thenRefuses('gates-not-passed');
  });
});

it('SucceedUnlock closes it as unlocked, once', () => {
  const command = { type: 'SucceedUnlock', data: { now: minute(4) } } as const;
  const outcome = { result: 'succeeded', reason: 'unlocked', method: 'email' } as const;
  const succeeded: RecoveryEvent = { type: 'RecoverySucceeded', data: { recoveryId, outcome, at: minute(4) } };
  given(recovery, ...proved, submitted(3))
    .when(command)
    .then(succeeded);
  given(recovery, ...proved, submitted(3), succeeded)
    .when(command)
    .thenNothing();
  given(recovery, ...proved)
    .when(command)
    .thenRefuses('not-submitted');
});

it('RejectUnlock lets the person go on, with a new password', () => {
  const command = { type: 'RejectUnlock', data: { reason: 'unlock-limit', now: minute(4) } } as const;
  given(recovery, ...proved, submitted(3))
    .when(command)
    .then(rejected(4));
  given(recovery, ...proved, submitted(3), rejected(4))
    .when(command)
    .thenNothing();
  const after = given(recovery, ...proved, submitted(3), rejected(4));
  expect(statusOf(after.state, minute(5))).toBe('choosing-password');
  expect(after.when(submitting(5)).events()).toMatchObject([{ type: 'PasswordSubmitted', data: { attempt: 2 } }]);
});
