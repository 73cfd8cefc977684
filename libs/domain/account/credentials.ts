import { RuleViolation } from '../decider.js';
import type { Family } from '../methods.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.state.js';
import { raised, type Alert } from './alerts.js';
import { staleSince } from './disputes.js';
import { existing, refuseHybrid } from './lifecycle.js';
import { disputable, requested, type Notice } from './notices.js';
import type { Part } from './part.js';
import { mayAssist, type Member } from './ranks.js';
import { settlementsOf } from './tries.js';

/**
 * A password, as its hash in the vault; null where it lies in the customer's directory and nowhere else, or was destroyed
 * under the retention rule.
 */
export interface Credential {
  readonly credentialId: string;
  readonly credential: VaultRef | null;
  readonly at: Instant;
}

export interface Credentials {
  readonly credential: Credential | null;
  /** Hashes that may not come back, newest first. */
  readonly formerCredentials: readonly Credential[];
  /** Recoveries that already set a password or unlocked here, newest first. */
  readonly usedRecoveries: readonly string[];
  /** Somebody decided that the next sign-in has to set a new password. */
  readonly mustChange: boolean;
  /** The last reset, and the contacts that proved it. */
  readonly lastReset: { readonly at: Instant; readonly provedWith: readonly string[] } | null;
}

interface Hash {
  credentialId: string;
  credential: VaultRef;
}

export interface CredentialCommands {
  SetPassword: Hash & { now: Instant };
  /** `provedCredentialId`: the credential that was proved to be known. */
  ChangePassword: Hash & { provedCredentialId: string; notices: readonly Notice[]; now: Instant };
  /**
   * `epoch`: the account's when the recovery began; `passed`: its tries that did; `families`: those its gates were passed
   * by.
   */
  ResetPassword: Hash & {
    recoveryId: string;
    epoch: number;
    passed?: readonly string[];
    families?: readonly Family[];
    /** References of the contacts that passed its gates. */
    provedWith?: readonly string[];
    notices: readonly Notice[];
    /** What the tenant's administrators shall hear of it. */
    alerts?: readonly Alert[];
    now: Instant;
  };
  /** By somebody who stands above the owner: the present password opens nothing but the choice of another. */
  RequirePasswordChange: { member: Member; now: Instant };
}

export interface CredentialEvents {
  /** The first password, or one an import brought along. */
  PasswordSet: Hash & { accountId: string; epoch: number; at: Instant };
  PasswordChanged: Hash & { accountId: string; epoch: number; at: Instant };
  /** The commit point of a recovery in the cloud. */
  PasswordReset: Hash & {
    accountId: string;
    recoveryId: string;
    epoch: number;
    provedWith?: readonly string[];
    at: Instant;
  };
  /** The next sign-in leads to a new password and to nothing else. */
  PasswordChangeRequired: { accountId: string; at: Instant };
}

export const noCredentials: Credentials = {
  credential: null,
  formerCredentials: [],
  usedRecoveries: [],
  mustChange: false,
  lastReset: null,
};

export const credentials: Part<CredentialCommands, CredentialEvents> = {
  decide: {
    SetPassword({ now: at, ...hash }, state) {
      return [{ type: 'PasswordSet', data: { accountId: existing(state), ...hash, epoch: state.epoch + 1, at } }];
    },
    ChangePassword({ credentialId, credential, provedCredentialId, notices, now: at }, state) {
      const accountId = existing(state);
      if (state.disabled) throw new RuleViolation('account-disabled');
      if (state.credential?.credentialId !== provedCredentialId) throw new RuleViolation('superseded');
      return [
        { type: 'PasswordChanged', data: { accountId, credentialId, credential, epoch: state.epoch + 1, at } },
        ...requested(disputable(notices, { credentialId, families: [] }), state, at),
      ];
    },
    ResetPassword(data, state) {
      const { recoveryId, credentialId, credential, epoch, passed = [], provedWith, now: at } = data;
      const { families = [], notices, alerts = [] } = data;
      const accountId = existing(state);
      if (state.disabled) throw new RuleViolation('superseded', { why: 'account-disabled' });
      if (state.usedRecoveries.includes(recoveryId)) throw new RuleViolation('superseded', { why: 'recovery-used' });
      const why = staleSince(state, epoch);
      if (why) throw new RuleViolation('superseded', { why });
      return [
        ...settlementsOf(state, passed, recoveryId, at),
        {
          type: 'PasswordReset',
          data: {
            accountId,
            recoveryId,
            credentialId,
            credential,
            epoch: epoch + 1,
            ...(provedWith && { provedWith }),
            at,
          },
        },
        ...requested(disputable(notices, { credentialId, families }), state, at, recoveryId),
        ...raised(alerts, state, at),
      ];
    },
    RequirePasswordChange({ member, now: at }, state) {
      mayAssist(member, state);
      refuseHybrid(state);
      const accountId = existing(state);
      return state.mustChange ? [] : [{ type: 'PasswordChangeRequired', data: { accountId, at } }];
    },
  },
  evolve: {
    PasswordSet: replaced,
    PasswordChanged: replaced,
    PasswordReset(state, data) {
      const usedRecoveries = withUsed(state, data.recoveryId);
      const lastReset = { at: data.at, provedWith: data.provedWith ?? [] };
      return { ...replaced(state, data), usedRecoveries, lastReset, proofs: [], blocks: {}, confirmationTries: [] };
    },
    PasswordChangeRequired: (state) => ({ ...state, mustChange: true }),
  },
};

/** More than can be open at once: an older one is refused by its epoch anyway. */
const rememberedRecoveries = 20;
export const withUsed = ({ usedRecoveries }: Credentials, recoveryId: string): readonly string[] =>
  [recoveryId, ...usedRecoveries].slice(0, rememberedRecoveries);

/** Those that a new password is compared with: the newest, and the one that was disowned, for ever. */
export function comparedWith(
  { credential, formerCredentials, dispute }: AccountState,
  history: number,
): readonly Credential[] {
  const newest = [...(credential ? [credential] : []), ...formerCredentials].slice(0, history);
  const disowned = formerCredentials.filter(({ credentialId }) => credentialId === dispute?.credentialId);
  return [...newest, ...disowned];
}

/** The longest history a policy may ask for. */
const rememberedCredentials = 24;

function replaced(state: AccountState, { credentialId, credential, at, epoch }: Credential & { epoch: number }) {
  const former = state.credential ? [state.credential, ...state.formerCredentials] : state.formerCredentials;
  return {
    ...state,
    credential: { credentialId, credential, at },
    formerCredentials: former.slice(0, rememberedCredentials),
    mustChange: false,
    epoch,
  };
}
