import { RuleViolation, type Decider } from '../decider.js';
import type { Family, Method } from '../methods.js';
import type { Limits } from '../tenant/policy.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountEvent, Language, Notice, Origin, Role } from './account.events.js';
import { blockBroughtBy, blockOf, emptyLedger, reserved, settled, type ProofLedger } from './proofs.js';

export interface Credential {
  readonly credentialId: string;
  /** The hash in the vault. */
  readonly credential: VaultRef;
  readonly at: Instant;
}

export interface RegisteredMethod {
  readonly methodId: string;
  readonly method: Method;
  readonly contact: VaultRef;
  readonly by: 'user' | 'administrator' | 'directory' | 'import';
  readonly at: Instant;
}

export interface AccountState extends ProofLedger {
  readonly accountId: string | null;
  readonly tenantId: string;
  readonly origin: Origin;
  readonly username: VaultRef | null;
  readonly language: Language;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly licensed: boolean;
  readonly disabled: boolean;
  readonly methods: readonly RegisteredMethod[];
  readonly credential: Credential | null;
  /** Hashes that may not come back, newest first. */
  readonly formerCredentials: readonly Credential[];
  /** Rises with every event that makes a recovery begun earlier stale. */
  readonly epoch: number;
  /** The last time step accepted of each app. */
  readonly usedSteps: Readonly<Record<string, number>>;
  /** Recoveries that already set a password here, newest first. */
  readonly usedRecoveries: readonly string[];
}

export type AccountCommand =
  | {
      readonly type: 'CreateAccount';
      readonly data: {
        accountId: string;
        tenantId: string;
        origin: Origin;
        username: VaultRef;
        language: Language;
        roles: readonly Role[];
        groups: readonly string[];
        licensed: boolean;
        now: Instant;
      };
    }
  | { readonly type: 'DisableAccount' | 'EnableAccount'; readonly data: { now: Instant } }
  | {
      readonly type: 'RegisterMethod';
      readonly data: {
        methodId: string;
        method: Method;
        contact: VaultRef;
        by: RegisteredMethod['by'];
        now: Instant;
      };
    }
  | { readonly type: 'SetPassword'; readonly data: { credentialId: string; credential: VaultRef; now: Instant } }
  | {
      readonly type: 'ChangePassword';
      readonly data: {
        credentialId: string;
        credential: VaultRef;
        /** The credential that was proved to be known. */
        provedCredentialId: string;
        notices: readonly Notice[];
        now: Instant;
      };
    }
  | {
      readonly type: 'ResetPassword';
      readonly data: {
        recoveryId: string;
        credentialId: string;
        credential: VaultRef;
        /** The account's epoch when the recovery began. */
        epoch: number;
        notices: readonly Notice[];
        now: Instant;
      };
    }
  | { readonly type: 'UseAppCode'; readonly data: { methodId: string; step: number; now: Instant } }
  | {
      readonly type: 'ReserveProof';
      readonly data: {
        reservationId: string;
        recoveryId: string;
        family: Family;
        source: string;
        proven: boolean;
        limits: Limits;
        /** The account's epoch when the recovery began. */
        epoch?: number;
        now: Instant;
      };
    }
  | {
      readonly type: 'SettleProof';
      readonly data: {
        reservationId: string;
        recoveryId: string;
        result: 'passed' | 'failed';
        limits: Limits;
        now: Instant;
      };
    };

const initial: AccountState = {
  accountId: null,
  tenantId: '',
  origin: 'cloud',
  username: null,
  language: 'en',
  roles: [],
  groups: [],
  licensed: false,
  disabled: false,
  methods: [],
  credential: null,
  formerCredentials: [],
  epoch: 0,
  usedSteps: {},
  usedRecoveries: [],
  ...emptyLedger,
};

export const account: Decider<AccountCommand, AccountEvent, AccountState> = {
  category: 'account',
  initial,
  decide,
  evolve,
  summary: {
    type: 'AccountSummarised',
    every: 100,
    make: (state, at) => ({ type: 'AccountSummarised', data: { accountId: state.accountId ?? '', state, at } }),
  },
};

/** A name nobody has: its tries are counted like an account's, so that it cannot be told from one. */
export const decoy: Decider<AccountCommand, AccountEvent, AccountState> = { ...account, category: 'decoy' };

