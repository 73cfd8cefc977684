import { isClosed, type RecoveryView } from '../api/contract.js';

/** The wizard's steps, as kept in the browser's history. */
export type Step = 'identify' | 'reason' | 'method' | 'code' | 'password' | 'waiting' | 'closed';

/** The step that the recovery's state asks for. */
export function stepOf(view: RecoveryView): Step {
  if (isClosed(view.status)) return 'closed';
  switch (view.status) {
    case 'choosing-method':
      return 'method';
    case 'challenged':
      return 'code';
    case 'choosing-password':
      return 'password';
    default:
      return 'waiting';
  }
}

/**
 * What "back" or "forward" to `wanted` means while the recovery asks for `asked`: another way may be chosen while a
 * code is awaited; leaving the recovery has to be confirmed; what is done cannot be done again.
 */
export function whenReturningTo(wanted: Step | undefined, asked: Step): 'show' | 'confirm-stop' | 'stay' {
  if (wanted === asked || (wanted === 'method' && asked === 'code')) return 'show';
  return wanted === undefined || wanted === 'identify' || wanted === 'reason' ? 'confirm-stop' : 'stay';
}

export function stepInHistory(): Step | undefined {
  return (history.state as { step?: Step } | null)?.step;
}

export function writeHistory(step: Step, how: 'push' | 'replace'): void {
  if (how === 'push') history.pushState({ step }, '', location.href);
  else history.replaceState({ step }, '', location.href);
}
