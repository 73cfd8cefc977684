import { RuleViolation, type Decider } from '../decider.js';
import { attempt, receive, record } from '../delivery/delivery.js';
import { familyOf, families, type Family, type Method } from '../methods.js';
import { hours, isBefore, plus, type Instant } from '../time.js';
import { abandonment, blocking, cancellation, contact, success } from './closing.js';
import type { RecoveryCommand } from './recovery.commands.js';
import type { Offer, RecoveryEvent } from './recovery.events.js';
import {
  canStillPass,
  evolve,
  gatesPassed,
  initial,
  isTheirTurn,
  openOffers,
  type RecoveryState,
} from './recovery.state.js';

/** One attempt to get back in, from user id to outcome. */
export const recovery: Decider<RecoveryCommand, RecoveryEvent, RecoveryState> = {
  category: 'recovery',
  initial,
  decide,
  evolve,
};

/** Refusals kept per recovery, so that strangers cannot fill the log. */
const refusalsKept = 20;
/** How long a closed recovery still answers "did it work?". */
export const afterglowMs = hours(24);

function decide(command: RecoveryCommand, state: RecoveryState): readonly RecoveryEvent[] {
  const { recoveryId } = state;
  switch (command.type) {
    case 'StartRecovery': {
      refuseExisting(state);
      const { now: at, ...started } = command.data;
      return [{ type: 'RecoveryStarted', data: { ...started, at } }];
    }
    case 'RefuseRecovery': {
      refuseExisting(state);
      const { now: at, refusal: reason, ...refused } = command.data;
      return [{ type: 'RecoveryRefused', data: { ...refused, outcome: { result: 'failed', reason }, at } }];
    }
    case 'IssueChallenge': {
      const { contactRef, now: at, ...wished } = command.data;
      const { method } = wished;
      const { contact } = offered(state, method, at, contactRef);
      const family = familyOf(method);
      return [
        {
          type: 'ChallengeIssued',
          data: { recoveryId, ...wished, family, contact, at },
        },
      ];
    }
    case 'RecordMismatch': {
      const { method, reservationId, now: at } = command.data;
      offered(state, method, at);
      const family = familyOf(method);
      const failures = state.failures[family] + 1;
      return withBlock(
        state,
        { type: 'ContactMismatched', data: { recoveryId, reservationId, method, family, failures, at } },
        at,
      );
    }
    case 'SettleChallenge': {
      const { challengeId, reservationId, reservedAt, correct, denied, final, now: at } = command.data;
      refuseClosed(state);
      const challenge = currentChallenge(state, challengeId, reservedAt);
      const { method, family } = challenge;
      const settled = { recoveryId, challengeId, reservationId, method, family, at };
      if (correct) return [{ type: 'ChallengePassed', data: settled }];
      const failures = state.failures[family] + 1;
      const failure: Failure = denied
        ? { type: 'ChallengeDenied', data: { ...settled, failures } }
        : { type: 'ChallengeFailed', data: { ...settled, failures, ...(final && { final }) } };
      return withBlock(state, failure, at);
    }
    case 'BlockFamily': {
      if (state.phase !== 'open') return [];
      const { family, until, now: at } = command.data;
      const newly = (family === 'all' ? families : [family]).filter((f) => !state.blocked[f] && isShown(state, f));
      return closeIfStuck(
        state,
        newly.map((f) => ({ type: 'FamilyBlocked', data: { recoveryId, family: f, until, at } })),
        until,
        at,
      );
    }
    case 'SubmitPassword': {
      const { credentialId, credential, writeback, now: at } = command.data;
      refuseUnproved(state, at);
      const attempt = state.attempts + 1;
      const submitted = { recoveryId, attempt, credentialId, credential, ...(writeback && { writeback }), at };
      return [{ type: 'PasswordSubmitted', data: submitted }];
    }
    case 'RejectPassword': {
      const { credentialId, reasons, rules, epoch, now: at } = command.data;
      if (state.phase !== 'submitted' || state.submission?.credentialId !== credentialId) return [];
      const rejected = { recoveryId, attempt: state.attempts, reasons, ...(rules && { rules }), epoch, at };
      return [{ type: 'PasswordRejected', data: rejected }];
    }
    case 'FailRecovery': {
      const { reason, now: at } = command.data;
      if (state.phase !== 'submitted') return [];
      return [{ type: 'RecoveryFailed', data: { recoveryId, outcome: { result: 'failed', reason }, at } }];
    }
    case 'SucceedRecovery': {
      if (state.phase === 'closed') return [];
      const { credentialId, late, now: at } = command.data;
      const another = state.submission?.credentialId !== credentialId;
      // Chosen meanwhile: its own end is this recovery's.
      if (late && another && state.phase === 'submitted') return [];
      const reopened = late && state.phase === 'open' && state.attempts > 0;
      if (another && !reopened) throw new RuleViolation('not-submitted');
      return [{ type: 'RecoverySucceeded', data: { recoveryId, outcome: success(state, 'reset'), at } }];
    }
    case 'SubmitUnlock': {
      const { writeback, now: at } = command.data;
      // Asked before the gates are looked at: the answer is the same for whoever does not exist.
      if (!state.canUnlock) throw new RuleViolation('unlock-not-allowed');
      refuseUnproved(state, at);
      const submitted = { recoveryId, attempt: state.attempts + 1, ...(writeback && { writeback }), at };
      return [{ type: 'UnlockSubmitted', data: submitted }];
    }
    case 'SucceedUnlock': {
      if (state.phase === 'closed') return [];
      if (!state.unlocking) throw new RuleViolation('not-submitted');
      const at = command.data.now;
      return [{ type: 'RecoverySucceeded', data: { recoveryId, outcome: success(state, 'unlocked'), at } }];
    }
    case 'RejectUnlock': {
      const { reason, now: at } = command.data;
      if (!state.unlocking || state.phase !== 'submitted') return [];
      return [{ type: 'UnlockRejected', data: { recoveryId, attempt: state.attempts, reason, at } }];
    }
    case 'DiscloseRefusal': {
      if (state.phase !== 'open' || state.subject?.kind !== 'decoy' || state.gates.length === 0) return [];
      const outcome = { result: 'failed', reason: state.subject.refusal } as const;
      return [{ type: 'RecoveryFailed', data: { recoveryId, outcome, at: command.data.now } }];
    }
    case 'SupersedeRecovery':
      if (state.phase === 'none') throw new RuleViolation('recovery-unknown');
      if (state.phase === 'closed') return [];
      return [
        {
          type: 'RecoveryFailed',
          data: {
            recoveryId,
            outcome: { result: 'failed', reason: command.data.why ?? 'superseded' },
            at: command.data.now,
          },
        },
      ];
    case 'CorrectOutcome': {
      const { outcome, now: at } = command.data;
      const { outcome: before } = state;
      if (!before || (before.result === outcome.result && before.reason === outcome.reason)) return [];
      return [{ type: 'OutcomeCorrected', data: { recoveryId, outcome, at } }];
    }
    case 'CancelRecovery': {
      const at = command.data.now;
      refuseNotOpen(state, at);
      return [{ type: 'RecoveryCancelled', data: { recoveryId, outcome: cancellation(state), at } }];
    }
    case 'AbandonRecovery': {
      if (state.phase !== 'open' || state.proven) return [];
      return [{ type: 'RecoveryAbandoned', data: { recoveryId, outcome: abandonment(state), at: command.data.now } }];
    }
    case 'ContactAdministrator': {
      const at = command.data.now;
      refuseNotOpen(state, at);
      return [{ type: 'AdministratorContacted', data: { recoveryId, outcome: contact(state), at } }];
    }
    case 'ExpireRecovery': {
      const at = command.data.now;
      if (state.phase !== 'open' || isBefore(at, state.expiresAt)) return [];
      // Somebody refused from the beginning, whose proof was cut short before the reason was told.
      if (state.subject?.kind === 'decoy' && state.gates.length > 0) {
        const outcome = { result: 'failed', reason: state.subject.refusal } as const;
        return [{ type: 'RecoveryFailed', data: { recoveryId, outcome, at } }];
      }
      return [{ type: 'RecoveryAbandoned', data: { recoveryId, outcome: abandonment(state), at } }];
    }
    case 'ReportWorked': {
      const { worked, now: at } = command.data;
      if (!state.closedAt || state.outcome?.result !== 'succeeded') throw new RuleViolation('recovery-not-succeeded');
      if (!isBefore(at, plus(state.closedAt, afterglowMs))) throw new RuleViolation('recovery-closed');
      return state.worked === worked ? [] : [{ type: 'WorkedReported', data: { recoveryId, worked, at } }];
    }
    case 'RefuseCommand': {
      if (state.phase === 'none' || state.phase === 'closed' || state.refusals >= refusalsKept) return [];
      const { now: at, ...refused } = command.data;
      return [{ type: 'CommandRefused', data: { recoveryId, ...refused, at } }];
    }
    case 'AttemptDelivery': {
      if (state.phase !== 'open' || state.challenge?.passed || state.challenge?.over) return [];
      return attempt(state.challenge?.delivery, command.data, deliverableUntil(state));
    }
    case 'RecordDelivery':
      if (state.phase === 'none') return [];
      return record(state.challenge?.delivery, command.data, deliverableUntil(state));
    case 'ReceiveReceipt':
      return receive(state.challenge?.delivery, command.data);
  }
}

