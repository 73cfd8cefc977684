import { isClosed, type RecoveryView } from '../api/contract.js';

/** Answers and streamed views may overtake each other; whether `next` is older than what is shown. */
export function isStale(next: RecoveryView, shown: RecoveryView): boolean {
  if (next.recoveryId !== shown.recoveryId) return true;
  if (next.revision !== undefined && shown.revision !== undefined) return next.revision < shown.revision;
  if (isClosed(shown.status)) return !isClosed(next.status);
  if (next.gatesPassed < shown.gatesPassed) return true;
  return shown.status === 'writing-back' && next.status === 'choosing-password' && next.rejection === undefined;
}
