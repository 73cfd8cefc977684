// What is stored on an account's stream: add optional fields or new events, never change a meaning.
import type { Instant } from '../time.js';
import type { AccountState } from './account.state.js';
import type { PassEvents } from './access-pass.js';
import type { BounceEvents } from './bounces.js';
import type { AlertEvents } from './alerts.js';
import type { ConfirmationEvents } from './confirmations.js';
import type { AssistanceEvents } from './assistance.js';
import type { AdministrationEvents } from './administration.js';
import type { CredentialEvents } from './credentials.js';
import type { DeviceEvents } from './devices.js';
import type { DisputeEvents } from './disputes.js';
import type { DrawnQuestionEvents } from './drawn-questions.js';
import type { DirectoryLinkEvents } from './directory-link.js';
import type { ExpiryEvents } from './expiry.js';
import type { LifecycleEvents } from './lifecycle.js';
import type { NoticeEvents } from './notices.js';
import type { Named } from './part.js';
import type { ProposalEvents } from './proposals.js';
import type { MethodEvents } from './registered-methods.js';
import type { RegistrationEvents } from './registrations.js';
import type { RetentionEvents } from './retention.js';
import type { SessionEndingEvents } from './session-endings.js';
import type { TryEvents } from './tries.js';
import type { UnlockEvents } from './unlocking.js';
import type { WritebackEventsOfAccount } from './writebacks.js';

interface Summary {
  /** Everything so far, so that a long stream is folded back only to here. */
  AccountSummarised: { accountId: string; state: AccountState; at: Instant };
}

interface Events
  extends
    LifecycleEvents,
    AdministrationEvents,
    MethodEvents,
    RegistrationEvents,
    ConfirmationEvents,
    DrawnQuestionEvents,
    CredentialEvents,
    DeviceEvents,
    TryEvents,
    UnlockEvents,
    ExpiryEvents,
    SessionEndingEvents,
    NoticeEvents,
    AlertEvents,
    DisputeEvents,
    AssistanceEvents,
    PassEvents,
    ProposalEvents,
    DirectoryLinkEvents,
    WritebackEventsOfAccount,
    BounceEvents,
    RetentionEvents,
    Summary {}

export type AccountEvent = Named<Events>;
