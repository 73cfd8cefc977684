import type { Method } from './methods.js';

/** How a recovery ended, in the words of deflection analysis: exactly one per recovery, the last one counts. */
export const outcomeReasons = {
  succeeded: ['reset', 'unlocked'],
  abandoned: [
    'after-entering-user-id',
    'before-selecting-a-method',
    'after-starting-method',
    'after-completing-method',
    'while-choosing-a-password',
  ],
  blocked: [
    'too-many-wrong-codes',
    'too-many-denied-calls',
    'too-many-wrong-answers',
    'too-many-wrong-phone-numbers',
    'too-many-wrong-addresses',
    'too-many-failed-proofs',
  ],
  cancelled: ['before-passing-the-gates', 'before-submitting-a-password'],
  'contacted-administrator': ['after-trying-method', 'before-trying'],
  failed: [
    'not-enabled-for-tenant',
    'not-enabled-for-user',
    'not-in-group',
    'no-licence',
    'too-few-methods',
    'on-premises-without-writeback',
    'writeback-unreachable',
    'problem-on-premises',
    'policy-rejected',
    'writeback-timed-out',
    'account-disabled',
    'account-protected',
    'already-blocked',
    'unknown-user',
    'superseded',
    'not-me',
  ],
} as const;

export type OutcomeResult = keyof typeof outcomeReasons;
export type OutcomeReason<R extends OutcomeResult> = (typeof outcomeReasons)[R][number];

export type Outcome<R extends OutcomeResult = OutcomeResult> = {
  [Result in R]: { readonly result: Result; readonly reason: OutcomeReason<Result>; readonly method?: Method };
}[R];

/** Why a recovery could not even start. */
export type Refusal = OutcomeReason<'failed'>;

/** As it is told: `after-starting-method` names the method, `after-starting-email`. */
export const toldReason = (reason: string, method: Method | null | undefined): string =>
  method ? reason.replace(/-method$/, `-${method}`) : reason;