function decide(command: AccountCommand, state: AccountState): readonly AccountEvent[] {
  switch (command.type) {
    case 'CreateAccount': {
      if (state.accountId !== null) throw new RuleViolation('account-exists');
      const { now: at, ...created } = command.data;
      return [{ type: 'AccountCreated', data: { ...created, at } }];
    }
    case 'DisableAccount':
    case 'EnableAccount': {
      const disable = command.type === 'DisableAccount';
      if (state.disabled === disable) return [];
      const data = { accountId: existing(state), epoch: state.epoch + 1, at: command.data.now };
      return [disable ? { type: 'AccountDisabled', data } : { type: 'AccountEnabled', data }];
    }
    case 'RegisterMethod': {
      const { now: at, ...registered } = command.data;
      const accountId = existing(state);
      if (state.methods.some(({ methodId }) => methodId === registered.methodId)) return [];
      return [{ type: 'MethodRegistered', data: { accountId, ...registered, epoch: state.epoch + 1, at } }];
    }
    case 'SetPassword': {
      const { credentialId, credential, now: at } = command.data;
      const accountId = existing(state);
      return [{ type: 'PasswordSet', data: { accountId, credentialId, credential, epoch: state.epoch + 1, at } }];
    }
    case 'ChangePassword': {
      const { credentialId, credential, provedCredentialId, notices, now: at } = command.data;
      const accountId = existing(state);
      if (state.disabled) throw new RuleViolation('account-disabled');
      if (state.credential?.credentialId !== provedCredentialId) throw new RuleViolation('superseded');
      return [
        { type: 'PasswordChanged', data: { accountId, credentialId, credential, epoch: state.epoch + 1, at } },
        ...requested(notices, state, at),
      ];
    }
    case 'ResetPassword': {
      const { recoveryId, credentialId, credential, epoch, notices, now: at } = command.data;
      const accountId = existing(state);
      if (state.disabled) throw new RuleViolation('superseded', { why: 'account-disabled' });
      if (state.usedRecoveries.includes(recoveryId)) throw new RuleViolation('superseded', { why: 'recovery-used' });
      if (state.epoch !== epoch) throw new RuleViolation('superseded', { why: 'account-changed' });
      return [
        { type: 'PasswordReset', data: { accountId, recoveryId, credentialId, credential, epoch: epoch + 1, at } },
        ...requested(notices, state, at, recoveryId),
      ];
    }
    case 'UseAppCode': {
      const { methodId, step, now: at } = command.data;
      if (step <= (state.usedSteps[methodId] ?? -1)) throw new RuleViolation('code-reused');
      return [{ type: 'AppCodeUsed', data: { accountId: existing(state), methodId, step, at } }];
    }
    case 'ReserveProof': {
      const { limits, epoch, now: at, ...attempt } = command.data;
      if (epoch !== undefined && epoch !== state.epoch)
        throw new RuleViolation('superseded', { why: 'account-changed' });
      const block = blockOf(state, attempt, limits, at);
      if (block) throw new RuleViolation('blocked', { ...block });
      return [{ type: 'ProofReserved', data: { accountId: state.accountId ?? '', ...attempt, at } }];
    }
    case 'SettleProof': {
      const { reservationId, recoveryId, result, limits, now: at } = command.data;
      const proof = state.proofs.find((p) => p.reservationId === reservationId);
      if (proof?.result) return [];
      // A reset or a day has cleared the ledger meanwhile: settled all the same, so that nobody asks again.
      const block = proof && result === 'failed' ? blockBroughtBy(state, proof, limits, at) : undefined;
      const accountId = state.accountId ?? '';
      return [
        { type: 'ProofSettled', data: { accountId, reservationId, recoveryId, result, ...(block && { block }), at } },
      ];
    }
  }
}

function evolve(state: AccountState, { type, data }: AccountEvent): AccountState {
  switch (type) {
    case 'AccountCreated': {
      const { accountId, tenantId, origin, username, language, roles, groups, licensed } = data;
      return { ...state, accountId, tenantId, origin, username, language, roles, groups, licensed };
    }
    case 'AccountDisabled':
      return { ...state, disabled: true, epoch: data.epoch };
    case 'AccountEnabled':
      return { ...state, disabled: false, epoch: data.epoch };
    case 'MethodRegistered': {
      const { methodId, method, contact, by, at } = data;
      return { ...state, methods: [...state.methods, { methodId, method, contact, by, at }], epoch: data.epoch };
    }
    case 'PasswordSet':
    case 'PasswordChanged':
      return replaced(state, data);
    case 'PasswordReset': {
      const usedRecoveries = [data.recoveryId, ...state.usedRecoveries].slice(0, rememberedRecoveries);
      return { ...replaced(state, data), usedRecoveries, proofs: [], blocks: {} };
    }
    case 'NoticeRequested':
      return state;
    case 'ProofReserved':
      return { ...state, ...reserved(state, data) };
    case 'ProofSettled':
      return { ...state, ...settled(state, data.reservationId, data.result, data.block) };
    case 'AppCodeUsed':
      return { ...state, usedSteps: { ...state.usedSteps, [data.methodId]: data.step } };
    case 'AccountSummarised':
      // An earlier release may have known fewer fields.
      return { ...initial, ...data.state };
  }
}

/** More than can be open at once: an older one is refused by its epoch anyway. */
const rememberedRecoveries = 20;
/** The longest history a policy may ask for. */
const rememberedCredentials = 24;

function existing(state: AccountState): string {
  if (state.accountId === null) throw new RuleViolation('account-unknown');
  return state.accountId;
}

const requested = (
  notices: readonly Notice[],
  { accountId, tenantId }: AccountState,
  at: Instant,
  recoveryId?: string,
): AccountEvent[] =>
  notices.map((notice) => ({
    type: 'NoticeRequested',
    data: { ...notice, accountId: accountId!, tenantId, ...(recoveryId && { recoveryId }), at },
  }));

function replaced(state: AccountState, data: Credential & { epoch: number }): AccountState {
  const { credentialId, credential, at, epoch } = data;
  const former = state.credential ? [state.credential, ...state.formerCredentials] : state.formerCredentials;
  return {
    ...state,
    credential: { credentialId, credential, at },
    formerCredentials: former.slice(0, rememberedCredentials),
    epoch,
  };
}
