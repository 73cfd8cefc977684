import { isBefore, type Instant } from '../time.js';
import { gatesPassed, type Challenge, type RecoveryState } from './recovery.state.js';

export const recoveryStatuses = [
  'choosing-method',
  'challenged',
  'choosing-password',
  'unlocking',
  'writing-back',
  'succeeded',
  'failed',
  'blocked',
  'cancelled',
  'contacted-administrator',
  'abandoned',
] as const;
export type RecoveryStatus = (typeof recoveryStatuses)[number];

export const challengeStatuses = [
  'sending',
  'sent',
  'delivered',
  'delayed',
  'failed',
  'denied',
  'expired',
  'passed',
] as const;
export type ChallengeStatus = (typeof challengeStatuses)[number];

/** What the person is told, at this moment. */
export function statusOf(state: RecoveryState, now: Instant): RecoveryStatus {
  if (state.outcome) return state.outcome.result;
  if (state.phase === 'submitted') return state.unlocking ? 'unlocking' : 'writing-back';
  if (!isBefore(now, state.expiresAt)) return 'abandoned';
  if (gatesPassed(state)) return 'choosing-password';
  return state.challenge && !state.challenge.passed ? 'challenged' : 'choosing-method';
}

export function challengeStatusOf(challenge: Challenge, now: Instant): ChallengeStatus {
  if (challenge.passed) return 'passed';
  if (challenge.over) return challenge.over;
  if (!isBefore(now, challenge.expiresAt)) return 'expired';
  const { state } = challenge.delivery;
  return state === 'waiting' ? 'sending' : state;
}
