// Whatever the log holds, in whatever order: reading it never fails.
import fc from 'fast-check';
import { throttled } from './throttle/throttle.events.js';
import { access } from './access/access.js';
import { account, accountEventTypes, decoy } from './account/account.js';
import { roles } from './account/lifecycle.js';
import type { Decider, DomainEvent } from './decider.js';
import { evolveDelivery, waiting, type DeliveryEvent } from './delivery/delivery.js';
import { notice } from './delivery/notice.js';
import type { DataOf, EventType, KeyturnEvent } from './events.js';
import { families, methodNames } from './methods.js';
import { pairing } from './pairing/pairing.js';
import { react, reacting } from './reactions.js';
import { recovery } from './recovery/recovery.js';
import { challengeStatusOf, statusOf } from './recovery/recovery.status.js';
import { limits, offer } from './recovery/story.js';
import { session } from './session/session.js';
import { factors } from './signins/signins.events.js';
import { pausedUntil, signIns } from './signins/signins.js';
import { presets } from './tenant/policy.js';
import { alarm } from './alarm/alarm.js';
import { telecom } from './telecom/telecom.js';
import { tenant } from './tenant/tenant.js';
import { minutes, plus } from './time.js';
import { agent } from './agent/agent.js';
import { writebackResults } from './writeback/writeback.events.js';
import { writeback } from './writeback/writeback.js';

const start = '2026-03-02T09:00:00.000Z';
const at = fc.nat(3_000).map((n) => plus(start, minutes(n)));
const id = fc.nat(3).map((n) => `id-${n}`);
const name = fc.string({ maxLength: 5 });
const ref = fc.record({ ref: id, sha256: name });
const family = fc.constantFrom(...families);
const method = fc.constantFrom(...methodNames);
const flag = fc.boolean();
const count = fc.nat(6);
const policy = fc.constantFrom(presets.hardened, presets.entra);
const changes = fc.constantFrom({}, { enabledFor: 'all' as const }, { limits: presets.hardened.limits });
const reason = fc.constantFrom('forgot-password' as const, 'account-locked' as const);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const maybe = <T>(value: fc.Arbitrary<T>) => optional(value) as fc.Arbitrary<T>;
/** `undefined` is never stored: such a key is left out. */
const stored = <T extends object>(shape: { [K in keyof T]: fc.Arbitrary<T[K] | undefined> }): fc.Arbitrary<T> =>
  fc.record(shape as { [K in keyof T]: fc.Arbitrary<T[K]> }).map((value) => JSON.parse(JSON.stringify(value)) as T);

const credential = { accountId: id, credentialId: id, credential: ref, epoch: count, at };
const settled = { recoveryId: id, challengeId: id, reservationId: id, method, family, at };
const purpose = fc.constantFrom('registration' as const, 'step-up' as const);
const confirmation = { accountId: id, confirmationId: id, purpose, at };
const delivery = { deliveryId: id, attempt: count, at };
const accessed = { recoveryId: id, tenantId: fc.option(id), accountId: fc.option(id) };
const trying = { accountId: fc.option(id), reservationId: id, source: id, factor: fc.constantFrom(...factors), at };
const inCase = { accountId: id, caseId: id };
const carried = fc.record({ keyId: id, digits: count, purpose: name, subjectId: id });
const telecomMonth = { tenantId: id, month: name };
const plan = fc.constantFrom('free' as const, 'p1' as const);
const publicKey = fc.record({ keyId: id, key: name, voucher: name });
const sealingKey = fc.record({ keyId: id, key: name, voucher: name, expiresAt: at });
const errand = {
  writebackId: id,
  tenantId: id,
  accountId: id,
  recoveryId: id,
  kind: fc.constantFrom('reset' as const, 'unlock' as const, 'change' as const),
  fence: count,
  sealed: fc.constantFrom(null, { ref: 'id-1', sha256: '' }),
  doubleReset: flag,
  deadline: at,
};
const carriedBack = { writebackId: id, recoveryId: id, at };
const saidBy = { ...carriedBack, agentId: id, result: fc.constantFrom(...writebackResults) };
const written = { ...carriedBack, accountId: id, writes: count, fenced: flag };
const overtaking = { fence: maybe(count), overtaken: maybe(fc.constant('not-me' as const)) };

