import { NotUnderstood } from './agent-messages.js';
import type { SealedPassword } from './sealed-password.js';

/** What an agent is asked when somebody signs in whose password lies in the directory. */
export interface SignInAsk {
  readonly askId: string;
  readonly accountId: string;
  /** objectGUID or entryUUID */
  readonly userId: string;
  /** They signed in from there before: more of the directory's tries may be used. */
  readonly familiar: boolean;
  readonly sealed: SealedPassword;
  /** ISO 8601 UTC */
  readonly deadline: string;
}

/** `held-back`: not asked of the directory, so that strangers do not lock people out. */
export const signInVerdicts = [
  'right',
  'right-but-expired',
  'right-but-must-change',
  'wrong',
  'locked',
  'disabled',
  'held-back',
  'unreachable',
] as const;
export type DirectoryVerdict = (typeof signInVerdicts)[number];

export const verdictIn = (text: string | undefined): DirectoryVerdict =>
  signInVerdicts.find((verdict) => verdict === text) ?? 'unreachable';

const texts = ['askId', 'accountId', 'userId', 'deadline'] as const;

/** @throws NotUnderstood */
export function signInAskIn(json: unknown): SignInAsk | undefined {
  const { ask } = json as { ask?: SignInAsk | null };
  if (ask === null) return undefined;
  const fits =
    ask !== undefined &&
    texts.every((name) => typeof ask[name] === 'string') &&
    typeof ask.familiar === 'boolean' &&
    Array.isArray(ask.sealed?.copies);
  if (!fits) throw new NotUnderstood();
  return ask;
}

/** What the sealed password of an ask is bound to. */
export const signInInfo = (tenantId: string, { askId, accountId, userId, deadline }: Omit<SignInAsk, 'sealed'>) => ({
  purpose: 'sign-in' as const,
  tenantId,
  accountId,
  recoveryId: askId,
  writebackId: askId,
  userId,
  epoch: 0,
  deadline,
});
