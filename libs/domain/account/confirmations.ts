import { RuleViolation } from '../decider.js';
import type { Method } from '../methods.js';
import type { Limits } from '../tenant/policy.js';
import { hours, isBefore, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountEvent } from './account.events.js';
import type { AccountState } from './account.state.js';
import { refuseMethodChanges } from './disputes.js';
import { existing } from './lifecycle.js';
import { requested, type Notice } from './notices.js';
import type { Part } from './part.js';
import { registered, type Registering, type RegistrationFacts } from './registrations.js';

/** What a signed-in person proves: that a contact is theirs, or that it is still they who sit there. */
export type ConfirmationPurpose = 'registration' | 'step-up';

interface Asked {
  confirmationId: string;
  purpose: ConfirmationPurpose;
  sessionId: string;
  method: Method;
  contact: VaultRef;
  /** Which day key its code is derived with, and how long the code is. */
  keyId: string;
  digits: number;
  /** Purpose `registration`: what becomes a method once it is confirmed. */
  registers?: Registering;
  expiresAt: Instant;
}

export interface Confirmation extends Readonly<Asked> {
  /** Any change of password, methods or state of the account makes it void (T14). */
  readonly epoch: number;
  readonly over?: 'passed' | 'denied';
}

/** Counted before it is compared; what passed is forgotten. */
interface ConfirmationTry {
  readonly tryId: string;
  readonly contactRef: string;
  readonly at: Instant;
}

export interface Confirmations {
  /** The newest of each purpose: a resend kills the code before it. */
  readonly confirmations: Readonly<Partial<Record<ConfirmationPurpose, Confirmation>>>;
  /** Of the last 24 hours, failed or unsettled; a new code resets nothing (T10). */
  readonly confirmationTries: readonly ConfirmationTry[];
}

type Limit = Pick<Limits, 'failuresPerFamily' | 'failuresPerAccount'>;

interface Settled {
  purpose: ConfirmationPurpose;
  confirmationId: string;
  now: Instant;
}

export interface ConfirmationCommands {
  AskConfirmation: Asked & { notice?: Notice; limits: Limit; now: Instant };
  ReserveConfirmation: Settled & { tryId: string; limits: Limit };
  FailConfirmation: Settled & { tryId: string };
  /** Without `tryId` it was answered on the phone itself. */
  PassConfirmation: Settled & {
    tryId?: string;
    registration?: RegistrationFacts;
    /** The time step of a new app's first code, which is used up by it. */
    appStep?: number;
    notices: readonly Notice[];
  };
  /** Whoever holds the phone says that they asked for nothing. */
  DenyConfirmation: Settled;
}

export interface ConfirmationEvents {
  ConfirmationAsked: Asked & { accountId: string; epoch: number; at: Instant };
  ConfirmationTried: { accountId: string; confirmationId: string; tryId: string; contactRef: string; at: Instant };
  ConfirmationFailed: {
    accountId: string;
    confirmationId: string;
    tryId: string;
    purpose: ConfirmationPurpose;
    at: Instant;
  };
  ConfirmationPassed: {
    accountId: string;
    confirmationId: string;
    tryId?: string;
    purpose: ConfirmationPurpose;
    sessionId: string;
    at: Instant;
  };
  ConfirmationDenied: { accountId: string; confirmationId: string; purpose: ConfirmationPurpose; at: Instant };
}

export const noConfirmations: Confirmations = { confirmations: {}, confirmationTries: [] };

