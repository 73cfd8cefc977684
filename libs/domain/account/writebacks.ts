import { RuleViolation } from '../decider.js';
import type { Family } from '../methods.js';
import type { Limits } from '../tenant/policy.js';
import { seconds, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { SealedFor, WritebackKind, WritebackResult } from '../writeback/writeback.events.js';
import type { AccountState } from './account.state.js';
import { raised, type Alert } from './alerts.js';
import { withUsed } from './credentials.js';
import { disownedSince, staleSince } from './disputes.js';
import { existing } from './lifecycle.js';
import { disputable, requested, type Notice } from './notices.js';
import type { Part } from './part.js';
import { settlementsOf } from './tries.js';
import { recentUnlocks, refuseBeyondLimit, type Unlocks } from './unlocking.js';

/** What is to be carried to the customer's directory. */
export interface Writeback {
  readonly writebackId: string;
  readonly kind: WritebackKind;
  /** The recovery it comes from; its own id where it comes from none. */
  readonly recoveryId: string;
  /** Names the new password; null for an unlock alone. */
  readonly credentialId: string | null;
  /** The password, sealed for the tenant's agents; it lies in the vault for minutes. Null for an unlock alone. */
  readonly sealed: VaultRef | null;
  /** Which agents it is sealed for. */
  readonly sealedFor?: readonly SealedFor[];
  readonly doubleReset: boolean;
  /** After this no agent begins to write. */
  readonly deadline: Instant;
}

interface OpenWriteback {
  readonly writebackId: string;
  readonly recoveryId: string;
  readonly fence: number;
  /** When an unlock alone was asked for: it counts towards the day's limit while it is open. */
  readonly unlockAt?: Instant;
  /** It writes several times, and a random password stands in between. */
  readonly doubleReset?: true;
}

export interface Writebacks {
  /** Asked for, and not known to be done; the latest last. */
  readonly writebacks: readonly OpenWriteback[];
  /** The fence of the latest password that is known to be written; 0 before the first. */
  readonly writtenFence: number;
}

/** What its agent reported, or that none took it, or that the one that did was not heard of again. */
export type WritebackFailure = Exclude<WritebackResult, 'succeeded'> | 'not-taken' | 'not-heard-of';

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
  RequestWriteback: Writeback & { epoch: number; limits: Pick<Limits, 'unlocksPerDay'>; now: Instant };
  /** The directory has it: whatever the account looks like now, that is a fact. `fence`: what it was asked for under. */
  RecordPasswordWritten: Settled & {
    credentialId: string;
    fence: number;
    families: readonly Family[];
    /** Its tries that passed, and the references of the contacts that did. */
    passed?: readonly string[];
    provedWith?: readonly string[];
    notices: readonly Notice[];
    alerts: readonly Alert[];
    now: Instant;
  };
  RecordUnlockWritten: Settled & { passed?: readonly string[]; notices: readonly Notice[]; now: Instant };
  /** The directory does not have it. */
  RecordWritebackFailed: {
    writebackId: string;
    recoveryId: string;
    result: WritebackFailure;
    notices: readonly Notice[];
    alerts: readonly Alert[];
    now: Instant;
  };
}

export interface WritebackEventsOfAccount {
  /** `fence`: what stands for it in the directory; the account's epoch from here on. */
  WritebackRequested: Writeback & { accountId: string; tenantId: string; fence: number; at: Instant };
  PasswordWritten: Settled & {
    accountId: string;
    credentialId: string;
    provedWith?: readonly string[];
    /** Not told by earlier releases. */
    fence?: number;
    /** It came to be known late: a later write stands in the directory, or its owner disowned the account meanwhile. */
    overtaken?: 'later-write' | 'not-me';
    at: Instant;
  };
  UnlockWritten: Settled & { accountId: string; at: Instant };
  /** It came to nothing, as far as anybody knows. A late receipt may still bring `PasswordWritten` or `UnlockWritten`. */
  WritebackFailed: {
    accountId: string;
    writebackId: string;
    recoveryId: string;
    result: WritebackFailure;
    at: Instant;
  };
}

export const noWritebacks: Writebacks = { writebacks: [], writtenFence: 0 };