/** One generator for each event there is: the compiler asks for those that are missing. */
const dataOf: { [T in EventType]: fc.Arbitrary<DataOf<T>> } = {
  TenantCreated: stored({ tenantId: id, organisation: name, plan, trial: flag, policy, policyVersion: count, at }),
  DomainVerified: stored({ tenantId: id, domain: name, at }),
  PolicyChanged: stored({ tenantId: id, old: changes, new: changes, policyVersion: count, at }),
  PlanChanged: stored({ tenantId: id, plan, trial: flag, at }),
  GroupCreated: stored({ tenantId: id, groupId: id, name, at }),
  GroupRenamed: stored({ tenantId: id, groupId: id, name, at }),
  GroupNested: stored({ tenantId: id, groupId: id, within: id, at }),
  GroupUnnested: stored({ tenantId: id, groupId: id, within: id, at }),
  GroupDeleted: stored({ tenantId: id, groupId: id, at }),
  AdministratorDismissed: stored({ tenantId: id, accountId: id, at }),
  AdministratorAppointed: stored({ tenantId: id, accountId: id, at }),
  AccountCreated: stored<DataOf<'AccountCreated'>>({
    accountId: id,
    tenantId: id,
    origin: fc.constantFrom('cloud', 'hybrid'),
    username: ref,
    language: fc.constantFrom('ja', 'en'),
    roles: fc.constant([]),
    groups: fc.array(name),
    licensed: flag,
    at,
  }),
  AccountDisabled: stored({ accountId: id, epoch: count, at }),
  AccountEnabled: stored({ accountId: id, epoch: count, at }),
  AlertRaised: stored<DataOf<'AlertRaised'>>({
    accountId: id,
    tenantId: id,
    alertId: id,
    template: fc.constant('case-opened'),
    at,
  }),
  AlertCarried: stored({ accountId: id, alertId: id, told: count, at }),
  NotMeReported: stored<DataOf<'NotMeReported'>>({
    accountId: id,
    tenantId: id,
    caseId: id,
    noticeId: id,
    notMe: fc.record({ credentialId: fc.option(id), families: fc.subarray([...families]) }),
    recoveryId: optional(id) as fc.Arbitrary<string>,
    epoch: count,
    at,
  }),
  HelpdeskCaseOpened: stored({ accountId: id, tenantId: id, caseId: id, memberId: id, at }),
  VerificationWordSent: stored({ ...inCase, memberId: id, wordId: id, contact: ref, code: carried, expiresAt: at, at }),
  VerificationWordTried: stored({ ...inCase, wordId: id, tryId: id, at }),
  VerificationWordConfirmed: stored({ ...inCase, wordId: id, tryId: id, epoch: count, at }),
  VerificationWordFailed: stored({ ...inCase, wordId: id, tryId: id, triesLeft: count, at }),
  AccessPassIssued: stored({
    ...{ ...inCase, tenantId: id, memberId: id, passId: id, contact: ref, code: carried },
    ...{ expiresAt: at, epoch: count, at },
  }),
  AccessPassTried: stored({ accountId: id, passId: id, tryId: id, source: id, at }),
  AccessPassFailed: stored({ accountId: id, passId: id, tryId: id, at }),
  AccessPassUsed: stored({ accountId: id, passId: id, tryId: id, at }),
  ContactProposed: stored({
    ...{ ...inCase, tenantId: id, memberId: id, proposalId: id, method, contact: ref },
    ...{ expiresAt: at, at },
  }),
  ContactBounced: stored({ accountId: id, contactRef: id, deliveryId: id, status: name, at }),
  ContactApproved: stored({ accountId: id, proposalId: id, memberId: id, at }),
  ContactRejected: stored({ accountId: id, proposalId: id, memberId: id, at }),
  SupersededDataDestroyed: stored<DataOf<'SupersededDataDestroyed'>>({
    accountId: id,
    tenantId: id,
    values: fc.array(fc.record({ ref: id, what: method, supersededAt: at })),
    retentionDays: count,
    at,
  }),
  ContactProposalExpired: stored({ accountId: id, proposalId: id, at }),
  HelpdeskAssisted: stored<DataOf<'HelpdeskAssisted'>>({
    ...{ ...inCase, tenantId: id, memberId: id },
    act: fc.constantFrom('password-reset', 'blocks-lifted'),
    outcome: fc.constantFrom('succeeded', 'failed'),
    at,
  }),
  NotMeLifted: stored({ accountId: id, caseId: id, memberId: id, at }),
  RolesChanged: stored<DataOf<'RolesChanged'>>({
    accountId: id,
    old: fc.subarray([...roles]),
    roles: fc.subarray([...roles]),
    epoch: count,
    at,
  }),
  LicenceAssigned: stored({ accountId: id, at }),
  LicenceRemoved: stored({ accountId: id, at }),
  LanguageChanged: stored<DataOf<'LanguageChanged'>>({ accountId: id, language: fc.constantFrom('ja', 'en'), at }),
  GroupJoined: stored({ accountId: id, groupId: id, at }),
  GroupLeft: stored({ accountId: id, groupId: id, at }),
  AppCodeUsed: stored({ accountId: id, methodId: id, step: count, at }),
  AccountSummarised: stored({ accountId: id, state: fc.constant(account.initial), at }),
  MethodRegistered: stored<DataOf<'MethodRegistered'>>({
    accountId: id,
    methodId: id,
    method,
    contact: ref,
    by: fc.constantFrom('user', 'directory'),
    epoch: count,
    at,
  }),
  DevicePaired: stored<DataOf<'DevicePaired'>>({
    accountId: id,
    deviceId: id,
    key: ref,
    push: optional(ref) as never,
    epoch: count,
    at,
  }),
  DeviceRemoved: stored({ accountId: id, deviceId: id, epoch: count, at }),
  PushSubscribed: stored({ accountId: id, deviceId: id, push: ref, at }),
  PushUnsubscribed: stored<DataOf<'PushUnsubscribed'>>({
    accountId: id,
    deviceId: id,
    why: fc.constantFrom('gone', 'by-device'),
    at,
  }),
  ApprovalAsked: stored({ accountId: id, recoveryId: id, challengeId: id, expiresAt: at, at }),
  ApprovalAnswered: stored<DataOf<'ApprovalAnswered'>>({
    accountId: id,
    recoveryId: id,
    challengeId: id,
    deviceId: id,
    answer: fc.constantFrom('approved', 'wrong', 'denied'),
    proof: ref,
    at,
  }),
  MethodRemoved: stored<DataOf<'MethodRemoved'>>({
    accountId: id,
    methodId: id,
    method,
    why: fc.constantFrom('removed', 'replaced'),
    epoch: count,
    at,
  }),
  MethodsConfirmed: stored({ accountId: id, at }),
  RegistrationSkipped: stored({ accountId: id, at }),
  ConfirmationAsked: stored<DataOf<'ConfirmationAsked'>>({
    ...confirmation,
    sessionId: id,
    method,
    contact: ref,
    keyId: id,
    digits: count,
    registers: optional(fc.record({ methods: fc.array(fc.record({ methodId: id, method })) })) as never,
    expiresAt: at,
    epoch: count,
  }),
  QuestionsDrawn: stored({ accountId: id, questionIds: fc.array(id), expiresAt: at, at }),
  ConfirmationTried: stored({ accountId: id, confirmationId: id, tryId: id, contactRef: id, at }),
  ConfirmationFailed: stored<DataOf<'ConfirmationFailed'>>({ ...confirmation, tryId: id }),
  ConfirmationPassed: stored<DataOf<'ConfirmationPassed'>>({ ...confirmation, tryId: id, sessionId: id }),
  ConfirmationDenied: stored<DataOf<'ConfirmationDenied'>>(confirmation),
  PasswordSet: stored(credential),
  PasswordChanged: stored(credential),
  PasswordReset: stored({ ...credential, recoveryId: id }),
  PasswordChangeRequired: stored({ accountId: id, at }),
  AccountUnlocked: stored({ accountId: id, recoveryId: id, at }),
  SessionsEnded: stored({ accountId: id, except: fc.option(id), at }),
  PasswordExpiryWarned: stored({ accountId: id, credentialId: id, expiresAt: at, at }),
  BlocksLifted: stored({ accountId: id, caseId: id, at }),
  NoticeRequested: stored<DataOf<'NoticeRequested'>>({
    noticeId: id,
    template: fc.constantFrom('password-was-reset', 'password-was-changed'),
    contact: ref,
    accountId: id,
    tenantId: id,
    recoveryId: optional(id) as fc.Arbitrary<string>,
    at,
  }),
  ProofReserved: stored({ accountId: id, reservationId: id, recoveryId: id, family, source: id, proven: flag, at }),
  ProofSettled: stored<DataOf<'ProofSettled'>>({
    accountId: id,
    reservationId: id,
    recoveryId: id,
    result: fc.constantFrom('passed', 'failed'),
    block: optional(fc.record({ family: fc.constantFrom(...families, 'all' as const), until: at })) as never,
    at,
  }),
  RecoveryStarted: stored<DataOf<'RecoveryStarted'>>({
    recoveryId: id,
    tenantId: fc.option(id),
    subject: fc.constantFrom(
      { kind: 'account', accountId: 'id-1', origin: 'cloud', epoch: 1 },
      { kind: 'decoy', token: 'id-1', refusal: 'unknown-user' },
    ),
    reason,
    canUnlock: flag,
    supportCode: name,
    source: id,
    gatesRequired: fc.constantFrom(1, 2),
    offers: fc.subarray(methodNames).map((some) => some.map((one) => offer(one))),
    limits: fc.constant(limits),
    policyVersion: count,
    expiresAt: at,
    at,
  }),
  RecoveryRefused: stored<DataOf<'RecoveryRefused'>>({
    recoveryId: id,
    tenantId: fc.option(id),
    accountId: fc.option(id),
    nameToken: optional(id) as fc.Arbitrary<string>,
    reason,
    supportCode: name,
    source: id,
    outcome: fc.constant({ result: 'failed', reason: 'unknown-user' }),
    blockedUntil: optional(at) as fc.Arbitrary<string>,
    policyVersion: count,
    at,
  }),
  ContactMismatched: stored({ recoveryId: id, reservationId: id, method, family, failures: count, at }),
  ChallengeIssued: stored({
    recoveryId: id,
    challengeId: id,
    method,
    family,
    contact: fc.option(ref),
    keyId: id,
    digits: count,
    expiresAt: at,
    at,
  }),
  ChallengePassed: stored(settled),
  ChallengeFailed: stored<DataOf<'ChallengeFailed'>>({
    ...settled,
    failures: count,
    final: optional(flag) as fc.Arbitrary<boolean>,
  }),
  ChallengeDenied: stored({ ...settled, failures: count }),
  FamilyBlocked: stored({ recoveryId: id, family, until: at, at }),
  CommandRefused: stored<DataOf<'CommandRefused'>>({ recoveryId: id, command: name, code: name, at }),
  PasswordSubmitted: stored({ recoveryId: id, attempt: count, credentialId: id, credential: ref, at }),
  PasswordRejected: stored({ recoveryId: id, attempt: count, reasons: fc.array(name), at }),
  UnlockSubmitted: stored({ recoveryId: id, attempt: count, at }),
  UnlockRejected: stored({ recoveryId: id, attempt: count, reason: fc.constant('unlock-limit' as const), at }),
  RecoverySucceeded: stored<DataOf<'RecoverySucceeded'>>({
    recoveryId: id,
    outcome: fc.constant({ result: 'succeeded', reason: 'reset' }),
    at,
  }),
  RecoveryFailed: stored<DataOf<'RecoveryFailed'>>({
    recoveryId: id,
    outcome: fc.constant({ result: 'failed', reason: 'superseded' }),
    at,
  }),
  RecoveryBlocked: stored<DataOf<'RecoveryBlocked'>>({
    recoveryId: id,
    outcome: fc.constant({ result: 'blocked', reason: 'too-many-wrong-codes' }),
    until: at,
    at,
  }),
  RecoveryCancelled: stored<DataOf<'RecoveryCancelled'>>({
    recoveryId: id,
    outcome: fc.constant({ result: 'cancelled', reason: 'before-passing-the-gates' }),
    at,
  }),
  RecoveryAbandoned: stored<DataOf<'RecoveryAbandoned'>>({
    recoveryId: id,
    outcome: fc.constant({ result: 'abandoned', reason: 'while-choosing-a-password' }),
    at,
  }),
  AdministratorContacted: stored<DataOf<'AdministratorContacted'>>({
    recoveryId: id,
    outcome: fc.constant({ result: 'contacted-administrator', reason: 'before-trying' }),
    at,
  }),
  OutcomeCorrected: stored<DataOf<'OutcomeCorrected'>>({
    recoveryId: id,
    outcome: fc.constant({ result: 'failed', reason: 'not-me' }),
    at,
  }),
  WorkedReported: stored({ recoveryId: id, worked: flag, at }),
  DeliveryAttempted: stored({ ...delivery, leaseUntil: at }),
  DeliveryAccepted: stored<DataOf<'DeliveryAccepted'>>(delivery),
  DeliveryDeferred: stored<DataOf<'DeliveryDeferred'>>({ ...delivery, reason: name, nextAttemptAt: at }),
  DeliveryBounced: stored({ ...delivery, status: name, reason: name }),
  DeliveryFailed: stored<DataOf<'DeliveryFailed'>>({ ...delivery, reason: name }),
  TelecomReserved: stored({ ...telecomMonth, reservationId: id, units: count, reserved: count, budget: count, at }),
  TelecomBudgetLow: stored({ ...telecomMonth, reserved: count, budget: count, at }),
  TelecomWarningCarried: stored({ ...telecomMonth, told: count, at }),
  TelecomBudgetExhausted: stored({ ...telecomMonth, budget: count, at }),
  GuessingSuspected: stored({ tenantId: fc.option(id), failures: count, names: count, from: at, told: count, at }),
  DeliveryConfirmed: stored<DataOf<'DeliveryConfirmed'>>(delivery),
  SessionStarted: stored({ sessionId: id, accountId: id, tenantId: id, credentialId: id, expiresAt: at, at }),
  StepUpPassed: stored({ sessionId: id, accountId: id, confirmationId: id, method, contactRef: id, at }),
  SessionEnded: stored<DataOf<'SessionEnded'>>({
    sessionId: id,
    accountId: id,
    why: fc.constantFrom('signed-out', 'ended-by-owner'),
    at,
  }),
  SignInReserved: stored({ ...trying, tenantId: fc.option(id), familiar: flag, clearedAt: maybe(at) }),
  SignInsPaused: stored({ ...trying, whose: fc.oneof(id, fc.constant('unfamiliar')), until: at, times: count }),
  SignInFailed: stored({ ...trying, tenantId: fc.option(id), token: maybe(id) }),
  SignInPassed: stored({ ...trying, complete: flag }),
  SourceRecognised: stored({ accountId: id, source: id, at }),
  DirectorySignInSeen: stored({ accountId: id, on: fc.constant('2026-03-02'), at }),
  SignInsSummarised: stored({ state: fc.constant(signIns.initial), at }),
  PairingOffered: stored({ deviceId: id, accountId: id, tenantId: id, epoch: count, expiresAt: at, at }),
  PairingUsed: stored({ deviceId: id, accountId: id, at }),
  CaptchaFailed: stored({ captchaId: id, source: id, at }),
  RequestsThrottled: stored({ what: fc.constantFrom(...throttled), count: fc.nat(), sources: fc.nat(), from: at, at }),
  PersonalDataRead: stored({ ...accessed, readBy: id, refs: fc.array(id), reason: ref, at }),
  DirectoryUserLinked: stored({ accountId: id, directoryUser: ref, at }),
  AccountRenamed: stored({ accountId: id, username: ref, at }),
  WritebackRequested: stored<DataOf<'WritebackRequested'>>({ ...errand, credentialId: fc.constant('id-1'), at }),
  PasswordWritten: stored({ ...written, ...overtaking, credentialId: id }),
  UnlockWritten: stored(written),
  WritebackFailed: stored<DataOf<'WritebackFailed'>>({
    ...carriedBack,
    accountId: id,
    result: fc.constant('not-taken'),
  }),
  WritebackOffered: stored<DataOf<'WritebackOffered'>>({ ...errand, offer: count, at }),
  WritebackLeased: stored({ ...carriedBack, agentId: id, offer: count, leaseUntil: at }),
  WritebackReturned: stored({ ...saidBy, tenantId: id, offer: count, unheard: flag }),
  WritebackUntouched: stored(saidBy),
  WritebackReported: stored<DataOf<'WritebackReported'>>({
    ...saidBy,
    writes: count,
    fenced: flag,
    rules: optional(fc.constant({ minimumLength: 8 })) as fc.Arbitrary<{ minimumLength: number }>,
    trouble: optional(name) as fc.Arbitrary<string>,
    doneAt: at,
  }),
  WritebackExpired: stored(carriedBack),
  WritebackLost: stored(carriedBack),
  AgentCreated: stored({ agentId: id, tenantId: id, expiresAt: at, at }),
  AgentEnrolled: stored({ agentId: id, identityKey: publicKey, sealingKey, version: name, at }),
  AgentSealingKeyRolled: stored({ agentId: id, sealingKey, at }),
  AgentIdentityKeyRolled: stored({ agentId: id, identityKey: publicKey, at }),
  AgentRevoked: stored({ agentId: id, at }),
  AgentFellSilent: stored({ agentId: id, tenantId: id, lastHeardAt: at, at }),
  AgentHeardAgain: stored({ agentId: id, tenantId: id, at }),
  PersonalDataRefused: stored<DataOf<'PersonalDataRefused'>>({
    ...accessed,
    askedBy: id,
    why: fc.constantFrom('role', 'other-tenant', 'no-tenant'),
    at,
  }),
};

