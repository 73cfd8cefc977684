import { RuleViolation } from '../decider.js';
import { familyOf, type Method } from '../methods.js';
import { hours, isBefore, plus, type Instant } from '../time.js';
import type { Policy } from '../tenant/policy.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountEvent } from './account.events.js';
import type { AccountState } from './account.state.js';
import { refuseMethodChanges } from './disputes.js';
import { existing } from './lifecycle.js';
import { requested, type Notice } from './notices.js';
import type { Part } from './part.js';
import type { RegisteredMethod } from './registered-methods.js';

/** What a confirmed contact becomes: a mobile phone is two methods. */
export interface Registering {
  readonly methods: readonly {
    readonly methodId: string;
    readonly method: Method;
    readonly questionCount?: number;
  }[];
  /** A method whose contact this one takes the place of, with whatever else shares that contact. */
  readonly replaces?: string;
}

/** What the policy says about it. */
export type RegistrationFacts = Pick<Policy, 'gatesRequired'> & { readonly coolingOffHours: number };

export type RemovalReason = 'removed' | 'replaced';

export interface RegistrationState {
  /** When a method last left: whoever removes one and adds another has changed it. */
  readonly methodsLeftAt: Instant | null;
  readonly methodsConfirmedAt: Instant | null;
  readonly registrationSkippedAt: Instant | null;
}

export interface RegistrationCommands {
  /** Methods that need no confirmation of a contact, such as security questions. */
  RegisterAtOnce: {
    registers: Registering;
    contact: VaultRef;
    registration: RegistrationFacts;
    notices: readonly Notice[];
    now: Instant;
  };
  /** Removes a method and whatever shares its contact. */
  RemoveMethod: { methodId: string; notices: readonly Notice[]; now: Instant };
  ConfirmMethods: { now: Instant };
  SkipRegistration: { now: Instant };
}

export interface RegistrationEvents {
  MethodRemoved: {
    accountId: string;
    methodId: string;
    method: Method;
    why: RemovalReason;
    epoch: number;
    at: Instant;
  };
  /** Asked whether all is still right, the person said yes. */
  MethodsConfirmed: { accountId: string; at: Instant };
  RegistrationSkipped: { accountId: string; at: Instant };
}

export const nothingRegistered: RegistrationState = {
  methodsLeftAt: null,
  methodsConfirmedAt: null,
  registrationSkippedAt: null,
};

/** The person registers, changes and removes their own methods. */
export const registrations: Part<RegistrationCommands, RegistrationEvents> = {
  decide: {
    RegisterAtOnce({ registers, contact, registration, notices, now: at }, state) {
      if (state.disabled) throw new RuleViolation('account-disabled');
      return [...registered(registers, contact, registration, state, at), ...requested(notices, state, at)];
    },
    RemoveMethod({ methodId, notices, now: at }, state) {
      const accountId = existing(state);
      refuseMethodChanges(state);
      const leaving = sharing(state, methodId);
      if (leaving.length === 0) throw new RuleViolation('not-found');
      // A device leaves with its key.
      if (leaving.some(({ method }) => method === 'app-notification')) throw new RuleViolation('method-not-available');
      const stays = state.methods.some((one) => one.method === 'app-code' && !leaving.includes(one));
      const app = leaving.some(({ method }) => method === 'app-code');
      if (app && !stays && state.roles.length > 0) throw new RuleViolation('method-needed');
      const epoch = state.epoch + 1;
      return [
        ...leaving.map((one): AccountEvent => ({
          type: 'MethodRemoved',
          data: { accountId, methodId: one.methodId, method: one.method, why: 'removed', epoch, at },
        })),
        ...requested(notices, state, at),
      ];
    },
    ConfirmMethods: ({ now: at }, state) => [{ type: 'MethodsConfirmed', data: { accountId: existing(state), at } }],
    SkipRegistration: ({ now: at }, state) => [
      { type: 'RegistrationSkipped', data: { accountId: existing(state), at } },
    ],
  },
  evolve: {
    MethodRemoved: (state, { methodId, method, epoch, at }) => ({
      ...state,
      methods: state.methods.filter((one) => one.methodId !== methodId),
      methodsLeftAt: at,
      drawnQuestions: method === 'security-questions' ? null : state.drawnQuestions,
      epoch,
    }),
    MethodsConfirmed: (state, { at }) => ({ ...state, methodsConfirmedAt: at }),
    RegistrationSkipped: (state, { at }) => ({ ...state, registrationSkippedAt: at }),
  },
};

/** The new method in the place of the old one, all in one append. */
export function registered(
  { methods, replaces }: Registering,
  contact: VaultRef,
  facts: RegistrationFacts,
  state: AccountState,
  at: Instant,
): readonly AccountEvent[] {
  const accountId = existing(state);
  refuseMethodChanges(state);
  const leaving = replaces === undefined ? [] : sharing(state, replaces);
  if (replaces !== undefined && leaving.length === 0) throw new RuleViolation('not-found');
  const epoch = state.epoch + 1;
  const waits = leaving.length > 0 || !isFirst(state, facts, at);
  const cooling = waits && facts.coolingOffHours > 0 && { recoversFrom: plus(at, hours(facts.coolingOffHours)) };
  return [
    ...leaving.map(({ methodId, method }): AccountEvent => ({
      type: 'MethodRemoved',
      data: { accountId, methodId, method, why: 'replaced', epoch, at },
    })),
    ...methods.map((one): AccountEvent => ({
      type: 'MethodRegistered',
      data: { accountId, ...one, contact, by: 'user', ...cooling, epoch, at },
    })),
  ];
}

/** F13: a contact added later could be somebody else's; while an account cannot recover anyway, nobody gains by it. */
function isFirst(state: AccountState, { gatesRequired, coolingOffHours }: RegistrationFacts, now: Instant): boolean {
  const gates = state.roles.length > 0 ? 2 : gatesRequired;
  const families = new Set(state.methods.map(({ method }) => familyOf(method)));
  const { methodsLeftAt } = state;
  return (
    families.size < gates && (methodsLeftAt === null || !isBefore(now, plus(methodsLeftAt, hours(coolingOffHours))))
  );
}

/** A method and those that reach the same contact. */
export function sharing({ methods }: AccountState, methodId: string): readonly RegisteredMethod[] {
  const one = methods.find((method) => method.methodId === methodId);
  return one ? methods.filter(({ contact }) => contact.ref === one.contact.ref) : [];
}

/** Whether a contact may already be used to recover. */
export const recovers = ({ recoversFrom }: RegisteredMethod, now: Instant): boolean =>
  recoversFrom === undefined || !isBefore(now, recoversFrom);
