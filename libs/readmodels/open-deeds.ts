import { traitsOf } from '#libs/domain/methods';
import { passSessionMs } from '#libs/domain/account/access-pass';
import { hours, isBefore, minutes, plus, seconds, type Instant } from '#libs/domain/time';
import { silenceMs } from '#libs/domain/writeback/writeback';
import { wantedUntil } from '#libs/domain/account/notices';
import {
  alertOf,
  challengeDelivery,
  change,
  closed,
  completionOf,
  correctionOf,
  delivery,
  expiry,
  noticeDelivery,
  passOf,
  proofSettlement,
  proposalOf,
  reopened,
  submitted,
  isOfItsOwn,
  writebackOf,
} from './deed-changes.js';
import type { OpenDeed } from './deeds.js';
import { idOf } from './projected-event.js';
import { drop, projection, put, type Projection } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

export type { DeedKind, OpenDeed } from './deeds.js';

/** Milliseconds after which an event without its sequel makes a deed due. */
export interface Patience {
  /** beyond the moment a delivery was asked for, or its lease ended: max(2 × lease, 60 s) */
  readonly lostAfter: number;
  readonly completion: number;
  readonly settlement: number;
}

const patience: Patience = { lostAfter: minutes(1), completion: seconds(5), settlement: minutes(1) };

