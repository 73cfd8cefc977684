import type { Outcome } from '#libs/domain/outcome';
import type { RecoveryCommand } from '#libs/domain/recovery/recovery.commands';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import type { Instant } from '#libs/domain/time';
import type { Errand } from '#libs/domain/writeback/writeback.events';
import type { Verdict } from './verdict.js';

/**
 * What a writeback's verdict means for the recovery it came from; undefined when that is past it.
 * @param disowned the owner said "this was not me" after it was asked for
 */
export function closingOf(
  verdict: Verdict,
  errand: Errand,
  state: RecoveryState,
  now: Instant,
  disowned = false,
): RecoveryCommand | undefined {
  if (state.phase === 'closed') return correction(verdict, errand, state, now, disowned);
  const { submission, unlockBy } = state;
  // Of two agents one was refused what the other had done: there is nothing left to choose.
  if (state.phase === 'open' && verdict.kind === 'done' && errand.kind === 'reset') {
    if (disowned) return { type: 'SupersedeRecovery', data: { why: 'not-me', now } };
    return { type: 'SucceedRecovery', data: { credentialId: errand.credentialId ?? '', late: true, now } };
  }
  // Another password was submitted since: its own writeback closes the recovery.
  const current = errand.kind === 'unlock' ? unlockBy : submission?.writeback;
  if (state.phase !== 'submitted' || current?.writebackId !== errand.writebackId) return undefined;
  if (disowned) return { type: 'SupersedeRecovery', data: { why: 'not-me', now } };
  if (errand.kind === 'unlock' && verdict.kind === 'done') return { type: 'SucceedUnlock', data: { now } };
  const { credentialId = '' } = submission ?? {};
  switch (verdict.kind) {
    case 'done':
      return { type: 'SucceedRecovery', data: { credentialId, now } };
    case 'failed':
      return { type: 'FailRecovery', data: { reason: verdict.reason, now } };
    case 'rejected': {
      if (errand.kind === 'unlock') return { type: 'FailRecovery', data: { reason: 'policy-rejected', now } };
      const reasons = ['directory-policy'];
      const { rules } = verdict;
      // Of this writeback, and not of the account as it is now: what was set meanwhile makes a further try stale.
      return { type: 'RejectPassword', data: { credentialId, reasons, rules, epoch: errand.fence, now } };
    }
  }
}

/** It was given up, and now there is word of it. */
function correction(
  verdict: Verdict,
  { kind }: Errand,
  { outcome, gates }: RecoveryState,
  now: Instant,
  disowned: boolean,
): RecoveryCommand | undefined {
  // What succeeded did; and what its owner disowned stays disowned.
  if (!outcome || outcome.result === 'succeeded' || outcome.reason === 'not-me') return undefined;
  const method = gates.at(-1)?.method;
  if (verdict.kind === 'done') {
    if (disowned) return { type: 'CorrectOutcome', data: { outcome: { result: 'failed', reason: 'not-me' }, now } };
    const reason = kind === 'unlock' ? 'unlocked' : 'reset';
    const found: Outcome = { result: 'succeeded', reason, ...(method && { method }) };
    return { type: 'CorrectOutcome', data: { outcome: found, now } };
  }
  if (outcome.reason !== 'writeback-timed-out') return undefined;
  const reason = verdict.kind === 'rejected' ? 'policy-rejected' : verdict.reason;
  return reason === outcome.reason
    ? undefined
    : { type: 'CorrectOutcome', data: { outcome: { result: 'failed', reason }, now } };
}
