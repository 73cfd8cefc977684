import { sql } from 'kysely';
import type { Language, Origin, Role } from '#libs/domain/account/lifecycle';
import type { Method } from '#libs/domain/methods';
import type { Day, Instant } from '#libs/domain/time';
import type { VaultRef } from '#libs/domain/vault-ref';
import { projection, put, update, updateIfThere, type Change } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/** Who has an account, and how can they prove it is theirs? Names and contacts stay in the vault. */
export interface UserRow {
  readonly account_id: string;
  readonly tenant_id: string;
  readonly origin: Origin;
  readonly username: VaultRef;
  readonly language: Language;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly licensed: boolean;
  readonly disabled: boolean;
  /** to an entry of the organisation's own directory */
  readonly linked: boolean;
  readonly methods: readonly {
    readonly methodId: string;
    readonly method: Method;
    readonly by: 'user' | 'administrator' | 'directory' | 'import';
    readonly at: Instant;
  }[];
  readonly credential_set_at: Instant | null;
  readonly last_sign_in_at: Instant | null;
  /** at the organisation's own directory, as far as an agent told */
  readonly seen_at_directory_on: Day | null;
  readonly created_at: Instant;
}

export const users = projection<UserRow, 'account' | 'session' | 'signins'>({
  question: 'users',
  version: 5,
  key: 'account_id',
  columns: {
    account_id: 'text not null',
    tenant_id: 'text not null',
    origin: 'text not null',
    username: 'jsonb not null',
    language: 'text not null',
    roles: 'text[] not null',
    groups: 'text[] not null',
    licensed: 'boolean not null',
    disabled: 'boolean not null',
    linked: 'boolean not null',
    methods: 'jsonb not null',
    credential_set_at: 'timestamptz',
    last_sign_in_at: 'timestamptz',
    // As text: a date would come back as somebody's midnight.
    seen_at_directory_on: 'text',
    created_at: 'timestamptz not null',
  },
  indexes: ['(tenant_id, account_id)', 'USING gin (groups)'],
  on: {
    AccountCreated: ({ data }) =>
      put({
        account_id: data.accountId,
        tenant_id: data.tenantId,
        origin: data.origin,
        username: data.username,
        language: data.language,
        roles: data.roles,
        groups: data.groups,
        licensed: data.licensed,
        disabled: false,
        linked: false,
        methods: [],
        credential_set_at: null,
        last_sign_in_at: null,
        seen_at_directory_on: null,
        created_at: data.at,
      }),
    AccountDisabled: ({ data }) => change(data, (row) => ({ ...row, disabled: true })),
    AccountEnabled: ({ data }) => change(data, (row) => ({ ...row, disabled: false })),
    RolesChanged: ({ data }) => change(data, (row) => ({ ...row, roles: data.roles })),
    LicenceAssigned: ({ data }) => change(data, (row) => ({ ...row, licensed: true })),
    LicenceRemoved: ({ data }) => change(data, (row) => ({ ...row, licensed: false })),
    LanguageChanged: ({ data }) => change(data, (row) => ({ ...row, language: data.language })),
    GroupJoined: ({ data: { groupId, ...data } }) =>
      change(data, (row) => ({ ...row, groups: [...new Set([...row.groups, groupId])] })),
    GroupLeft: ({ data: { groupId, ...data } }) =>
      change(data, (row) => ({ ...row, groups: row.groups.filter((group) => group !== groupId) })),
    // Says nothing that the events before it did not say.
    AccountSummarised: 'ignored',
    MethodRegistered: ({ data: { methodId, method, by, at, ...data } }) =>
      change(data, (row) => ({ ...row, methods: [...row.methods, { methodId, method, by, at }] })),
    DevicePaired: 'ignored',
    DeviceRemoved: ({ data }) =>
      change(data, (row) => ({ ...row, methods: row.methods.filter(({ methodId }) => methodId !== data.deviceId) })),
    PushSubscribed: 'ignored',
    PushUnsubscribed: 'ignored',
    ApprovalAsked: 'ignored',
    ApprovalAnswered: 'ignored',
    MethodRemoved: ({ data }) =>
      change(data, (row) => ({ ...row, methods: row.methods.filter(({ methodId }) => methodId !== data.methodId) })),
    MethodsConfirmed: 'ignored',
    RegistrationSkipped: 'ignored',
    ConfirmationAsked: 'ignored',
    QuestionsDrawn: 'ignored',
    ConfirmationTried: 'ignored',
    ConfirmationFailed: 'ignored',
    ConfirmationPassed: 'ignored',
    ConfirmationDenied: 'ignored',
    PasswordSet: ({ data }) => change(data, (row) => ({ ...row, credential_set_at: data.at })),
    PasswordChanged: ({ data }) => change(data, (row) => ({ ...row, credential_set_at: data.at })),
    PasswordReset: ({ data }) => change(data, (row) => ({ ...row, credential_set_at: data.at })),
    PasswordChangeRequired: 'ignored',
    AccountUnlocked: 'ignored',
    BlocksLifted: 'ignored',
    SessionsEnded: 'ignored',
    PasswordExpiryWarned: 'ignored',
    NoticeRequested: 'ignored',
    AppCodeUsed: 'ignored',
    AlertRaised: 'ignored',
    AlertCarried: 'ignored',
    NotMeReported: ({ data }) => change(data, (row) => ({ ...row, credential_set_at: null })),
    NotMeLifted: 'ignored',
    HelpdeskCaseOpened: 'ignored',
    VerificationWordSent: 'ignored',
    VerificationWordTried: 'ignored',
    VerificationWordConfirmed: 'ignored',
    VerificationWordFailed: 'ignored',
    AccessPassIssued: 'ignored',
    AccessPassTried: 'ignored',
    AccessPassFailed: 'ignored',
    AccessPassUsed: 'ignored',
    HelpdeskAssisted: 'ignored',
    ContactBounced: 'ignored',
    ContactProposed: 'ignored',
    ContactApproved: 'ignored',
    ContactRejected: 'ignored',
    ContactProposalExpired: 'ignored',
    SupersededDataDestroyed: 'ignored',
    ProofReserved: 'ignored',
    ProofSettled: 'ignored',
    SessionStarted: ({ data }) => updateIfThere(data.accountId, (row) => ({ ...row, last_sign_in_at: data.at })),
    StepUpPassed: 'ignored',
    DirectoryUserLinked: ({ data }) => change(data, (row) => ({ ...row, linked: true })),
    AccountRenamed: ({ data }) => change(data, (row) => ({ ...row, username: data.username })),
    WritebackRequested: 'ignored',
    WritebackFailed: 'ignored',
    PasswordWritten: ({ data }) => change(data, (row) => ({ ...row, credential_set_at: data.at })),
    UnlockWritten: 'ignored',
    SessionEnded: 'ignored',
    DirectorySignInSeen: ({ data }) =>
      updateIfThere(data.accountId, (row) => ({ ...row, seen_at_directory_on: data.on })),
    SignInReserved: 'ignored',
    SignInsPaused: 'ignored',
    SignInFailed: 'ignored',
    SignInPassed: 'ignored',
    SourceRecognised: 'ignored',
    SignInsSummarised: 'ignored',
  },
});