/** Refuses whatever would need an open recovery: closed, out of time, or beyond its point of no return. */
export function refuseNotOpen(state: RecoveryState, now: Instant): void {
  refuseClosed(state);
  if (state.phase === 'submitted') throw new RuleViolation('password-submitted');
  if (!isBefore(now, state.expiresAt)) throw new RuleViolation('recovery-closed');
}

/** Only who passed the gates of a real account gets on. A decoy leads to none: it waits to be told why it was refused. */
export function refuseUnproved(state: RecoveryState, now: Instant): void {
  refuseNotOpen(state, now);
  if (!gatesPassed(state) || state.subject?.kind !== 'account') throw new RuleViolation('gates-not-passed');
}

/** The challenge a proof may be made for. @throws challenge-not-current, challenge-expired */
export function currentChallenge(state: RecoveryState, challengeId: string, now: Instant) {
  const { challenge } = state;
  if (challenge?.challengeId !== challengeId || challenge.passed || challenge.over)
    throw new RuleViolation('challenge-not-current');
  if (!isBefore(now, endOf(challenge.expiresAt, state))) throw new RuleViolation('challenge-expired');
  return challenge;
}

/** The offer this method stands for, while it may still be chosen. @throws blocked, method-not-available */
export function offered(state: RecoveryState, method: Method, now: Instant, contactRef?: string): Offer {
  const offers = allOffered(state, method, now);
  const offer = contactRef === undefined ? offers[0] : offers.find(({ contact }) => contact?.ref === contactRef);
  if (!offer) throw new RuleViolation('method-not-available', { method });
  return offer;
}

