import { RuleViolation } from '../decider.js';
import type { Family } from '../methods.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.state.js';
import { raised, type Alert } from './alerts.js';
import { staleSince } from './disputes.js';
import { existing } from './lifecycle.js';
import { disputable, requested, type Notice } from './notices.js';
import type { Part } from './part.js';

/** What is to be carried to the customer's directory. */
export interface Writeback {
  readonly writebackId: string;
  readonly kind: 'reset' | 'unlock';
  /** The recovery it comes from. */
  readonly recoveryId: string;
  /** Names the new password; null for an unlock alone. */
  readonly credentialId: string | null;
  /** The password, sealed for the tenant's agents; it lies in the vault for minutes. Null for an unlock alone. */
  readonly sealed: VaultRef | null;
  readonly doubleReset: boolean;
  /** After this no agent begins to write. */
  readonly deadline: Instant;
}

export interface Writebacks {
  /** Asked for, and not known to be done; the latest last. */
  readonly writebacks: readonly { readonly writebackId: string; readonly recoveryId: string; readonly fence: number }[];
}

interface Settled {
  writebackId: string;
  recoveryId: string;
  /** Modifies the directory took, as its agent counts. */
  writes: number;
  /** false: set by an operation that carries no fence. */
  fenced: boolean;
}

export interface WritebackCommands {
  /** `epoch`: the account's when the recovery began, or after its last writeback. */
  RequestWriteback: Writeback & { epoch: number; now: Instant };
  /** The directory has it: whatever the account looks like now, that is a fact. */
  RecordPasswordWritten: Settled & {
    credentialId: string;
    families: readonly Family[];
    notices: readonly Notice[];
    alerts: readonly Alert[];
    now: Instant;
  };
  RecordUnlockWritten: Settled & { notices: readonly Notice[]; now: Instant };
}

export interface WritebackEventsOfAccount {
  /** `fence`: what stands for it in the directory; the account's epoch from here on. */
  WritebackRequested: Writeback & { accountId: string; tenantId: string; fence: number; at: Instant };
  PasswordWritten: Settled & { accountId: string; credentialId: string; at: Instant };
  UnlockWritten: Settled & { accountId: string; at: Instant };
}

export const noWritebacks: Writebacks = { writebacks: [] };

export const writebacks: Part<WritebackCommands, WritebackEventsOfAccount> = {
  decide: {
    RequestWriteback({ epoch, now: at, ...writeback }, state) {
      const accountId = existing(state);
      if (state.disabled) throw new RuleViolation('superseded', { why: 'account-disabled' });
      if (state.usedRecoveries.includes(writeback.recoveryId)) {
        throw new RuleViolation('superseded', { why: 'recovery-used' });
      }
      const why = staleSince(state, epoch);
      if (why) throw new RuleViolation('superseded', { why });
      const { tenantId } = state;
      return [{ type: 'WritebackRequested', data: { accountId, tenantId, ...writeback, fence: state.epoch + 1, at } }];
    },
    RecordPasswordWritten({ families, notices, alerts, now: at, ...written }, state) {
      const { credentialId, recoveryId } = written;
      if (state.usedRecoveries.includes(recoveryId)) return [];
      return [
        { type: 'PasswordWritten', data: { accountId: existing(state), ...written, at } },
        ...requested(disputable(notices, { credentialId, families }), state, at, recoveryId),
        ...raised(alerts, state, at),
      ];
    },
    RecordUnlockWritten({ notices, now: at, ...written }, state) {
      const { writebackId, recoveryId } = written;
      if (!state.writebacks.some((open) => open.writebackId === writebackId)) return [];
      return [
        { type: 'UnlockWritten', data: { accountId: existing(state), ...written, at } },
        ...requested(notices, state, at, recoveryId),
      ];
    },
  },
  evolve: {
    WritebackRequested(state, { writebackId, recoveryId, fence }) {
      const open = [...state.writebacks, { writebackId, recoveryId, fence }].slice(-remembered);
      return { ...state, writebacks: open, epoch: fence };
    },
    PasswordWritten(state, { writebackId, recoveryId, credentialId, at }) {
      return {
        ...without(state, writebackId),
        credential: { credentialId, credential: null, at },
        usedRecoveries: [recoveryId, ...state.usedRecoveries].slice(0, remembered),
        proofs: [],
        blocks: {},
      };
    },
    UnlockWritten: (state, { writebackId }) => without(state, writebackId),
  },
};

const remembered = 20;

const without = (state: AccountState, writebackId: string): AccountState => ({
  ...state,
  writebacks: state.writebacks.filter((open) => open.writebackId !== writebackId),
});
