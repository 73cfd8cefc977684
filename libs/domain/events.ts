import type { AccessEvent } from './access/access.js';
import type { AccountEvent } from './account/account.events.js';
import type { CaptchaEvent } from './captcha/captcha.events.js';
import type { PairingEvent } from './pairing/pairing.js';
import type { RecoveryEvent } from './recovery/recovery.events.js';
import type { SessionEvent } from './session/session.js';
import type { SignInEvent } from './signins/signins.events.js';
import type { TenantEvent } from './tenant/tenant.events.js';

/** Every event this product stores. */
export type KeyturnEvent =
  TenantEvent | AccountEvent | RecoveryEvent | SessionEvent | PairingEvent | CaptchaEvent | AccessEvent | SignInEvent;

export type EventType = KeyturnEvent['type'];
export type EventOf<T extends EventType> = Extract<KeyturnEvent, { type: T }>;
export type DataOf<T extends EventType> = EventOf<T>['data'];

/** Known to this release; the compiler refuses a list that misses one. Anything else in the log parks its stream. */
const known: Record<EventType, true> = {
  TenantCreated: true,
  DomainVerified: true,
  PolicyChanged: true,
  PlanChanged: true,
  AccountCreated: true,
  AccountDisabled: true,
  AccountEnabled: true,
  AccountSummarised: true,
  MethodRegistered: true,
  DevicePaired: true,
  DeviceRemoved: true,
  PushSubscribed: true,
  PushUnsubscribed: true,
  ApprovalAsked: true,
  ApprovalAnswered: true,
  PasswordSet: true,
  PasswordChanged: true,
  PasswordReset: true,
  PasswordChangeRequired: true,
  AccountUnlocked: true,
  BlocksLifted: true,
  NoticeRequested: true,
  AppCodeUsed: true,
  AlertRaised: true,
  AlertCarried: true,
  NotMeReported: true,
  NotMeLifted: true,
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
  DeliveryConfirmed: true,
  SessionStarted: true,
  SessionEnded: true,
  SignInReserved: true,
  SignInsPaused: true,
  SignInFailed: true,
  SignInPassed: true,
  SourceRecognised: true,
  SignInsSummarised: true,
  PairingOffered: true,
  PairingUsed: true,
  CaptchaFailed: true,
  RequestsThrottled: true,
  PersonalDataRead: true,
  PersonalDataRefused: true,
};

export const eventTypes = Object.keys(known) as readonly EventType[];
export const isKnownType = (type: string): type is EventType => Object.hasOwn(known, type);

/** Stream categories this product writes: what its subscriptions filter by. */
export const categories = [
  'tenant',
  'account',
  'decoy',
  'recovery',
  'notice',
  'session',
  'signins',
  'pairing',
  'captcha',
  'throttle',
  'access',
] as const;
export type Category = (typeof categories)[number];