const anyOf = <T extends EventType>(...types: readonly T[]) =>
  fc.oneof(...types.map((type) => dataOf[type].map((data) => ({ type, data }) as KeyturnEvent)));
const every = <Event extends KeyturnEvent>(belongs: (type: EventType) => boolean) =>
  anyOf(...(Object.keys(dataOf) as EventType[]).filter(belongs)) as unknown as fc.Arbitrary<Event>;

const ofDelivery = (type: EventType) => type.startsWith('Delivery');
const ofTenant = (type: EventType) =>
  /^(Tenant|Domain|Policy|Plan|Group(Created|Renamed|Nested|Unnested|Deleted)|Administrator(Dismissed|Appointed))/.test(
    type,
  );
const ofSession = (type: EventType) => /^(Session(Started|Ended)$|StepUp)/.test(type);
const ofSignIns = (type: EventType) => /^(SignIn|Source|DirectorySignIn)/.test(type);
const ofAgent = (type: EventType) => type.startsWith('Agent');
const ofWriteback = (type: EventType) => /^Writeback(?!Requested|Failed)/.test(type);
const ofPairing = (type: EventType) => type.startsWith('Pairing');
const ofAccount = (type: EventType) => accountEventTypes.includes(type);
const ofAccess = (type: EventType) => type.startsWith('PersonalData');
const ofTelecom = (type: EventType) => type.startsWith('Telecom');
const ofAlarm = (type: EventType) => type === 'GuessingSuspected';
const unfolded = (type: EventType) => type === 'CaptchaFailed' || type === 'RequestsThrottled';
const elsewhere = [ofAccess, ofTenant, ofTelecom, ofAlarm, ofSession, ofSignIns, ofPairing, ofAgent, ofWriteback];
const ofRecovery = (type: EventType) => ![...elsewhere, ofAccount, unfolded].some((belongs) => belongs(type));