export const userById = (db: ReadModels, accountId: string): Promise<UserRow | undefined> =>
  rowsOf(db, users).where('account_id', '=', accountId).executeTakeFirst();

/** In no order; whoever is unknown is left out. */
export const usersById = (db: ReadModels, accountIds: readonly string[]): Promise<UserRow[]> =>
  accountIds.length === 0 ? Promise.resolve([]) : rowsOf(db, users).where('account_id', 'in', accountIds).execute();

/** Whoever decides about the accounts of a tenant. */
export const administratorsOf = (db: ReadModels, tenantId: string): Promise<UserRow[]> =>
  rowsOf(db, users)
    .where('tenant_id', '=', tenantId)
    .where('disabled', '=', false)
    .where('roles', '&&', sql<readonly Role[]>`ARRAY['global-administrator', 'authentication-administrator']`)
    .orderBy('account_id')
    .execute();

interface PageOfUsers {
  readonly limit: number;
  /** account id of the last row of the page before */
  readonly after?: string;
  /** only its own members, not those of groups within it */
  readonly group?: string;
}

export const usersOfTenant = (
  db: ReadModels,
  tenantId: string,
  { limit, after = '', group }: PageOfUsers,
): Promise<UserRow[]> =>
  rowsOf(db, users)
    .where('tenant_id', '=', tenantId)
    .where('account_id', '>', after)
    .$if(group !== undefined, (query) => query.where('groups', '@>', sql<string[]>`ARRAY[${group}]::text[]`))
    .orderBy('account_id')
    .limit(limit)
    .execute();