/** A deed's times are in its rows: another patience holds for what is projected from then on. */
export const openDeedsWith = ({ lostAfter, completion, settlement }: Patience): Projection<OpenDeed> =>
  projection<OpenDeed, 'account' | 'recovery' | 'writeback' | 'telecom'>({
    question: 'open_deeds',
    version: 2,
    key: 'deed_id',
    columns: {
      deed_id: 'text not null',
      kind: 'text not null',
      stream: 'text not null',
      due_at: 'timestamptz not null',
      expires_at: 'timestamptz',
      payload: 'jsonb not null',
    },
    indexes: ['(due_at)'],
    on: {
      AccountCreated: 'ignored',
      AccountDisabled: 'ignored',
      AccountEnabled: 'ignored',
      RolesChanged: 'ignored',
      LicenceAssigned: 'ignored',
      LicenceRemoved: 'ignored',
      LanguageChanged: 'ignored',
      GroupJoined: 'ignored',
      GroupLeft: 'ignored',
      AccountSummarised: 'ignored',
      AppCodeUsed: 'ignored',
      TelecomReserved: 'ignored',
      TelecomBudgetExhausted: 'ignored',
      TelecomBudgetLow: ({ data: { tenantId, month, at }, stream }) =>
        put({
          deed_id: stream,
          kind: 'telecom-warning',
          stream,
          due_at: at,
          expires_at: plus(at, hours(72)),
          payload: { tenantId, month },
        }),
      TelecomWarningCarried: ({ stream }) => drop(stream),
      AlertRaised: ({ data: { accountId, alertId, at }, stream, revision }) =>
        put({
          deed_id: alertOf(alertId),
          kind: 'alert',
          stream,
          due_at: at,
          expires_at: plus(at, hours(72)),
          payload: { accountId, alertId, revision: Number(revision) },
        }),
      AlertCarried: ({ data }) => drop(alertOf(data.alertId)),
      NotMeReported: ({ data: { recoveryId, at } }) =>
        recoveryId
          ? put({
              deed_id: correctionOf(recoveryId),
              kind: 'outcome-correction',
              stream: `recovery-${recoveryId}`,
              due_at: plus(at, completion),
              expires_at: null,
              payload: { recoveryId },
            })
          : [],
      NotMeLifted: 'ignored',
      HelpdeskCaseOpened: 'ignored',
      VerificationWordSent: 'ignored',
      VerificationWordTried: 'ignored',
      VerificationWordConfirmed: 'ignored',
      VerificationWordFailed: 'ignored',
      AccessPassTried: 'ignored',
      AccessPassFailed: 'ignored',
      ContactProposed: ({ data: { accountId, caseId, proposalId, expiresAt }, stream }) =>
        put({
          deed_id: proposalOf(proposalId),
          kind: 'proposal-expiry',
          stream,
          due_at: expiresAt,
          expires_at: null,
          payload: { accountId, caseId, proposalId },
        }),
      ContactBounced: 'ignored',
      ContactApproved: ({ data }) => drop(proposalOf(data.proposalId)),
      ContactRejected: ({ data }) => drop(proposalOf(data.proposalId)),
      ContactProposalExpired: ({ data }) => drop(proposalOf(data.proposalId)),
      SupersededDataDestroyed: 'ignored',
      AccessPassIssued: ({ data: { accountId, caseId, passId, expiresAt }, stream }) =>
        put({
          deed_id: passOf(accountId),
          kind: 'pass-expiry',
          stream,
          due_at: expiresAt,
          expires_at: null,
          payload: { accountId, caseId, passId },
        }),
      AccessPassUsed: ({ data }) =>
        change<'pass-expiry'>(passOf(data.accountId), (deed) => ({ ...deed, due_at: plus(data.at, passSessionMs) })),
      HelpdeskAssisted: ({ data }) => (data.act === 'password-reset' ? drop(passOf(data.accountId)) : []),
      MethodRegistered: 'ignored',
      DevicePaired: 'ignored',
      DeviceRemoved: 'ignored',
      PushSubscribed: 'ignored',
      PushUnsubscribed: 'ignored',
      ApprovalAsked: 'ignored',
      ApprovalAnswered: 'ignored',
      MethodRemoved: 'ignored',
      MethodsConfirmed: 'ignored',
      RegistrationSkipped: 'ignored',
      ConfirmationAsked: 'ignored',
      QuestionsDrawn: 'ignored',
      ConfirmationTried: 'ignored',
      ConfirmationFailed: 'ignored',
      ConfirmationPassed: 'ignored',
      ConfirmationDenied: 'ignored',
      PasswordSet: 'ignored',
      PasswordChanged: 'ignored',
      PasswordReset: 'ignored',
      PasswordChangeRequired: 'ignored',
      AccountUnlocked: 'ignored',
      BlocksLifted: 'ignored',
      SessionsEnded: 'ignored',
      PasswordExpiryWarned: 'ignored',
      NoticeRequested: ({ data, revision }) => {
        const { noticeId: deliveryId, accountId, channel = 'email', at } = data;
        return put({
          deed_id: noticeDelivery(deliveryId),
          kind: 'delivery',
          stream: `notice-${deliveryId}`,
          due_at: plus(at, lostAfter),
          expires_at: wantedUntil(data),
          payload: { deliveryId, channel, accountId, revision: Number(revision) },
        });
      },
      DirectoryUserLinked: 'ignored',
      AccountRenamed: 'ignored',
      WritebackRequested: ({ data: { accountId, writebackId, recoveryId, deadline, at }, revision }) => [
        drop(completionOf(recoveryId)),
        put({
          deed_id: writebackOf(recoveryId),
          kind: 'writeback',
          stream: `writeback-${writebackId}`,
          due_at: plus(at, completion),
          expires_at: null,
          payload: { writebackId, accountId, revision: Number(revision), deadline },
        }),
      ],
      // A recovery's own events say when it is over.
      PasswordWritten: ({ data }) => (isOfItsOwn(data) ? drop(writebackOf(data.recoveryId)) : []),
      UnlockWritten: 'ignored',
      WritebackFailed: ({ data }) => (isOfItsOwn(data) ? drop(writebackOf(data.recoveryId)) : []),
      WritebackOffered: ({ data: { recoveryId, deadline, offer, at } }) =>
        change<'writeback'>(writebackOf(recoveryId), (deed) => ({
          ...deed,
          // Offered again it was in an agent's hands, which may yet be heard of.
          due_at: offer === 1 ? deadline : plus(at, silenceMs),
        })),
      WritebackLeased: ({ data: { recoveryId, leaseUntil, at } }) =>
        change<'writeback'>(writebackOf(recoveryId), (deed) => ({
          ...deed,
          due_at: isBefore(leaseUntil, deed.payload.deadline) ? leaseUntil : plus(at, silenceMs),
        })),
      WritebackReturned: ({ data: { recoveryId, unheard, at } }) =>
        change<'writeback'>(writebackOf(recoveryId), (deed) => ({
          ...deed,
          due_at: unheard ? plus(at, silenceMs) : deed.payload.deadline,
        })),
      // It is another's, whose lease is what is waited for.
      WritebackUntouched: 'ignored',
      // Its consequences are drawn at once; when they are not, somebody has to look.
      WritebackReported: ({ data: { recoveryId, at } }) =>
        change<'writeback'>(writebackOf(recoveryId), (deed) => ({ ...deed, due_at: plus(at, completion) })),
      WritebackExpired: ({ data: { recoveryId, at } }) =>
        change<'writeback'>(writebackOf(recoveryId), (deed) => ({ ...deed, due_at: at })),
      WritebackLost: ({ data: { recoveryId, at } }) =>
        change<'writeback'>(writebackOf(recoveryId), (deed) => ({ ...deed, due_at: at })),
      ProofReserved: ({ data: { reservationId, recoveryId, at }, stream }) =>
        put({
          deed_id: proofSettlement(reservationId),
          kind: 'proof-settlement',
          stream,
          due_at: plus(at, settlement),
          expires_at: null,
          payload: { accountId: idOf(stream), recoveryId, reservationId },
        }),
      ProofSettled: ({ data }) => drop(proofSettlement(data.reservationId)),
      RecoveryStarted: ({ data: { recoveryId, expiresAt }, stream }) =>
        put({
          deed_id: expiry(recoveryId),
          kind: 'recovery-expiry',
          stream,
          due_at: expiresAt,
          expires_at: null,
          payload: { recoveryId, expiresAt },
        }),
      RecoveryRefused: 'ignored',
      ContactMismatched: 'ignored',
      ChallengeIssued: ({ data: { recoveryId, challengeId, method, family, expiresAt, at }, stream }) => {
        const { channel } = traitsOf(method);
        return channel
          ? put({
              deed_id: challengeDelivery(recoveryId),
              kind: 'delivery',
              stream,
              due_at: plus(at, lostAfter),
              expires_at: expiresAt,
              payload: { deliveryId: challengeId, channel, recoveryId, family },
            })
          : drop(challengeDelivery(recoveryId));
      },
      ChallengePassed: ({ data }) => drop(challengeDelivery(data.recoveryId)),
      ChallengeFailed: ({ data }) => (data.final ? drop(challengeDelivery(data.recoveryId)) : []),
      ChallengeDenied: ({ data }) => drop(challengeDelivery(data.recoveryId)),
      FamilyBlocked: ({ data: { recoveryId, family } }) =>
        change<'delivery'>(challengeDelivery(recoveryId), (deed) =>
          'family' in deed.payload && deed.payload.family === family ? undefined : deed,
        ),
      CommandRefused: 'ignored',
      PasswordSubmitted: ({ data, stream }) => submitted(data, stream, completion),
      PasswordRejected: ({ data }) => reopened(data),
      UnlockSubmitted: ({ data, stream }) => submitted(data, stream, completion),
      UnlockRejected: ({ data }) => reopened(data),
      RecoverySucceeded: ({ data }) => closed(data.recoveryId),
      RecoveryFailed: ({ data }) => closed(data.recoveryId),
      RecoveryBlocked: ({ data }) => closed(data.recoveryId),
      RecoveryCancelled: ({ data }) => closed(data.recoveryId),
      RecoveryAbandoned: ({ data }) => closed(data.recoveryId),
      AdministratorContacted: ({ data }) => closed(data.recoveryId),
      OutcomeCorrected: ({ data }) => drop(correctionOf(data.recoveryId)),
      WorkedReported: 'ignored',
      DeliveryAttempted: ({ stream, data }) => delivery(stream, data, plus(data.leaseUntil, lostAfter)),
      DeliveryDeferred: ({ stream, data }) => delivery(stream, data, data.nextAttemptAt),
      DeliveryAccepted: ({ stream, data }) => delivery(stream, data),
      DeliveryBounced: ({ stream, data }) => delivery(stream, data),
      DeliveryFailed: ({ stream, data }) => delivery(stream, data),
      DeliveryConfirmed: ({ stream, data }) => delivery(stream, data),
    },
  });

export const openDeeds = openDeedsWith(patience);

/** @returns the longest due first; deeds of streams whose projection is parked are among them as they last stood */
export const dueDeeds = (db: ReadModels, now: Instant, limit: number): Promise<OpenDeed[]> =>
  rowsOf(db, openDeeds)
    .where('due_at', '<=', now)
    .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', now)]))
    .orderBy('due_at')
    .orderBy('deed_id')
    .limit(limit)
    .execute();