export const writebacks: Part<WritebackCommands, WritebackEventsOfAccount> = {
  decide: {
    RequestWriteback({ epoch, limits, now: at, ...writeback }, state) {
      const accountId = existing(state);
      if (state.disabled) throw new RuleViolation('superseded', { why: 'account-disabled' });
      if (state.usedRecoveries.includes(writeback.recoveryId)) {
        throw new RuleViolation('superseded', { why: 'recovery-used' });
      }
      const why = staleSince(state, epoch);
      if (why) throw new RuleViolation('superseded', { why });
      if (writeback.kind === 'unlock') {
        refuseAmidDoubleReset(state);
        refuseBeyondLimit(withOpen(state), limits, at);
      }
      const { tenantId } = state;
      return [{ type: 'WritebackRequested', data: { accountId, tenantId, ...writeback, fence: state.epoch + 1, at } }];
    },
    RecordPasswordWritten({ families, passed = [], notices, alerts, now: at, ...written }, state) {
      const { credentialId, recoveryId } = written;
      if (isKnown(state, written)) return [];
      const overtaken = overtakenBy(state, written.fence);
      // What is current no more cannot be disowned: its link would lead nowhere.
      const told = overtaken ? notices : disputable(notices, { credentialId, families });
      return [
        ...settlementsOf(state, passed, recoveryId, at),
        {
          type: 'PasswordWritten',
          data: { accountId: existing(state), ...written, ...(overtaken && { overtaken }), at },
        },
        ...requested(told, state, at, recoveryId),
        ...raised(alerts, state, at),
      ];
    },
    RecordUnlockWritten({ passed = [], notices, now: at, ...written }, state) {
      const { recoveryId } = written;
      if (isKnown(state, written)) return [];
      return [
        ...settlementsOf(state, passed, recoveryId, at),
        { type: 'UnlockWritten', data: { accountId: existing(state), ...written, at } },
        ...requested(notices, state, at, recoveryId),
      ];
    },
    RecordWritebackFailed({ writebackId, recoveryId, result, notices, alerts, now: at }, state) {
      if (!isOpen(state, writebackId)) return [];
      return [
        { type: 'WritebackFailed', data: { accountId: existing(state), writebackId, recoveryId, result, at } },
        ...requested(notices, state, at, recoveryId),
        ...raised(alerts, state, at),
      ];
    },
  },
  evolve: {
    WritebackRequested(state, { writebackId, recoveryId, kind, fence, doubleReset, at }) {
      const unlock = kind === 'unlock' && { unlockAt: at };
      const asked = { writebackId, recoveryId, fence, ...unlock, ...(doubleReset && { doubleReset }) };
      const open = [...state.writebacks, asked].slice(-remembered);
      return { ...state, writebacks: open, epoch: fence };
    },
    PasswordWritten(state, { writebackId, recoveryId, credentialId, provedWith = [], fence, overtaken, at }) {
      const asked = state.writebacks.find((open) => open.writebackId === writebackId);
      const settled = { ...without(state, writebackId), usedRecoveries: withUsed(state, recoveryId) };
      if (overtaken) return settled;
      const changed = {
        ...settled,
        credential: { credentialId, credential: null, at },
        writtenFence: Math.max(state.writtenFence, fence ?? asked?.fence ?? 0),
        mustChange: false,
      };
      // Whoever knew the old one changed it: that resets nothing.
      if (writebackId === recoveryId) return changed;
      return {
        ...changed,
        lastReset: { at, provedWith },
        proofs: [],
        blocks: {},
        confirmationTries: [],
      };
    },
    UnlockWritten: (state, { writebackId, recoveryId, at }) => ({
      ...without(state, writebackId),
      unlocks: [...recentUnlocks(state, at), at],
      usedRecoveries: withUsed(state, recoveryId),
    }),
    WritebackFailed: (state, { writebackId }) => without(state, writebackId),
  },
};

/**
 * An unlock has the later fence, and would keep a reset that was cut off in between from being finished: its random password
 * would stay. A reset unlocks by itself, and a later one may overtake it.
 * @throws RuleViolation unavailable
 */
export function refuseAmidDoubleReset({ writebacks: open }: Writebacks): void {
  if (open.some(({ doubleReset }) => doubleReset))
    throw new RuleViolation('unavailable', { retryAfterMs: seconds(30) });
}

const remembered = 20;

const withOpen = ({ unlocks, liftedAt, writebacks: open }: AccountState): Unlocks => ({
  unlocks: [...unlocks, ...open.flatMap(({ unlockAt }) => unlockAt ?? [])].sort(),
  liftedAt,
});

const isOpen = ({ writebacks: open }: Writebacks, writebackId: string): boolean =>
  open.some((one) => one.writebackId === writebackId);

/** Recorded before, whatever was thought of it in between. */
const isKnown = (state: AccountState, { writebackId, recoveryId }: Settled): boolean =>
  !isOpen(state, writebackId) && state.usedRecoveries.includes(recoveryId);

/** The fence tells which of two stands in the directory, in whatever order they come to be known. */
function overtakenBy(state: AccountState, fence: number): 'later-write' | 'not-me' | undefined {
  if (disownedSince(state, fence)) return 'not-me';
  return fence < state.writtenFence ? 'later-write' : undefined;
}

const without = (state: AccountState, writebackId: string): AccountState => ({
  ...state,
  writebacks: state.writebacks.filter((open) => open.writebackId !== writebackId),
});