/** Codes and calls by which a signed-in person confirms something; limited as every proof is. */
export const confirmations: Part<ConfirmationCommands, ConfirmationEvents> = {
  decide: {
    AskConfirmation({ notice, limits, now: at, ...asked }, state) {
      const accountId = existing(state);
      if (state.disabled) throw new RuleViolation('account-disabled');
      if (asked.purpose === 'registration') refuseMethodChanges(state);
      refuseBlocked(state, asked.contact.ref, limits, at);
      return [
        { type: 'ConfirmationAsked', data: { accountId, ...asked, epoch: state.epoch, at } },
        ...requested(notice ? [notice] : [], state, at),
      ];
    },
    ReserveConfirmation({ tryId, limits, now: at, ...named }, state) {
      const { confirmationId, contact } = currentConfirmation(state, named, at);
      refuseBlocked(state, contact.ref, limits, at);
      const accountId = existing(state);
      return [{ type: 'ConfirmationTried', data: { accountId, confirmationId, tryId, contactRef: contact.ref, at } }];
    },
    FailConfirmation({ tryId, confirmationId, purpose, now: at }, state) {
      return [{ type: 'ConfirmationFailed', data: { accountId: existing(state), confirmationId, tryId, purpose, at } }];
    },
    PassConfirmation({ tryId, registration, appStep, notices, now: at, ...named }, state) {
      const confirmation = currentConfirmation(state, named, at);
      const { confirmationId, purpose, sessionId } = confirmation;
      const passed: AccountEvent = {
        type: 'ConfirmationPassed',
        data: { accountId: existing(state), confirmationId, ...(tryId && { tryId }), purpose, sessionId, at },
      };
      const { registers, contact } = confirmation;
      const methods = registers && registration ? registered(registers, contact, registration, state, at) : [];
      return [passed, ...methods, ...usedUp(registers, appStep, state, at), ...requested(notices, state, at)];
    },
    DenyConfirmation({ now: at, ...named }, state) {
      const { confirmationId, purpose } = currentConfirmation(state, named, at);
      return [{ type: 'ConfirmationDenied', data: { accountId: existing(state), confirmationId, purpose, at } }];
    },
  },
  evolve: {
    ConfirmationAsked: (state, { accountId: _, at: __, ...asked }) => ({
      ...state,
      confirmations: { ...state.confirmations, [asked.purpose]: asked },
    }),
    ConfirmationTried: (state, { tryId, contactRef, at }) => ({
      ...state,
      confirmationTries: [...recent(state, at), { tryId, contactRef, at }],
    }),
    ConfirmationFailed: (state) => state,
    ConfirmationPassed: (state, { confirmationId, purpose, tryId }) => ({
      ...over(state, purpose, confirmationId, 'passed'),
      confirmationTries: state.confirmationTries.filter((one) => one.tryId !== tryId),
    }),
    ConfirmationDenied: (state, { confirmationId, purpose }) => over(state, purpose, confirmationId, 'denied'),
  },
};

const usedUp = (
  registers: Registering | undefined,
  step: number | undefined,
  state: AccountState,
  at: Instant,
): AccountEvent[] =>
  registers && step !== undefined
    ? registers.methods.map(({ methodId }) => ({
        type: 'AppCodeUsed',
        data: { accountId: existing(state), methodId, step, at },
      }))
    : [];

/** The confirmation that may be answered now. @throws challenge-not-current, challenge-expired */
export function currentConfirmation(
  state: AccountState,
  { purpose, confirmationId }: { readonly purpose: ConfirmationPurpose; readonly confirmationId: string },
  now: Instant,
): Confirmation {
  const confirmation = state.confirmations[purpose];
  if (confirmation?.confirmationId !== confirmationId || confirmation.over || confirmation.epoch !== state.epoch) {
    throw new RuleViolation('challenge-not-current');
  }
  if (!isBefore(now, confirmation.expiresAt)) throw new RuleViolation('challenge-expired');
  return confirmation;
}

/** Tries at this contact that are left before the limit. */
export const triesLeft = (state: AccountState, contactRef: string, limits: Limit, now: Instant): number => {
  const tries = recent(state, now);
  const ofContact = tries.filter((one) => one.contactRef === contactRef).length;
  return Math.max(0, Math.min(limits.failuresPerFamily - ofContact, limits.failuresPerAccount - tries.length));
};

function refuseBlocked(state: AccountState, contactRef: string, limits: Limit, now: Instant): void {
  const tries = recent(state, now);
  const ofContact = tries.filter((one) => one.contactRef === contactRef);
  const full = [
    ofContact[ofContact.length - limits.failuresPerFamily],
    tries[tries.length - limits.failuresPerAccount],
  ].find((one) => one !== undefined);
  if (full) throw new RuleViolation('blocked', { blockedUntil: plus(full.at, windowMs) });
}

const windowMs = hours(24);

const recent = ({ confirmationTries }: AccountState, now: Instant): readonly ConfirmationTry[] =>
  confirmationTries.filter(({ at }) => isBefore(now, plus(at, windowMs)));

function over(
  state: AccountState,
  purpose: ConfirmationPurpose,
  confirmationId: string,
  how: NonNullable<Confirmation['over']>,
): AccountState {
  const confirmation = state.confirmations[purpose];
  if (confirmation?.confirmationId !== confirmationId) return state;
  return { ...state, confirmations: { ...state.confirmations, [purpose]: { ...confirmation, over: how } } };
}
