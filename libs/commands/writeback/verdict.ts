import type { WritebackFailure } from '#libs/domain/account/writebacks';
import type { OutcomeReason } from '#libs/domain/outcome';
import type { WritebackState } from '#libs/domain/writeback/writeback';
import type { DirectoryRules, WritebackResult } from '#libs/domain/writeback/writeback.events';

/** What a writeback comes to. */
export type Verdict =
  | { readonly kind: 'done' }
  /** The person may choose another password. */
  | { readonly kind: 'rejected'; readonly result: 'rejected-by-policy'; readonly rules: DirectoryRules }
  | {
      readonly kind: 'failed';
      readonly result: WritebackFailure;
      readonly reason: OutcomeReason<'failed'>;
      readonly trouble?: string;
    };

/** Undefined while nobody can say. */
export function verdictOf({ phase, report }: WritebackState): Verdict | undefined {
  if (report) {
    const { result, rules = {}, trouble } = report;
    if (result === 'succeeded') return { kind: 'done' };
    if (result === 'rejected-by-policy') return { kind: 'rejected', result, rules };
    return { kind: 'failed', result, reason: reasons[result], ...(trouble !== undefined && { trouble }) };
  }
  if (phase === 'expired') return { kind: 'failed', result: 'not-taken', reason: 'writeback-timed-out' };
  if (phase === 'lost') return { kind: 'failed', result: 'not-heard-of', reason: 'writeback-timed-out' };
  return undefined;
}

const reasons: Readonly<Record<Exclude<WritebackResult, 'succeeded' | 'rejected-by-policy'>, OutcomeReason<'failed'>>> =
  {
    stale: 'superseded',
    'wrong-password': 'problem-on-premises',
    'held-back': 'problem-on-premises',
    'permission-denied': 'problem-on-premises',
    'user-not-found': 'problem-on-premises',
    protected: 'account-protected',
    disabled: 'account-disabled',
    expired: 'writeback-timed-out',
    unreachable: 'problem-on-premises',
    unreadable: 'problem-on-premises',
    unfinished: 'problem-on-premises',
  };
