import { waiting, evolveDelivery, type DeliveryState } from '../delivery/delivery.js';
import { families, familyOf, type Family, type Method } from '../methods.js';
import type { Outcome } from '../outcome.js';
import { completedLimits, type Limits } from '../tenant/policy.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { DirectoryRules } from '../writeback/writeback.events.js';
import type { Offer, RecoveryEvent, RecoveryReason, Subject, SubmittedWriteback } from './recovery.events.js';

export interface Challenge {
  readonly challengeId: string;
  readonly method: Method;
  readonly family: Family;
  readonly contact: VaultRef | null;
  readonly keyId: string;
  readonly digits: number;
  readonly questionIds?: readonly string[];
  readonly expiresAt: Instant;
  readonly passed: boolean;
  /** It takes no further answer: denied, or its only try was wrong. */
  readonly over?: 'denied' | 'failed';
  readonly delivery: DeliveryState;
}

export interface Gate {
  readonly method: Method;
  readonly family: Family;
  readonly contact: VaultRef | null;
}

export interface Submission {
  readonly attempt: number;
  readonly credentialId: string;
  readonly credential: VaultRef;
  readonly writeback?: SubmittedWriteback;
  readonly at: Instant;
}

export interface RecoveryState {
  readonly phase: 'none' | 'open' | 'submitted' | 'closed';
  readonly recoveryId: string;
  /** Counts the events so far: of two views, the one with the higher number is the later. */
  readonly revision: number;
  readonly tenantId: string | null;
  readonly subject: Subject | null;
  readonly reason: RecoveryReason;
  readonly canUnlock: boolean;
  readonly supportCode: string;
  readonly source: string;
  readonly familiar: boolean;
  readonly gatesRequired: 1 | 2;
  readonly offers: readonly Offer[];
  readonly limits: Limits | null;
  readonly policyVersion: number;
  readonly startedAt: Instant;
  readonly expiresAt: Instant;
  readonly gates: readonly Gate[];
  /** The tries that passed them. */
  readonly passed: readonly string[];
  readonly failures: Readonly<Record<Family, number>>;
  readonly blocked: Readonly<Partial<Record<Family, Instant>>>;
  /** A typed contact matched or a gate was passed: the person is no mere stranger with a name. */
  readonly proven: boolean;
  readonly challenge: Challenge | null;
  readonly lastMethod: Method | null;
  readonly refusals: number;
  readonly submission: Submission | null;
  /** Submitted is an unlock and no password. */
  readonly unlocking: boolean;
  /** It is the directory's lock that is to be cleared, by its agent. */
  readonly unlockBy: SubmittedWriteback | null;
  /** When the last password, or unlock, was. */
  readonly submittedAt: Instant | null;
  readonly attempts: number;
  readonly rejection: readonly string[] | null;
  /** Of the directory that rejected the last password. */
  readonly rules: DirectoryRules | null;
  readonly outcome: Outcome | null;
  readonly blockedUntil: Instant | null;
  readonly closedAt: Instant | null;
  readonly worked: boolean | null;
}

const none = Object.fromEntries(families.map((family) => [family, 0])) as Record<Family, number>;

export const initial: RecoveryState = {
  phase: 'none',
  recoveryId: '',
  revision: 0,
  tenantId: null,
  subject: null,
  reason: 'forgot-password',
  canUnlock: false,
  supportCode: '',
  source: '',
  familiar: false,
  gatesRequired: 1,
  offers: [],
  limits: null,
  policyVersion: 0,
  startedAt: '',
  expiresAt: '',
  gates: [],
  passed: [],
  failures: none,
  blocked: {},
  proven: false,
  challenge: null,
  lastMethod: null,
  refusals: 0,
  submission: null,
  unlocking: false,
  unlockBy: null,
  submittedAt: null,
  attempts: 0,
  rejection: null,
  rules: null,
  outcome: null,
  blockedUntil: null,
  closedAt: null,
  worked: null,
};

export const evolve = (state: RecoveryState, event: RecoveryEvent): RecoveryState => ({
  ...changed(state, event),
  revision: state.revision + 1,
});