/** All offers of this method, one for each of its addresses. @throws blocked, method-not-available */
export function allOffered(state: RecoveryState, method: Method, now: Instant): readonly Offer[] {
  refuseNotOpen(state, now);
  const family = familyOf(method);
  const until = state.blocked[family];
  if (until) throw new RuleViolation('blocked', { family, until });
  const choosable = !gatesPassed(state) && isTheirTurn(state, method);
  const offers = choosable ? openOffers(state).filter((offer) => offer.method === method) : [];
  if (offers.length === 0) throw new RuleViolation('method-not-available', { method });
  return offers;
}

function refuseExisting(state: RecoveryState): void {
  if (state.phase !== 'none') throw new RuleViolation('recovery-exists');
}

function refuseClosed(state: RecoveryState): void {
  if (state.phase === 'none') throw new RuleViolation('recovery-unknown');
  if (state.phase === 'closed') throw new RuleViolation('recovery-closed');
}

type Failure = Extract<RecoveryEvent, { type: 'ChallengeFailed' | 'ChallengeDenied' | 'ContactMismatched' }>;

/** The last failure a family is allowed also blocks it, in the same append. */
function withBlock(state: RecoveryState, failure: Failure, at: Instant): readonly RecoveryEvent[] {
  const { family, failures } = failure.data;
  const { limits, recoveryId } = state;
  if (!limits || failures < limits.failuresPerFamily) return [failure];
  const until = plus(at, hours(limits.blockHours));
  return closeIfStuck(state, [failure, { type: 'FamilyBlocked', data: { recoveryId, family, until, at } }], until, at);
}

function closeIfStuck(
  state: RecoveryState,
  events: readonly RecoveryEvent[],
  until: Instant,
  at: Instant,
): readonly RecoveryEvent[] {
  const next = events.reduce(evolve, state);
  if (events.length === 0 || gatesPassed(next) || canStillPass(next)) return events;
  return [
    ...events,
    { type: 'RecoveryBlocked', data: { recoveryId: state.recoveryId, outcome: blocking(next, events[0]), until, at } },
  ];
}

/** What nobody is shown yet leaves no trace either: how many events there are would tell of it. */
const isShown = (state: RecoveryState, family: Family): boolean =>
  state.offers.some(({ method }) => familyOf(method) === family && isTheirTurn(state, method));

const deliverableUntil = (state: RecoveryState): Instant => endOf(state.challenge?.expiresAt, state);

/** Nothing outlives the recovery it is part of. */
const endOf = (expiresAt: Instant | undefined, recovery: RecoveryState): Instant =>
  expiresAt && isBefore(expiresAt, recovery.expiresAt) ? expiresAt : recovery.expiresAt;
