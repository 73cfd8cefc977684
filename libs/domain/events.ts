import type { AccessEvent } from './access/access.js';
import type { GuessingSuspected } from './alarm/alarm.js';
import type { AccountEvent } from './account/account.events.js';
import type { AgentEvent } from './agent/agent.events.js';
import type { CaptchaEvent } from './captcha/captcha.events.js';
import type { DeliveryEvent } from './delivery/delivery.js';
import type { PairingEvent } from './pairing/pairing.js';
import type { RecoveryEvent } from './recovery/recovery.events.js';
import type { SessionEvent } from './session/session.js';
import type { SignInEvent } from './signins/signins.events.js';
import type { TelecomEvent } from './telecom/telecom.js';
import type { TenantEvent } from './tenant/tenant.events.js';
import type { RequestsThrottled } from './throttle/throttle.events.js';
import type { WritebackEvent } from './writeback/writeback.events.js';

/** What the streams of each category hold: whoever adds an aggregate adds a line. */
interface EventsIn {
  tenant: TenantEvent;
  account: AccountEvent;
  decoy: AccountEvent;
  recovery: RecoveryEvent;
  notice: DeliveryEvent;
  session: SessionEvent;
  signins: SignInEvent;
  pairing: PairingEvent;
  captcha: CaptchaEvent;
  throttle: RequestsThrottled;
  access: AccessEvent;
  agent: AgentEvent;
  writeback: WritebackEvent;
  telecom: TelecomEvent;
  alarm: GuessingSuspected;
}

export type Category = keyof EventsIn;
export type EventIn<C extends Category> = EventsIn[C];

/** Every event this product stores. */
export type KeyturnEvent = EventsIn[Category];

export type EventType = KeyturnEvent['type'];
export type EventOf<T extends EventType> = Extract<KeyturnEvent, { type: T }>;
export type DataOf<T extends EventType> = EventOf<T>['data'];

/** Known to this release; the compiler refuses a list that misses one. Anything else in the log parks its stream. */
const known: Record<EventType, true> = {
  TenantCreated: true,
  DomainVerified: true,
  PolicyChanged: true,
  PlanChanged: true,
  GroupCreated: true,
  GroupRenamed: true,
  GroupNested: true,
  GroupUnnested: true,
  GroupDeleted: true,
  AdministratorDismissed: true,
  AdministratorAppointed: true,
  AccountCreated: true,
  AccountDisabled: true,
  AccountEnabled: true,
  RolesChanged: true,
  LicenceAssigned: true,
  LicenceRemoved: true,
  LanguageChanged: true,
  GroupJoined: true,
  GroupLeft: true,
  AccountSummarised: true,
  MethodRegistered: true,
  DevicePaired: true,
  DeviceRemoved: true,
  PushSubscribed: true,
  PushUnsubscribed: true,
  ApprovalAsked: true,
  ApprovalAnswered: true,
  MethodRemoved: true,
  MethodsConfirmed: true,
  RegistrationSkipped: true,
  ConfirmationAsked: true,
  QuestionsDrawn: true,
  ConfirmationTried: true,
  ConfirmationFailed: true,
  ConfirmationPassed: true,
  ConfirmationDenied: true,
  PasswordSet: true,
  PasswordChanged: true,
  PasswordReset: true,
  PasswordChangeRequired: true,
  AccountUnlocked: true,
  BlocksLifted: true,
  SessionsEnded: true,
  PasswordExpiryWarned: true,
  NoticeRequested: true,
  AppCodeUsed: true,
  AlertRaised: true,
  AlertCarried: true,
  NotMeReported: true,
  NotMeLifted: true,
  HelpdeskCaseOpened: true,
  VerificationWordSent: true,
  VerificationWordTried: true,
  VerificationWordConfirmed: true,
  VerificationWordFailed: true,
  AccessPassIssued: true,
  AccessPassTried: true,
  AccessPassFailed: true,
  AccessPassUsed: true,
  HelpdeskAssisted: true,
  ContactBounced: true,
  ContactProposed: true,
  ContactApproved: true,
  ContactRejected: true,
  ContactProposalExpired: true,
  SupersededDataDestroyed: true,
  ProofReserved: true,
  ProofSettled: true,
  RecoveryStarted: true,
  RecoveryRefused: true,
  ContactMismatched: true,
  ChallengeIssued: true,
  ChallengePassed: true,
  ChallengeFailed: true,
  ChallengeDenied: true,
  FamilyBlocked: true,
  CommandRefused: true,
  PasswordSubmitted: true,
  PasswordRejected: true,
  UnlockSubmitted: true,
  UnlockRejected: true,
  RecoverySucceeded: true,
  RecoveryFailed: true,
  RecoveryBlocked: true,
  RecoveryCancelled: true,
  RecoveryAbandoned: true,
  AdministratorContacted: true,
  WorkedReported: true,
  OutcomeCorrected: true,
  DeliveryAttempted: true,
  DeliveryAccepted: true,
  DeliveryDeferred: true,
  DeliveryFailed: true,
  DeliveryBounced: true,
  DeliveryConfirmed: true,
  TelecomReserved: true,
  TelecomBudgetLow: true,
  TelecomWarningCarried: true,
  TelecomBudgetExhausted: true,
  SessionStarted: true,
  SessionEnded: true,
  SignInReserved: true,
  SignInsPaused: true,
  SignInFailed: true,
  SignInPassed: true,
  SourceRecognised: true,
  DirectorySignInSeen: true,
  SignInsSummarised: true,
  PairingOffered: true,
  PairingUsed: true,
  StepUpPassed: true,
  CaptchaFailed: true,
  RequestsThrottled: true,
  PersonalDataRead: true,
  PersonalDataRefused: true,
  DirectoryUserLinked: true,
  AccountRenamed: true,
  WritebackRequested: true,
  WritebackFailed: true,
  PasswordWritten: true,
  UnlockWritten: true,
  WritebackOffered: true,
  WritebackLeased: true,
  WritebackReturned: true,
  WritebackUntouched: true,
  WritebackReported: true,
  WritebackExpired: true,
  WritebackLost: true,
  AgentCreated: true,
  AgentEnrolled: true,
  AgentSealingKeyRolled: true,
  AgentIdentityKeyRolled: true,
  AgentRevoked: true,
  AgentFellSilent: true,
  AgentHeardAgain: true,
  GuessingSuspected: true,
};

export const eventTypes = Object.keys(known) as readonly EventType[];
export const isKnownType = (type: string): type is EventType => Object.hasOwn(known, type);

const written: Record<Category, true> = {
  tenant: true,
  account: true,
  decoy: true,
  recovery: true,
  notice: true,
  session: true,
  signins: true,
  pairing: true,
  captcha: true,
  throttle: true,
  access: true,
  agent: true,
  writeback: true,
  telecom: true,
  alarm: true,
};

/** Stream categories this product writes: what its subscriptions filter by. */
export const categories = Object.keys(written) as readonly Category[];
