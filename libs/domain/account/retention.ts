import type { Method } from '../methods.js';
import type { Policy } from '../tenant/policy.js';
import { keptForMs } from '../tenant/retention.js';
import { isBefore, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.state.js';
import { comparedWith } from './credentials.js';
import { devicesOf } from './devices.js';
import { existing } from './lifecycle.js';
import type { Part } from './part.js';

/** What a vault row holds; a method's is its address, number, seed, answers or the device's name. */
export type DataKind = Method | 'username' | 'directory-user' | 'password' | 'device-key' | 'push-subscription';

/** A vault row that something newer took the place of, that its owner took away, or that was never confirmed. */
export interface Superseded {
  readonly ref: string;
  readonly what: DataKind;
  readonly supersededAt: Instant;
}

/** What the policy of the day says about it. */
export type RetentionRules = Pick<Policy, 'retentionDays' | 'limits' | 'passwords'>;

export interface RetentionCommands {
  /** The values are gone from the vault: `destroyable` said which may go. */
  RecordDestruction: { values: readonly Superseded[]; rules: RetentionRules; now: Instant };
}

export interface RetentionEvents {
  /** Gone by policy, and not lost. `retentionDays`: as the policy had it then. */
  SupersededDataDestroyed: {
    accountId: string;
    tenantId: string;
    values: readonly Superseded[];
    retentionDays: number;
    at: Instant;
  };
}

export const retention: Part<RetentionCommands, RetentionEvents> = {
  decide: {
    RecordDestruction({ values, rules, now: at }, state) {
      const accountId = existing(state);
      const destroyed = destroyable(state, values, rules, at);
      if (destroyed.length === 0) return [];
      const { retentionDays } = rules;
      const { tenantId } = state;
      return [{ type: 'SupersededDataDestroyed', data: { accountId, tenantId, values: destroyed, retentionDays, at } }];
    },
  },
  evolve: {
    // Its place in the history stays, so that no other hash falls out of it or comes back into it.
    SupersededDataDestroyed(state, { values }) {
      const gone = new Set(values.map(({ ref }) => ref));
      return {
        ...state,
        formerCredentials: state.formerCredentials.map((former) =>
          former.credential && gone.has(former.credential.ref) ? { ...former, credential: null } : former,
        ),
      };
    },
  },
};

/** Of what was superseded, what has been so for long enough and nothing of the account refers to any more. */
export function destroyable(
  state: AccountState,
  values: readonly Superseded[],
  rules: RetentionRules,
  now: Instant,
): readonly Superseded[] {
  const until = plus(now, -keptForMs(rules));
  const needed = new Set(neededBy(state, rules, now).map((value) => value?.ref));
  return values.filter(({ ref, supersededAt }) => !isBefore(until, supersededAt) && !needed.has(ref));
}

/** How many of the newest hashes are kept: a password that is current is always among those compared with. */
export const hashesKept = ({ passwords }: Pick<RetentionRules, 'passwords'>): number => Math.max(1, passwords.history);

function neededBy(state: AccountState, rules: RetentionRules, now: Instant): readonly (VaultRef | null | undefined)[] {
  const { username, directoryUser, methods, confirmations, proposal, pass, helpCase } = state;
  const pending = [...Object.values(confirmations).filter(({ over }) => !over), proposal, helpCase?.word];
  return [
    username,
    directoryUser,
    ...methods.map(({ contact }) => contact),
    ...devicesOf(state).flatMap(({ key, push }) => [key, push]),
    ...comparedWith(state, hashesKept(rules)).map(({ credential }) => credential),
    ...pending.filter((one) => one && isBefore(now, one.expiresAt)).map((one) => one?.contact),
    pass?.closed ? undefined : pass?.contact,
  ];
}
