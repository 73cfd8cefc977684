import type { Family, Method } from '../methods.js';
import type { DeliveryCommand } from '../delivery/delivery.js';
import type { Outcome, OutcomeReason, Refusal } from '../outcome.js';
import type { Limits } from '../tenant/policy.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { DirectoryRules } from '../writeback/writeback.events.js';
import type { Offer, RecoveryReason, Subject, SubmittedWriteback } from './recovery.events.js';

interface Beginning {
  readonly recoveryId: string;
  readonly tenantId: string | null;
  readonly reason: RecoveryReason;
  readonly supportCode: string;
  readonly source: string;
  readonly policyVersion: number;
  readonly now: Instant;
}

interface Commands {
  StartRecovery: Beginning & {
    subject: Subject;
    familiar?: boolean;
    canUnlock: boolean;
    gatesRequired: 1 | 2;
    offers: readonly Offer[];
    limits: Limits;
    expiresAt: Instant;
  };
  RefuseRecovery: Beginning & {
    accountId: string | null;
    nameToken?: string;
    refusal: Refusal;
    blockedUntil?: Instant;
  };
  IssueChallenge: {
    method: Method;
    challengeId: string;
    keyId: string;
    digits: number;
    questionIds?: readonly string[];
    /** Which of several addresses of the method; the first when left out. */
    contactRef?: string;
    expiresAt: Instant;
    now: Instant;
  };
  /** The typed contact was not the one behind the mask. */
  RecordMismatch: { method: Method; reservationId: string; now: Instant };
  SettleChallenge: {
    challengeId: string;
    reservationId: string;
    reservedAt: Instant;
    correct: boolean;
    /** Not wrong, but refused by whoever holds the phone or device. */
    denied?: boolean;
    /** A wrong answer is the last one this challenge takes. */
    final?: boolean;
    now: Instant;
  };
  /** The account's own limits refuse further tries through this family, or through all. */
  BlockFamily: { family: Family | 'all'; until: Instant; now: Instant };
  /** `writeback`: the password lies sealed for the customer's directory, which has the last word. */
  SubmitPassword: { credentialId: string; credential: VaultRef; writeback?: SubmittedWriteback; now: Instant };
  /** The directory did not take it; another may be chosen. `epoch`: the account's from here on. */
  RejectPassword: {
    credentialId: string;
    reasons: readonly string[];
    rules?: DirectoryRules;
    epoch: number;
    now: Instant;
  };
  /** What was submitted came to nothing. */
  FailRecovery: { reason: OutcomeReason<'failed'>; now: Instant };
  /** The new password is in force. `late`: it was called rejected, and the person has not chosen another yet. */
  SucceedRecovery: { credentialId: string; late?: true; now: Instant };
  /** The old password stays: the account is to be unlocked, and no more. */
  SubmitUnlock: { writeback?: SubmittedWriteback; now: Instant };
  SucceedUnlock: { now: Instant };
  /** The account refused it: the person may go on otherwise. */
  RejectUnlock: { reason: 'unlock-limit'; now: Instant };
  /** A refused person proved a contact: the true reason may be told, and the recovery ends with it. */
  DiscloseRefusal: { now: Instant };
  /** The account moved on while this recovery was under way. */
  SupersedeRecovery: { why?: 'not-me'; now: Instant };
  /** It ended otherwise than its closing event says. */
  CorrectOutcome: { outcome: Outcome; now: Instant };
  CancelRecovery: { now: Instant };
  /** Another one takes its place; it stays where something was proved in it. */
  AbandonRecovery: { now: Instant };
  ContactAdministrator: { now: Instant };
  /** Its time is up: closed as abandoned, unless a password was submitted. */
  ExpireRecovery: { now: Instant };
  ReportWorked: { worked: boolean; now: Instant };
  RefuseCommand: { command: string; code: string; details?: Record<string, unknown>; now: Instant };
}

export type RecoveryCommand =
  | { [T in keyof Commands]: { readonly type: T; readonly data: Readonly<Commands[T]> } }[keyof Commands]
  | DeliveryCommand;
