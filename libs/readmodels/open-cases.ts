import { caseLifetimeMs } from '#libs/domain/account/assistance';
import { plus, type Instant } from '#libs/domain/time';
import { drop, projection, put, updateIfThere, type Change } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/** Somebody is being helped; or said that something was not them; or waits for a second administrator. */
export type CaseKind = 'assistance' | 'not-me' | 'contact-approval';

/** How far a member came who helps somebody. */
export type CaseProgress = 'opened' | 'word-sent' | 'caller-verified' | 'pass-sent';

/** What is open at the helpdesk of a tenant? One row for each account and kind; what may be done is the account's to say. */
export interface OpenCaseRow {
  /** `<kind>/<account>` */
  readonly case_key: string;
  readonly kind: CaseKind;
  readonly case_id: string;
  readonly account_id: string;
  readonly tenant_id: string;
  /** who opened it or proposed the contact; nobody for what the owner reported */
  readonly member_id: string | null;
  /** of an assistance */
  readonly progress: CaseProgress | null;
  readonly opened_at: Instant;
  readonly expires_at: Instant | null;
  /** commit position of its beginning, decimal */
  readonly position: string;
}

export const openCases = projection<OpenCaseRow, 'account'>({
  question: 'open_cases',
  version: 1,
  key: 'case_key',
  columns: {
    case_key: 'text not null',
    kind: 'text not null',
    case_id: 'text not null',
    account_id: 'text not null',
    tenant_id: 'text not null',
    member_id: 'text',
    progress: 'text',
    opened_at: 'timestamptz not null',
    expires_at: 'timestamptz',
    position: 'bigint not null',
  },
  indexes: ['(tenant_id, position)'],
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
    NoticeRequested: 'ignored',
    AppCodeUsed: 'ignored',
    AlertRaised: 'ignored',
    AlertCarried: 'ignored',
    NotMeReported: ({ data: { accountId, tenantId, caseId, at }, position }) =>
      put({ ...opened('not-me', accountId, position), tenant_id: tenantId, case_id: caseId, opened_at: at }),
    NotMeLifted: ({ data }) => drop(keyOf('not-me', data.accountId)),
    HelpdeskCaseOpened: ({ data: { accountId, tenantId, caseId, memberId, at }, position }) =>
      put({
        ...opened('assistance', accountId, position),
        ...{ tenant_id: tenantId, case_id: caseId, member_id: memberId },
        ...{ progress: 'opened', opened_at: at, expires_at: plus(at, caseLifetimeMs) },
      }),
    VerificationWordSent: ({ data }) => along(data, 'word-sent'),
    VerificationWordTried: 'ignored',
    VerificationWordConfirmed: ({ data }) => along(data, 'caller-verified'),
    VerificationWordFailed: 'ignored',
    AccessPassIssued: ({ data }) => along(data, 'pass-sent'),
    AccessPassTried: 'ignored',
    AccessPassFailed: 'ignored',
    AccessPassUsed: 'ignored',
    // Whose password is new needs nothing more; a lifted limit may be only the beginning.
    HelpdeskAssisted: ({ data }) =>
      data.act === 'password-reset' && data.outcome === 'succeeded' ? along(data, undefined) : [],
    ContactBounced: 'ignored',
    ContactProposed: ({ data: { accountId, tenantId, caseId, memberId, expiresAt, at }, position }) =>
      put({
        ...opened('contact-approval', accountId, position),
        ...{ tenant_id: tenantId, case_id: caseId, member_id: memberId, opened_at: at, expires_at: expiresAt },
      }),
    ContactApproved: ({ data }) => drop(keyOf('contact-approval', data.accountId)),
    ContactRejected: ({ data }) => drop(keyOf('contact-approval', data.accountId)),
    ContactProposalExpired: ({ data }) => drop(keyOf('contact-approval', data.accountId)),
    ProofReserved: 'ignored',
    ProofSettled: 'ignored',
    DirectoryUserLinked: 'ignored',
    AccountRenamed: 'ignored',
    WritebackRequested: 'ignored',
    WritebackFailed: 'ignored',
    PasswordWritten: 'ignored',
    UnlockWritten: 'ignored',
    SupersededDataDestroyed: 'ignored',
  },
});

export interface OpenCasesPage {
  readonly now: Instant;
  readonly limit: number;
  /** cases begun before this position; the cursor of the next page is the last row's */
  readonly before?: bigint;
}

/** @returns newest first; what expired is left out */
export const openCasesOf = (
  db: ReadModels,
  tenantId: string,
  { now, limit, before }: OpenCasesPage,
): Promise<OpenCaseRow[]> => {
  let rows = rowsOf(db, openCases)
    .where('tenant_id', '=', tenantId)
    .where((row) => row.or([row('expires_at', 'is', null), row('expires_at', '>', now)]));
  if (before !== undefined) rows = rows.where('position', '<', `${before}`);
  return rows.orderBy('position', 'desc').limit(limit).execute();
};

const keyOf = (kind: CaseKind, accountId: string): string => `${kind}/${accountId}`;

const opened = (kind: CaseKind, accountId: string, position: bigint) => ({
  ...{ case_key: keyOf(kind, accountId), kind, account_id: accountId },
  ...{ member_id: null, progress: null, expires_at: null, position: `${position}` },
});

/** Another case may have taken its place meanwhile. @param progress undefined: it is over */
const along = (
  { accountId, caseId }: { readonly accountId: string; readonly caseId: string },
  progress: CaseProgress | undefined,
): Change<OpenCaseRow> =>
  updateIfThere(keyOf('assistance', accountId), (row) =>
    row.case_id !== caseId ? row : progress && { ...row, progress },
  );
