import type { Decider } from '../decider.js';
import type { AccountEvent } from './account.events.js';
import { initial, type AccountState } from './account.state.js';
import { passes, type PassCommands } from './access-pass.js';
import { bounces, type BounceCommands } from './bounces.js';
import { alerts, type AlertCommands } from './alerts.js';
import { confirmations, type ConfirmationCommands } from './confirmations.js';
import { assistance, type AssistanceCommands } from './assistance.js';
import { administration, type AdministrationCommands } from './administration.js';
import { credentials, type CredentialCommands } from './credentials.js';
import { devices, type DeviceCommands } from './devices.js';
import { disputes, type DisputeCommands } from './disputes.js';
import { drawnQuestions, type DrawnQuestionCommands } from './drawn-questions.js';
import { directoryLink, type DirectoryLinkCommands } from './directory-link.js';
import { expiry, type ExpiryCommands } from './expiry.js';
import { lifecycle, type LifecycleCommands } from './lifecycle.js';
import { notices, type NoticeCommands } from './notices.js';
import type { Named } from './part.js';
import { proposals, type ProposalCommands } from './proposals.js';
import { methods, type MethodCommands } from './registered-methods.js';
import { registrations, type RegistrationCommands } from './registrations.js';
import { retention, type RetentionCommands } from './retention.js';
import { sessionEndings, type SessionEndingCommands } from './session-endings.js';
import { tries, type TryCommands } from './tries.js';
import { unlocking, type UnlockCommands } from './unlocking.js';
import { writebacks, type WritebackCommands } from './writebacks.js';

interface Commands
  extends
    LifecycleCommands,
    AdministrationCommands,
    MethodCommands,
    RegistrationCommands,
    ConfirmationCommands,
    DrawnQuestionCommands,
    CredentialCommands,
    DeviceCommands,
    TryCommands,
    UnlockCommands,
    ExpiryCommands,
    SessionEndingCommands,
    NoticeCommands,
    AlertCommands,
    DisputeCommands,
    AssistanceCommands,
    PassCommands,
    ProposalCommands,
    DirectoryLinkCommands,
    WritebackCommands,
    BounceCommands,
    RetentionCommands {}
export type AccountCommand = Named<Commands>;

/** Each part carries its own rules; whoever adds one lists it here, and the compiler asks for its events. */
const rules: { readonly [C in AccountCommand as C['type']]: (data: C['data'], state: AccountState) => Events } = {
  ...lifecycle.decide,
  ...administration.decide,
  ...methods.decide,
  ...devices.decide,
  ...registrations.decide,
  ...confirmations.decide,
  ...drawnQuestions.decide,
  ...credentials.decide,
  ...tries.decide,
  ...unlocking.decide,
  ...expiry.decide,
  ...sessionEndings.decide,
  ...notices.decide,
  ...alerts.decide,
  ...disputes.decide,
  ...assistance.decide,
  ...passes.decide,
  ...proposals.decide,
  ...directoryLink.decide,
  ...writebacks.decide,
  ...bounces.decide,
  ...retention.decide,
};

const folds: { readonly [E in AccountEvent as E['type']]: (state: AccountState, data: E['data']) => AccountState } = {
  ...lifecycle.evolve,
  ...administration.evolve,
  ...methods.evolve,
  ...devices.evolve,
  ...registrations.evolve,
  ...confirmations.evolve,
  ...drawnQuestions.evolve,
  ...credentials.evolve,
  ...tries.evolve,
  ...unlocking.evolve,
  ...expiry.evolve,
  ...sessionEndings.evolve,
  ...notices.evolve,
  ...alerts.evolve,
  ...disputes.evolve,
  ...assistance.evolve,
  ...passes.evolve,
  ...proposals.evolve,
  ...directoryLink.evolve,
  ...writebacks.evolve,
  ...bounces.evolve,
  ...retention.evolve,
  // An earlier release may have known fewer fields.
  AccountSummarised: (_, { state }) => ({ ...initial, ...state }),
};

/** What may stand on its stream. */
export const accountEventTypes = Object.keys(folds) as readonly string[];

export const account: Decider<AccountCommand, AccountEvent, AccountState> = {
  category: 'account',
  initial,
  decide: ({ type, data }, state) => (rules[type] as (data: object, state: AccountState) => Events)(data, state),
  evolve: (state, { type, data }) => (folds[type] as (state: AccountState, data: object) => AccountState)(state, data),
  summary: {
    type: 'AccountSummarised',
    every: 100,
    make: (state, at) => ({ type: 'AccountSummarised', data: { accountId: state.accountId ?? '', state, at } }),
  },
};

/** A name nobody has: its tries are counted like an account's, so that it cannot be told from one. */
export const decoy: Decider<AccountCommand, AccountEvent, AccountState> = { ...account, category: 'decoy' };

type Events = readonly AccountEvent[];
