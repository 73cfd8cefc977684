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
  /** The directory alone disabled it: the directory may enable it again. */
  readonly disabledByDirectory: boolean;
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

/** Whose word it is: an administrator's or operator's when left out. */
interface Switch {
  by?: 'directory';
}

export interface LifecycleCommands {
  CreateAccount: Created & { now: Instant };
  DisableAccount: Switch & { now: Instant };
  /** By the directory: only what nobody else disabled. */
  EnableAccount: Switch & { now: Instant };
}

export interface LifecycleEvents {
  AccountCreated: Created & { at: Instant };
  AccountDisabled: Switch & { accountId: string; epoch: number; at: Instant };
  AccountEnabled: Switch & { accountId: string; epoch: number; at: Instant };
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
  disabledByDirectory: false,
};

export const lifecycle: Part<LifecycleCommands, LifecycleEvents> = {
  decide: {
    CreateAccount({ now: at, ...created }, state) {
      if (state.accountId !== null) throw new RuleViolation('account-exists');
      return [{ type: 'AccountCreated', data: { ...created, at } }];
    },
    DisableAccount({ by, now: at }, state) {
      // An administrator's word stands over the directory's.
      if (state.disabled && (by === 'directory' || !state.disabledByDirectory)) return [];
      return [{ type: 'AccountDisabled', data: { ...switched(state, at), ...(by && { by }) } }];
    },
    EnableAccount({ by, now: at }, state) {
      if (!state.disabled || (by === 'directory' && !state.disabledByDirectory)) return [];
      return [{ type: 'AccountEnabled', data: { ...switched(state, at), ...(by && { by }) } }];
    },
  },
  evolve: {
    AccountCreated: (state, { at: _, ...created }) => ({ ...state, ...created }),
    AccountDisabled: (state, { by, epoch }) => ({
      ...state,
      disabled: true,
      disabledByDirectory: by === 'directory',
      epoch,
    }),
    AccountEnabled: (state, { epoch }) => ({ ...state, disabled: false, disabledByDirectory: false, epoch }),
  },
};

const switched = (state: AccountState, at: Instant) => ({ accountId: existing(state), epoch: state.epoch + 1, at });

/** Of a password that lies in the customer's directory we keep nothing that could be demanded or replaced. */
export function refuseHybrid({ origin }: AccountState): void {
  if (origin === 'hybrid') throw new RuleViolation('password-on-premises');
}

/** @throws RuleViolation account-unknown */
export function existing({ accountId }: AccountState): string {
  if (accountId === null) throw new RuleViolation('account-unknown');
  return accountId;
}
