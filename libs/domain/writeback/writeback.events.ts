// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';

/** The directory's own rules, as its agent reads them. */
export interface DirectoryRules {
  readonly minimumLength?: number;
  readonly complexity?: boolean;
  readonly history?: number;
  readonly minimumAgeHours?: number;
}

/** `change`: by a person who knows the old password, which the directory checks. */
export type WritebackKind = 'reset' | 'unlock' | 'change';

export const writebackResults = [
  'succeeded',
  /** A later reset was there first. */
  'stale',
  'rejected-by-policy',
  'wrong-password',
  /** The directory's own lock was too near for another try at the old password. */
  'held-back',
  'permission-denied',
  'user-not-found',
  'protected',
  'disabled',
  /** Its deadline had passed when the agent was about to write. */
  'expired',
  'unreachable',
  /** The sealed value did not open, or was for somebody else. */
  'unreadable',
  /** A reset of several writes was cut off, and its password is gone: neither the former password holds nor the new one. */
  'unfinished',
] as const;
export type WritebackResult = (typeof writebackResults)[number];

/** Which agent holds a copy of the sealed value, and which of its keys opens it. */
export interface SealedFor {
  readonly agentId: string;
  readonly keyId: string;
}

/** What is to be carried, and until when. */
export interface Errand {
  readonly writebackId: string;
  readonly tenantId: string;
  readonly accountId: string;
  /** The recovery it comes from; its own id where it comes from none. */
  readonly recoveryId: string;
  readonly kind: WritebackKind;
  /** Names the new password; null for an unlock alone. */
  readonly credentialId?: string | null;
  /** What shall stand in the directory's fence. */
  readonly fence: number;
  /** The password, sealed for the tenant's agents; null for an unlock alone. */
  readonly sealed: VaultRef | null;
  /** No other agent could open it; left out where nothing is sealed. */
  readonly sealedFor?: readonly SealedFor[];
  readonly doubleReset: boolean;
  /** After this no agent begins to write. */
  readonly deadline: Instant;
}

interface Events {
  /** Any live agent of the tenant may take it, until the deadline. */
  WritebackOffered: Errand & {
    /** 1, and one more each time a lease lapsed without a word. */
    offer: number;
    at: Instant;
  };
  /** One agent took it. */
  WritebackLeased: {
    writebackId: string;
    recoveryId: string;
    agentId: string;
    offer: number;
    leaseUntil: Instant;
    at: Instant;
  };
  /** An agent that had it changed nothing and says so while nobody else has it: it is offered anew, to the others. */
  WritebackReturned: {
    writebackId: string;
    recoveryId: string;
    tenantId: string;
    agentId: string;
    result: WritebackResult;
    /** The kind of trouble, for operators. */
    trouble?: string;
    /** One more than the one it took. */
    offer: number;
    /** Others had it before and were not heard of: they may have written. */
    unheard: boolean;
    at: Instant;
  };
  /** An agent changed nothing, and says so when another has it by now: only what that one does is still open. */
  WritebackUntouched: {
    writebackId: string;
    recoveryId: string;
    agentId: string;
    result: WritebackResult;
    /** The kind of trouble, for operators. */
    trouble?: string;
    at: Instant;
  };
  /** What the agent's signed receipt says. */
  WritebackReported: {
    writebackId: string;
    recoveryId: string;
    agentId: string;
    result: WritebackResult;
    /** Modifies that changed something, as far as this agent knows. */
    writes: number;
    /** false: the password was set by an operation that carries no fence. */
    fenced: boolean;
    rules?: DirectoryRules;
    /** The kind of trouble, for operators. */
    trouble?: string;
    /** When it was done, by the agent's clock. */
    doneAt: Instant;
    at: Instant;
  };
  /** The deadline passed and no agent had taken it: nothing was changed, and nothing will be. */
  WritebackExpired: { writebackId: string; recoveryId: string; at: Instant };
  /** An agent took it and was not heard of for a day. */
  WritebackLost: { writebackId: string; recoveryId: string; at: Instant };
}

export type WritebackEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];
export type WritebackEventData<T extends keyof Events> = Readonly<Events[T]>;
