import { RuleViolation } from '../decider.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.state.js';
import type { Part } from './part.js';

export type Origin = 'cloud' | 'hybrid';

export const roles = [
  'global-administrator',
  'authentication-administrator',
  'helpdesk',
  'auditor',
  'analyst',
  'ops',
] as const;
export type Role = (typeof roles)[number];

export type Language = 'ja' | 'en';

/** Who this is. */
export interface Person {
  readonly accountId: string | null;
  readonly tenantId: string;
  readonly origin: Origin;
  readonly username: VaultRef | null;
  readonly language: Language;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly licensed: boolean;
  readonly disabled: boolean;
}

interface Created {
  accountId: string;
  tenantId: string;
  origin: Origin;
  username: VaultRef;
  language: Language;
  roles: readonly Role[];
  groups: readonly string[];
  licensed: boolean;
}

export interface LifecycleCommands {
  CreateAccount: Created & { now: Instant };
  DisableAccount: { now: Instant };
  EnableAccount: { now: Instant };
}

export interface LifecycleEvents {
  AccountCreated: Created & { at: Instant };
  AccountDisabled: { accountId: string; epoch: number; at: Instant };
  AccountEnabled: { accountId: string; epoch: number; at: Instant };
}

export const nobody: Person = {
  accountId: null,
  tenantId: '',
  origin: 'cloud',
  username: null,
  language: 'en',
  roles: [],
  groups: [],
  licensed: false,
  disabled: false,
};

export const lifecycle: Part<LifecycleCommands, LifecycleEvents> = {
  decide: {
    CreateAccount({ now: at, ...created }, state) {
      if (state.accountId !== null) throw new RuleViolation('account-exists');
      return [{ type: 'AccountCreated', data: { ...created, at } }];
    },
    DisableAccount({ now: at }, state) {
      if (state.disabled) return [];
      return [{ type: 'AccountDisabled', data: { accountId: existing(state), epoch: state.epoch + 1, at } }];
    },
    EnableAccount({ now: at }, state) {
      if (!state.disabled) return [];
      return [{ type: 'AccountEnabled', data: { accountId: existing(state), epoch: state.epoch + 1, at } }];
    },
  },
  evolve: {
    AccountCreated: (state, { at: _, ...created }) => ({ ...state, ...created }),
    AccountDisabled: (state, { epoch }) => ({ ...state, disabled: true, epoch }),
    AccountEnabled: (state, { epoch }) => ({ ...state, disabled: false, epoch }),
  },
};

/** @throws RuleViolation account-unknown */
export function existing({ accountId }: AccountState): string {
  if (accountId === null) throw new RuleViolation('account-unknown');
  return accountId;
}