/** Folds without failing, to a state with the same questions answered as at the beginning, and changes no event. */
function folds<Event extends DomainEvent, State extends object>(
  { evolve, initial }: Decider<never, Event, State>,
  events: fc.Arbitrary<Event>,
  ask: (state: State) => unknown = () => undefined,
): void {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 30 }), (story) => {
      const before = JSON.stringify(story);
      const state = story.reduce(evolve, initial);
      expect(Object.keys(state)).toEqual(expect.arrayContaining(Object.keys(initial)));
      expect(story.reduce(evolve, initial)).toEqual(state);
      expect(JSON.stringify(story)).toBe(before);
      ask(state);
    }),
  );
}

describe('evolve takes any events in any order', () => {
  it('of a tenant', () => folds(tenant, every(ofTenant)));
  it('of a month of messages and calls', () => folds(telecom, every(ofTelecom)));
  it('of an alarm', () => folds(alarm, every(ofAlarm)));
  it('of an account', () => folds(account, every(ofAccount)));
  it('of a name nobody has', () => folds(decoy, every(ofAccount)));
  it('of sign-ins', () => folds(signIns, every(ofSignIns), (state) => pausedUntil(state, 'password', 'id-1', start)));
  it('of a session', () => folds(session, every(ofSession)));
  it('of the reading of a case', () => folds(access, every(ofAccess)));
  it('of an agent', () => folds(agent, every(ofAgent)));
  it('of a writeback', () => folds(writeback, every(ofWriteback)));
  it('of a pairing', () => folds(pairing, every(ofPairing)));
  it('of a notice', () => folds(notice, every<DeliveryEvent>(ofDelivery)));
  it('of a recovery, whose status can always be told', () => {
    folds(recovery, every(ofRecovery), (state) => {
      statusOf(state, start);
      if (state.challenge) challengeStatusOf(state.challenge, start);
    });
  });

  it('of a delivery, and one of another delivery changes nothing', () => {
    fc.assert(
      fc.property(every<DeliveryEvent>(ofDelivery), (event) => {
        expect(evolveDelivery(waiting('another'), event)).toEqual(waiting('another'));
      }),
    );
  });
});

it('react takes any event of its category', () => {
  const origin = { stream: 'any', revision: 0 };
  fc.assert(
    fc.property(fc.constantFrom(...reacting), every(ofRecovery), every(ofAccount), (category, one, other) => {
      for (const job of react(category, category === 'recovery' ? one : other, origin)) {
        expect(JSON.stringify(job)).not.toContain('sha256');
      }
    }),
  );
});
