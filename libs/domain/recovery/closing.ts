import type { Outcome } from '../outcome.js';
import type { RecoveryEvent } from './recovery.events.js';
import { gatesPassed, type RecoveryState } from './recovery.state.js';

/** The outcome's words for a recovery that ran out of time. */
export function abandonment(state: RecoveryState): Outcome<'abandoned'> {
  const result = 'abandoned';
  const passed = state.gates.at(-1)?.method;
  if (gatesPassed(state)) return { result, reason: 'while-choosing-a-password' };
  if (state.challenge && !state.challenge.passed) {
    return { result, reason: 'after-starting-method', method: state.challenge.method };
  }
  if (passed) return { result, reason: 'after-completing-method', method: passed };
  return { result, reason: 'before-selecting-a-method' };
}

export function success({ gates }: RecoveryState, reason: Outcome<'succeeded'>['reason']): Outcome<'succeeded'> {
  const method = gates.at(-1)?.method;
  return { result: 'succeeded', reason, ...(method && { method }) };
}

export const cancellation = (state: RecoveryState): Outcome<'cancelled'> => ({
  result: 'cancelled',
  reason: gatesPassed(state) ? 'before-submitting-a-password' : 'before-passing-the-gates',
});

export const contact = ({ lastMethod }: RecoveryState): Outcome<'contacted-administrator'> =>
  lastMethod
    ? { result: 'contacted-administrator', reason: 'after-trying-method', method: lastMethod }
    : { result: 'contacted-administrator', reason: 'before-trying' };

/** Named after the failure that filled the limit. */
export function blocking(state: RecoveryState, last: RecoveryEvent | undefined): Outcome<'blocked'> {
  const result = 'blocked';
  const method = state.lastMethod ? { method: state.lastMethod } : {};
  if (last?.type === 'ContactMismatched') {
    const reason = last.data.family === 'email' ? 'too-many-wrong-addresses' : 'too-many-wrong-phone-numbers';
    return { result, reason, ...method };
  }
  if (last?.type === 'ChallengeDenied') return { result, reason: 'too-many-denied-calls', ...method };
  if (last?.type === 'ChallengeFailed') {
    const reason = last.data.family === 'questions' ? 'too-many-wrong-answers' : 'too-many-wrong-codes';
    return { result, reason, ...method };
  }
  return { result, reason: 'too-many-failed-proofs', ...method };
}
