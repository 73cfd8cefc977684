import { RuleViolation } from '../decider.js';
import type { Limits } from '../tenant/policy.js';
import { hours, isBefore, plus, type Instant } from '../time.js';
import type { AccountState } from './account.state.js';
import { withUsed } from './credentials.js';
import { staleSince } from './disputes.js';
import { existing } from './lifecycle.js';
import { requested, type Notice } from './notices.js';
import type { Part } from './part.js';
import { settlementsOf } from './tries.js';

export interface Unlocks {
  /** When the account was unlocked without a new password, within the last 24 hours, oldest first; at least the last one. */
  readonly unlocks: readonly Instant[];
  /** When a helpdesk last lifted what held this account up. */
  readonly liftedAt: Instant | null;
}

export interface UnlockCommands {
  /** `epoch`: the account's when the recovery began. */
  UnlockAccount: {
    recoveryId: string;
    epoch: number;
    /** Reservations of this recovery's tries that passed. */
    passed?: readonly string[];
    limits: Pick<Limits, 'unlocksPerDay'>;
    notices: readonly Notice[];
    now: Instant;
  };
}

export interface UnlockEvents {
  /** Wrong passwords tried at sign-in up to now hold nobody up any more; the counters of recovery stay as they are. */
  AccountUnlocked: { accountId: string; recoveryId: string; at: Instant };
}

export const noUnlocks: Unlocks = { unlocks: [], liftedAt: null };

export const unlocking: Part<UnlockCommands, UnlockEvents> = {
  decide: {
    UnlockAccount({ recoveryId, epoch, passed = [], limits, notices, now: at }, state) {
      const accountId = existing(state);
      if (state.disabled) throw new RuleViolation('superseded', { why: 'account-disabled' });
      if (state.usedRecoveries.includes(recoveryId)) throw new RuleViolation('superseded', { why: 'recovery-used' });
      const why = staleSince(state, epoch);
      if (why) throw new RuleViolation('superseded', { why });
      refuseBeyondLimit(state, limits, at);
      return [
        ...settlementsOf(state, passed, recoveryId, at),
        { type: 'AccountUnlocked', data: { accountId, recoveryId, at } },
        ...requested(notices, state, at, recoveryId),
      ];
    },
  },
  evolve: {
    AccountUnlocked: (state, { recoveryId, at }) => ({
      ...state,
      unlocks: [...recentUnlocks(state, at), at],
      usedRecoveries: withUsed(state, recoveryId),
    }),
  },
};

/** @throws RuleViolation unlock-limit with `retryAfterMs` */
export function refuseBeyondLimit(
  state: Unlocks,
  { unlocksPerDay }: Pick<Limits, 'unlocksPerDay'>,
  now: Instant,
): void {
  const recent = recentUnlocks(state, now);
  if (recent.length < unlocksPerDay) return;
  const until = plus(recent[recent.length - unlocksPerDay]!, windowMs);
  throw new RuleViolation('unlock-limit', { until, retryAfterMs: Date.parse(until) - Date.parse(now) });
}

/** From when on wrong passwords count: what was tried before the password was set, before an unlock or a lift, does not. */
export const signInsClearedAt = ({ credential, unlocks, liftedAt }: AccountState): Instant | undefined =>
  [...(credential ? [credential.at] : []), ...unlocks.slice(-1), ...(liftedAt ? [liftedAt] : [])].sort().at(-1);

const windowMs = hours(24);

export const recentUnlocks = ({ unlocks }: Unlocks, now: Instant): readonly Instant[] =>
  unlocks.filter((at) => isBefore(now, plus(at, windowMs)));