function changed(state: RecoveryState, { type, data }: RecoveryEvent): RecoveryState {
  switch (type) {
    case 'RecoveryStarted': {
      const { at: startedAt, ...started } = data;
      return { ...state, ...started, limits: completedLimits(data.limits), phase: 'open', startedAt };
    }
    case 'RecoveryRefused': {
      const { recoveryId, tenantId, reason, supportCode, source, policyVersion, blockedUntil = null, at } = data;
      const refused = { recoveryId, tenantId, reason, supportCode, source, policyVersion, blockedUntil, startedAt: at };
      return { ...closed(state, data), ...refused };
    }
    case 'ContactMismatched':
      return { ...state, lastMethod: data.method, failures: { ...state.failures, [data.family]: data.failures } };
    case 'ChallengeIssued': {
      const { recoveryId: _, at: __, ...issued } = data;
      const { challengeId, method } = issued;
      const challenge = { ...issued, passed: false };
      const confirmed = state.offers.some((offer) => offer.method === method && offer.confirmContact);
      return {
        ...state,
        challenge: { ...challenge, delivery: waiting(challengeId) },
        lastMethod: method,
        proven: state.proven || confirmed,
      };
    }
    case 'ChallengePassed': {
      const { method, family, challengeId, reservationId } = data;
      const challenge =
        state.challenge?.challengeId === challengeId ? { ...state.challenge, passed: true } : state.challenge;
      return {
        ...state,
        challenge,
        proven: true,
        gates: [...state.gates, { method, family, contact: state.challenge?.contact ?? null }],
        passed: [...state.passed, reservationId],
      };
    }
    case 'ChallengeFailed':
    case 'ChallengeDenied': {
      const over = overBy({ type, data });
      const current = state.challenge?.challengeId === data.challengeId && over;
      const challenge: Challenge | null = current ? { ...state.challenge!, over } : state.challenge;
      return { ...state, challenge, failures: { ...state.failures, [data.family]: data.failures } };
    }
    case 'FamilyBlocked': {
      const challenge = state.challenge?.family === data.family && !state.challenge.passed ? null : state.challenge;
      return { ...state, challenge, blocked: { ...state.blocked, [data.family]: data.until } };
    }
    case 'CommandRefused':
      return { ...state, refusals: state.refusals + 1 };
    case 'DeliveryAttempted':
    case 'DeliveryAccepted':
    case 'DeliveryDeferred':
    case 'DeliveryBounced':
    case 'DeliveryFailed':
    case 'DeliveryConfirmed': {
      const { challenge } = state;
      if (challenge?.challengeId !== data.deliveryId) return state;
      const delivery = evolveDelivery(challenge.delivery, { type, data } as Parameters<typeof evolveDelivery>[1]);
      return { ...state, challenge: { ...challenge, delivery } };
    }
    case 'PasswordSubmitted': {
      const { attempt, credentialId, credential, writeback, at } = data;
      const submission = { attempt, credentialId, credential, ...(writeback && { writeback }), at };
      return {
        ...state,
        phase: 'submitted',
        submission,
        submittedAt: at,
        attempts: attempt,
        rejection: null,
        rules: null,
      };
    }
    case 'PasswordRejected': {
      const { reasons: rejection, rules = null, epoch } = data;
      const { subject } = state;
      const moved = subject?.kind === 'account' && epoch !== undefined ? { ...subject, epoch } : subject;
      return { ...state, phase: 'open', submission: null, rejection, rules, subject: moved };
    }
    case 'UnlockSubmitted':
      return {
        ...state,
        phase: 'submitted',
        unlocking: true,
        unlockBy: data.writeback ?? null,
        submittedAt: data.at,
        attempts: data.attempt,
      };
    case 'UnlockRejected':
      return { ...state, phase: 'open', unlocking: false, unlockBy: null };
    case 'RecoveryBlocked':
      return { ...closed(state, data), blockedUntil: data.until };
    case 'RecoverySucceeded':
    case 'RecoveryFailed':
    case 'RecoveryCancelled':
    case 'RecoveryAbandoned':
    case 'AdministratorContacted':
      return closed(state, data);
    case 'OutcomeCorrected':
      return { ...state, outcome: data.outcome };
    case 'WorkedReported':
      return { ...state, worked: data.worked };
  }
}

const overBy = (event: Extract<RecoveryEvent, { type: 'ChallengeFailed' | 'ChallengeDenied' }>): Challenge['over'] =>
  event.type === 'ChallengeDenied' ? 'denied' : event.data.final ? 'failed' : undefined;

/** Offers whose family is neither passed nor blocked: what the person may still choose. */
export const openOffers = (state: RecoveryState): readonly Offer[] =>
  state.offers.filter(({ method }) => {
    const family = familyOf(method);
    return !state.blocked[family] && !state.gates.some((gate) => gate.family === family);
  });

/**
 * F6: questions open no first of two gates: a stranger who knows somebody's life knows nothing of their mailbox. They are
 * not even shown before.
 */
export const isTheirTurn = ({ gates, gatesRequired }: RecoveryState, method: Method): boolean =>
  familyOf(method) !== 'questions' || gates.length + 1 >= gatesRequired;

export const gatesPassed = (state: RecoveryState): boolean => state.gates.length >= state.gatesRequired;

/** Whether the families left can still fill the gates. */
export const canStillPass = (state: RecoveryState): boolean => {
  const left = new Set(openOffers(state).map(({ method }) => familyOf(method)));
  return state.gates.length + left.size >= state.gatesRequired;
};

const closed = (state: RecoveryState, data: { readonly outcome: Outcome; readonly at: Instant }): RecoveryState => ({
  ...state,
  phase: 'closed',
  outcome: data.outcome,
  closedAt: data.at,
});
