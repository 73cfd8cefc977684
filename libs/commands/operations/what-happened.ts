import type { Forbidden } from '#libs/domain/access/access';
import type { Carriage } from '#libs/domain/delivery/delivery';
import type { DataOf, EventType } from '#libs/domain/events';
import type { Outcome } from '#libs/domain/outcome';
import { strangers } from '#libs/domain/signins/signins.events';

/** One event in the words of an operator; never a reference, a token or a name. */
export const whatHappened = (type: EventType, data: DataOf<EventType>): string => words[type](data as never);

const words: { readonly [T in EventType]: (data: DataOf<T>) => string } = {
  TenantCreated: ({ organisation, plan }) => `tenant ${organisation} created (${plan})`,
  DomainVerified: ({ domain }) => `domain ${domain} verified`,
  PolicyChanged: ({ new: changes }) => `policy changed: ${Object.keys(changes).join(', ')}`,
  PlanChanged: ({ plan }) => `plan changed to ${plan}`,
  GroupCreated: ({ groupId }) => `group ${groupId} created`,
  GroupRenamed: ({ groupId }) => `group ${groupId} renamed`,
  GroupNested: ({ groupId, within }) => `group ${groupId} put into ${within}`,
  GroupUnnested: ({ groupId, within }) => `group ${groupId} taken out of ${within}`,
  GroupDeleted: ({ groupId }) => `group ${groupId} deleted`,
  AdministratorDismissed: () => 'a global administrator left office',
  AdministratorAppointed: () => 'a global administrator took office again',
  AccountCreated: ({ origin }) => `${origin} account created`,
  AccountDisabled: () => 'account disabled',
  AccountEnabled: () => 'account enabled',
  RolesChanged: ({ roles }) => `roles: ${roles.join(', ') || 'none'}`,
  LicenceAssigned: () => 'licence assigned',
  LicenceRemoved: () => 'licence removed',
  LanguageChanged: ({ language }) => `language: ${language}`,
  GroupJoined: ({ groupId }) => `joined group ${groupId}`,
  GroupLeft: ({ groupId }) => `left group ${groupId}`,
  AccountSummarised: () => 'history of the account summarised',
  MethodRegistered: ({ method, by }) => `${method} registered by ${by}`,
  DevicePaired: ({ push }) => `device paired${push ? ', with push' : ''}`,
  DeviceRemoved: () => 'device removed',
  PushSubscribed: () => 'push subscription of a device set',
  PushUnsubscribed: ({ why }) => `push subscription of a device ended: ${why}`,
  ApprovalAsked: ({ expiresAt }) => `approval asked of the devices, until ${expiresAt}`,
  ApprovalAnswered: ({ answer }) => `a device answered: ${answer}`,
  MethodRemoved: ({ method, why }) => `${method} ${why}`,
  MethodsConfirmed: () => 'methods confirmed by their owner',
  RegistrationSkipped: () => 'registration put off',
  QuestionsDrawn: ({ questionIds }) => `${questionIds.length} questions drawn`,
  ConfirmationAsked: ({ purpose, method }) => `${purpose}: confirmation by ${method} asked for`,
  ConfirmationTried: () => 'a try to confirm is counted',
  ConfirmationFailed: ({ purpose }) => `${purpose}: wrong code`,
  ConfirmationPassed: ({ purpose }) => `${purpose} confirmed`,
  ConfirmationDenied: ({ purpose }) => `${purpose} denied by whoever received it`,
  PasswordSet: () => 'password set',
  PasswordChanged: () => 'password changed',
  PasswordReset: () => 'new password in force',
  PasswordChangeRequired: () => 'a new password is required at the next sign-in',
  AccountUnlocked: () => 'account unlocked, the password stays',
  SessionsEnded: ({ except }) => `all sessions ended${except ? ' but one' : ''}`,
  PasswordExpiryWarned: ({ expiresAt }) => `told that the password expires on ${expiresAt}`,
  BlocksLifted: ({ caseId }) => `blocks lifted by case ${caseId}`,
  NoticeRequested: ({ template }) => `notice asked for: ${template}`,
  AppCodeUsed: () => 'app code used',
  AlertRaised: ({ template }) => `administrators shall be told: ${template}`,
  AlertCarried: ({ told }) => `${told} administrators are being told`,
  NotMeReported: ({ notMe }) =>
    `"this was not me": sessions ended, password void${notMe.families.length > 0 ? `, ${notMe.families.join(' and ')} distrusted` : ''}`,
  HelpdeskCaseOpened: () => 'helpdesk case opened',
  VerificationWordSent: ({ expiresAt }) => `verification word asked for, valid until ${expiresAt}`,
  VerificationWordTried: () => 'a try at the word is counted',
  VerificationWordConfirmed: () => 'the caller read out the word',
  VerificationWordFailed: ({ triesLeft }) => `wrong word, ${triesLeft} tries left`,
  AccessPassIssued: ({ expiresAt }) => `temporary access pass asked for, valid until ${expiresAt}`,
  AccessPassTried: () => 'a try at the pass is counted',
  AccessPassFailed: () => 'wrong pass',
  AccessPassUsed: () => 'signed in with the pass',
  ContactProposed: ({ method }) => `new contact proposed: ${method}`,
  ContactApproved: () => 'new contact approved by a second administrator',
  ContactRejected: () => 'new contact rejected',
  ContactProposalExpired: () => 'nobody approved the new contact in time',
  SupersededDataDestroyed: ({ values, retentionDays }) =>
    `${values.length} superseded values destroyed under the retention rule (${retentionDays} days)`,
  ContactBounced: ({ status }) => `an address sends mails back (${status})`,
  HelpdeskAssisted: ({ act, outcome, reason }) => `assisted: ${act} ${outcome}${reason ? ` (${reason})` : ''}`,
  NotMeLifted: () => 'an administrator lifted the "not me"',
  ProofReserved: ({ family }) => `a try by ${family} is counted`,
  ProofSettled: ({ result, block }) =>
    `the try ${result}${block ? `, ${block.family} blocked until ${block.until}` : ''}`,
  RecoveryStarted: ({ reason, subject, gatesRequired, offers }) =>
    `recovery started: ${reason}, ${gatesRequired} of ${offers.map(({ method }) => method).join(', ') || 'no method'}` +
    (subject.kind === 'decoy' ? ` (shown to a stranger; true reason: ${subject.refusal})` : ''),
  RecoveryRefused: ({ reason, outcome }) => `recovery refused: ${reason}, ${outcome.reason}`,
  ContactMismatched: ({ method, failures }) => `wrong contact typed for ${method} (failure ${failures})`,
  ChallengeIssued: ({ method, contact, expiresAt }) =>
    `code by ${method} asked for, valid until ${expiresAt}${contact ? '' : ' (decoy: nothing is sent)'}`,
  ChallengePassed: ({ method }) => `gate passed by ${method}`,
  ChallengeDenied: ({ method, failures }) => `denied by whoever received it (${method}, failure ${failures})`,
  ChallengeFailed: ({ method, failures }) => `wrong answer by ${method} (failure ${failures})`,
  FamilyBlocked: ({ family, until }) => `${family} blocked until ${until}`,
  CommandRefused: ({ command, code }) => `${command} refused: ${code}`,
  PasswordSubmitted: ({ attempt }) => `new password submitted (attempt ${attempt})`,
  PasswordRejected: ({ reasons }) => `new password rejected: ${reasons.join(', ')}`,
  UnlockSubmitted: () => 'unlock asked for',
  UnlockRejected: ({ reason }) => `unlock refused: ${reason}`,
  RecoverySucceeded: ({ outcome }) => ended(outcome),
  RecoveryFailed: ({ outcome }) => ended(outcome),
  RecoveryBlocked: ({ outcome, until }) => `${ended(outcome)}, until ${until}`,
  RecoveryCancelled: ({ outcome }) => ended(outcome),
  RecoveryAbandoned: ({ outcome }) => ended(outcome),
  AdministratorContacted: ({ outcome }) => ended(outcome),
  OutcomeCorrected: ({ outcome }) => `corrected to ${ended(outcome)}`,
  WorkedReported: ({ worked }) => `the person says it ${worked ? 'worked' : 'did not work'}`,
  DeliveryAttempted: ({ attempt }) => `delivery, try ${attempt}`,
  DeliveryAccepted: ({ attempt, providerCode, ...carriage }) =>
    `try ${attempt} accepted${codeOf(providerCode)}${carriedBy(carriage)}`,
  DeliveryDeferred: ({ attempt, reason, providerCode, nextAttemptAt, ...carriage }) =>
    `try ${attempt} put off: ${reason}${codeOf(providerCode)}${carriedBy(carriage)}, again at ${nextAttemptAt}`,
  DeliveryBounced: ({ attempt, status, reason }) => `try ${attempt} came back: ${reason} (${status})`,
  DeliveryFailed: ({ attempt, reason, providerCode, ...carriage }) =>
    `try ${attempt} failed for good: ${reason}${codeOf(providerCode)}${carriedBy(carriage)}`,
  TelecomReserved: ({ month, units, reserved, budget }) =>
    `${units} messages or calls of ${month} reserved (${reserved} of ${budget})`,
  TelecomBudgetLow: ({ month, reserved, budget }) => `telecom budget of ${month} is low: ${reserved} of ${budget}`,
  TelecomWarningCarried: ({ told }) => `${told} administrators are being told of the low telecom budget`,
  TelecomBudgetExhausted: ({ month, budget }) => `telecom budget of ${month} is used up (${budget})`,
  GuessingSuspected: ({ tenantId, failures, names, told }) =>
    `guessing suspected over ${tenantId ? 'the tenant' : 'the installation'}: ${failures} wrong tries at ${names} names in an hour; ${told} administrators are told`,
  DeliveryConfirmed: ({ attempt, provider }) => `try ${attempt} reached the phone${carriedBy({ provider })}`,
  SessionStarted: () => 'signed in',
  StepUpPassed: ({ method }) => `stepped up by ${method}`,
  SessionEnded: ({ why }) => `session ended: ${why}`,
  SignInReserved: ({ factor, familiar }) =>
    `a ${factor} is tried at sign-in from ${familiar ? 'a' : 'no'} familiar source`,
  SignInsPaused: ({ factor, whose, until }) =>
    `${factor} tries of ${whose === strangers ? 'unfamiliar sources' : 'this source'} paused until ${until}`,
  SignInFailed: ({ factor }) => `wrong ${factor} at sign-in`,
  SignInPassed: ({ factor }) => `right ${factor} at sign-in`,
  SourceRecognised: () => 'the source is familiar from now on',
  DirectorySignInSeen: ({ on }) => `last signed in at the directory on ${on}`,
  SignInsSummarised: () => 'history of sign-ins summarised',
  PairingOffered: ({ expiresAt }) => `pairing of a device offered until ${expiresAt}`,
  PairingUsed: () => 'pairing code used',
  CaptchaFailed: () => 'CAPTCHA answered wrongly',
  RequestsThrottled: ({ what, count, sources }) => `${count} requests (${what}) from ${sources} sources were throttled`,
  PersonalDataRead: ({ refs }) => `personal data read (${refs.length} values)`,
  PersonalDataRefused: ({ why }) => `reading personal data refused: ${whyNot[why]}`,
  DirectoryUserLinked: () => 'linked to a person of the directory',
  AccountRenamed: () => 'given another user name by the directory',
  WritebackRequested: ({ kind, deadline }) => `${kind} asked of the directory, until ${deadline}`,
  PasswordWritten: ({ writes, fenced, overtaken }) =>
    `new password in force in the directory (${writes} writes${fenced ? '' : ', without a fence'})${overtaken ? `; ${overtakenBy[overtaken]}` : ''}`,
  UnlockWritten: () => 'unlocked in the directory',
  WritebackFailed: ({ result }) => `it did not reach the directory: ${result}`,
  WritebackOffered: ({ kind, offer }) => `${kind} offered to the agents (${offer})`,
  WritebackLeased: ({ agentId, leaseUntil }) => `taken by agent ${agentId} until ${leaseUntil}`,
  WritebackReturned: ({ result, trouble, offer }) =>
    `the agent changed nothing: ${result}${trouble ? ` (${trouble})` : ''}; offered to the others (${offer})`,
  WritebackUntouched: ({ result, trouble }) =>
    `the agent changed nothing: ${result}${trouble ? ` (${trouble})` : ''}; another has it`,
  WritebackReported: ({ result, trouble }) => `the agent reports: ${result}${trouble ? ` (${trouble})` : ''}`,
  WritebackExpired: () => 'no agent took it in time: nothing was changed',
  WritebackLost: () => 'the agent that took it was not heard of for a day',
  AgentCreated: () => 'agent created',
  AgentEnrolled: ({ version }) => `agent enrolled (version ${version})`,
  AgentSealingKeyRolled: () => 'agent replaced its sealing key',
  AgentIdentityKeyRolled: () => 'agent replaced its identity key',
  AgentRevoked: () => 'agent revoked',
  AgentFellSilent: ({ lastHeardAt }) => `agent silent since ${lastHeardAt}`,
  AgentHeardAgain: () => 'agent heard again',
};

const overtakenBy = {
  'later-write': 'a later one was written since',
  'not-me': 'its owner had disowned the account by then',
} as const;

const whyNot: { readonly [W in Forbidden]: string } = {
  role: 'no role that may',
  'other-tenant': 'of another tenant',
  'no-tenant': 'the recovery is of no tenant',
};

const ended = ({ result, reason, method }: Outcome): string => `${result}: ${reason}${method ? ` (${method})` : ''}`;

const codeOf = (providerCode: number | undefined): string => (providerCode === undefined ? '' : ` (${providerCode})`);

const carriedBy = ({ provider, passedOver = [] }: { provider?: string | undefined } & Pick<Carriage, 'passedOver'>) =>
  [
    provider && `, by ${provider}`,
    ...passedOver.map((other) => `, after ${other.provider} could not: ${other.reason}`),
  ].join('');
