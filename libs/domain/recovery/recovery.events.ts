// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
import type { Origin } from '../account/lifecycle.js';
import type { DeliveryEvent } from '../delivery/delivery.js';
import type { Family, Method } from '../methods.js';
import type { Outcome, Refusal } from '../outcome.js';
import type { Limits } from '../tenant/policy.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { DirectoryRules, SealedFor } from '../writeback/writeback.events.js';

export type RecoveryReason = 'forgot-password' | 'account-locked';

/** One way offered to pass a gate. A decoy's contact is made up and lies in no vault: it has no reference. */
export interface Offer {
  readonly method: Method;
  readonly contact: VaultRef | null;
  readonly confirmContact: boolean;
  /** The hint shows no mail domain (preset `hardened`). */
  readonly hideDomain: boolean;
}

/** Whom a recovery is about: an account, or a name that is refused without showing it. */
export type Subject =
  | { readonly kind: 'account'; readonly accountId: string; readonly origin: Origin; readonly epoch: number }
  | { readonly kind: 'decoy'; readonly token: string; readonly refusal: Refusal; readonly accountId?: string };

/** Carrying a password to the customer's directory. */
export interface SubmittedWriteback {
  readonly writebackId: string;
  /** After this no agent begins to write. */
  readonly deadline: Instant;
  readonly doubleReset: boolean;
  /** Which agents it is sealed for. */
  readonly sealedFor?: readonly SealedFor[];
}

interface Own {
  RecoveryStarted: {
    recoveryId: string;
    tenantId: string | null;
    subject: Subject;
    reason: RecoveryReason;
    canUnlock: boolean;
    supportCode: string;
    /** Keyed token of the client's address. */
    source: string;
    /** The account signed in or recovered from there within 90 days. */
    familiar?: boolean;
    gatesRequired: 1 | 2;
    offers: readonly Offer[];
    /** The limits this recovery is held to, as they stood in `policyVersion`. */
    limits: Limits;
    policyVersion: number;
    expiresAt: Instant;
    at: Instant;
  };
  /** It closed before it began: the whole recovery is this event. */
  RecoveryRefused: {
    recoveryId: string;
    tenantId: string | null;
    accountId: string | null;
    /** Keyed token of a name that resolved to nobody. */
    nameToken?: string;
    reason: RecoveryReason;
    supportCode: string;
    source: string;
    outcome: Outcome<'failed'>;
    blockedUntil?: Instant;
    policyVersion: number;
    at: Instant;
  };
  ContactMismatched: {
    recoveryId: string;
    reservationId: string;
    method: Method;
    family: Family;
    failures: number;
    at: Instant;
  };
  ChallengeIssued: {
    recoveryId: string;
    challengeId: string;
    method: Method;
    family: Family;
    /** Where it goes; null for a decoy. */
    contact: VaultRef | null;
    /** Which day key the code is derived with, and how long the code is. */
    keyId: string;
    digits: number;
    /** Method `security-questions`: which, in the order in which they are asked. */
    questionIds?: readonly string[];
    expiresAt: Instant;
    at: Instant;
  };
  ChallengePassed: {
    recoveryId: string;
    challengeId: string;
    reservationId: string;
    method: Method;
    family: Family;
    at: Instant;
  };
  ChallengeFailed: {
    recoveryId: string;
    challengeId: string;
    reservationId: string;
    method: Method;
    family: Family;
    failures: number;
    /** This challenge takes no further try. */
    final?: boolean;
    at: Instant;
  };
  /** Whoever holds the phone or device says that they asked for nothing: a failure, and an alarm. */
  ChallengeDenied: {
    recoveryId: string;
    challengeId: string;
    reservationId: string;
    method: Method;
    family: Family;
    failures: number;
    at: Instant;
  };
  FamilyBlocked: { recoveryId: string; family: Family; until: Instant; at: Instant };
  /** A command that was not lawful; at most 20 per recovery. */
  CommandRefused: { recoveryId: string; command: string; code: string; details?: Record<string, unknown>; at: Instant };
  /** From here on neither cancel nor expiry stops the reset. */
  PasswordSubmitted: {
    recoveryId: string;
    attempt: number;
    credentialId: string;
    /** Its hash; with a writeback the password itself, sealed for the tenant's agents. */
    credential: VaultRef;
    writeback?: SubmittedWriteback;
    at: Instant;
  };
  /** `epoch`: the account's since, so that this recovery goes on. */
  PasswordRejected: {
    recoveryId: string;
    attempt: number;
    reasons: readonly string[];
    /** The directory's own, as far as its agent could read them. */
    rules?: DirectoryRules;
    epoch?: number;
    at: Instant;
  };
  /** As after a submitted password, neither cancel nor expiry stops it. */
  UnlockSubmitted: { recoveryId: string; attempt: number; writeback?: SubmittedWriteback; at: Instant };
  UnlockRejected: { recoveryId: string; attempt: number; reason: 'unlock-limit'; at: Instant };
  RecoverySucceeded: { recoveryId: string; outcome: Outcome<'succeeded'>; at: Instant };
  RecoveryFailed: { recoveryId: string; outcome: Outcome<'failed'>; at: Instant };
  RecoveryBlocked: { recoveryId: string; outcome: Outcome<'blocked'>; until: Instant; at: Instant };
  RecoveryCancelled: { recoveryId: string; outcome: Outcome<'cancelled'>; at: Instant };
  RecoveryAbandoned: { recoveryId: string; outcome: Outcome<'abandoned'>; at: Instant };
  AdministratorContacted: { recoveryId: string; outcome: Outcome<'contacted-administrator'>; at: Instant };
  /** What came to light after it closed; the last one counts. */
  OutcomeCorrected: { recoveryId: string; outcome: Outcome; at: Instant };
  /** The person's answer to "did it work?". */
  WorkedReported: { recoveryId: string; worked: boolean; at: Instant };
}

type OwnEvent = { [T in keyof Own]: { readonly type: T; readonly data: Readonly<Own[T]> } }[keyof Own];

export type RecoveryEvent = OwnEvent | DeliveryEvent;
