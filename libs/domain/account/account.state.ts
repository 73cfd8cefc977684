import { noPass, type Passes } from './access-pass.js';
import { noBounces, type Bounces } from './bounces.js';
import { noAlerts, type Alerts } from './alerts.js';
import { noConfirmations, type Confirmations } from './confirmations.js';
import { noAssistance, type Assistance } from './assistance.js';
import { noStanding, type Standing } from './administration.js';
import { noCredentials, type Credentials } from './credentials.js';
import { noDevices, type Devices } from './devices.js';
import { noDisputes, type Disputes } from './disputes.js';
import { noneDrawn, type DrawnQuestions } from './drawn-questions.js';
import { noLink, type DirectoryLink } from './directory-link.js';
import { noExpiryWarning, type ExpiryWarnings } from './expiry.js';
import { nobody, type Person } from './lifecycle.js';
import { noWarnings, type Warnings } from './notices.js';
import { noProposal, type Proposals } from './proposals.js';
import { emptyLedger, type ProofLedger } from './proofs.js';
import { noMethods, type Methods } from './registered-methods.js';
import { nothingRegistered, type RegistrationState } from './registrations.js';
import { noSessionEndings, type SessionEndings } from './session-endings.js';
import { noUnlocks, type Unlocks } from './unlocking.js';
import { noWritebacks, type Writebacks } from './writebacks.js';

export interface AccountState
  extends
    Person,
    Standing,
    Methods,
    Devices,
    RegistrationState,
    Confirmations,
    DrawnQuestions,
    Credentials,
    ProofLedger,
    Unlocks,
    SessionEndings,
    ExpiryWarnings,
    Alerts,
    Disputes,
    Assistance,
    Passes,
    Proposals,
    DirectoryLink,
    Writebacks,
    Bounces,
    Warnings {
  /** Rises with every event that makes a recovery begun earlier stale. */
  readonly epoch: number;
}

export const initial: AccountState = {
  epoch: 0,
  ...nobody,
  ...noStanding,
  ...noMethods,
  ...noDevices,
  ...nothingRegistered,
  ...noConfirmations,
  ...noneDrawn,
  ...noCredentials,
  ...emptyLedger,
  ...noAlerts,
  ...noDisputes,
  ...noUnlocks,
  ...noAssistance,
  ...noPass,
  ...noProposal,
  ...noLink,
  ...noWritebacks,
  ...noBounces,
  ...noWarnings,
  ...noExpiryWarning,
  ...noSessionEndings,
};