/** How many people are in each group, counting nobody for the groups around it. */
export async function groupSizes(db: ReadModels, tenantId: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ group: string; members: number }>`
    SELECT unnest(groups) AS "group", count(*)::int AS members
    FROM ${sql.table(`readmodels.${users.table}`)} WHERE tenant_id = ${tenantId} GROUP BY 1`.execute(db);
  return new Map(rows.map(({ group, members }) => [group, members]));
}

/** Accounts with a role that are not disabled: a moment behind, so whoever decides looks at their streams. */
export const holdersOf = (db: ReadModels, tenantId: string, role: Role): Promise<{ account_id: string }[]> =>
  rowsOf(db, users)
    .clearSelect()
    .select('account_id')
    .where('tenant_id', '=', tenantId)
    .where('disabled', '=', false)
    .where('roles', '@>', sql<Role[]>`ARRAY[${role}]::text[]`)
    .execute();

/** What decides whether somebody may recover, and how many people of the tenant are alike in all of it. */
export interface EligibilityProfile extends Pick<
  UserRow,
  'origin' | 'roles' | 'groups' | 'licensed' | 'disabled' | 'linked'
> {
  readonly methods: readonly Method[];
  /** of each method */
  readonly by: readonly UserRow['methods'][number]['by'][];
  readonly people: number;
}

/** Everybody of a tenant, counted by the database where nothing tells them apart: thousands of people are few profiles. */
export async function eligibilityProfiles(db: ReadModels, tenantId: string): Promise<EligibilityProfile[]> {
  const { rows } = await sql<EligibilityProfile>`
    SELECT origin, roles, groups, licensed, disabled, linked, jsonb_path_query_array(methods, '$[*].method') AS methods,
      jsonb_path_query_array(methods, '$[*].by') AS by, count(*)::int AS people
    FROM ${sql.table(`readmodels.${users.table}`)} WHERE tenant_id = ${tenantId} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8`.execute(
    db,
  );
  return rows;
}

const change = ({ accountId }: { readonly accountId: string }, fold: (row: UserRow) => UserRow): Change<UserRow> =>
  update(accountId, fold);

/** Whose password was set after `from` and not after `to`. @returns account ids in order, those after `after` */
export const passwordsSetBetween = async (
  db: ReadModels,
  { tenantId, from, to, after, limit }: { tenantId: string; from: Instant; to: Instant; after: string; limit: number },
): Promise<string[]> => {
  const rows = await rowsOf(db, users)
    .where('tenant_id', '=', tenantId)
    .where('account_id', '>', after)
    .where('credential_set_at', '>', from)
    .where('credential_set_at', '<=', to)
    .where('disabled', '=', false)
    .orderBy('account_id')
    .limit(limit)
    .execute();
  return rows.map(({ account_id }) => account_id);
};
