import { sql } from 'kysely';
import type { Instant } from '#libs/domain/time';
import {
  destroy,
  disown,
  hold,
  nothingHeld,
  offer,
  oldestIn,
  release,
  setPassword,
  writePassword,
  type HeldData,
} from './held-data.js';
import { projection, put, update, type Change } from './projection.js';
import type { ReadModels } from './rows.js';

/**
 * Which accounts have data in the vault that something newer took the place of, and since when? One row an account, which
 * also knows what is not superseded yet: most events that replace something do not name what was there before.
 */
export interface SupersededDataRow extends HeldData {
  readonly account_id: string;
  readonly tenant_id: string;
  /** since when the oldest has been superseded that is no hash */
  readonly others_since: Instant | null;
  /** places of the password history, the current password's included */
  readonly hash_count: number;
  /** since when the oldest hash has been superseded */
  readonly hashes_since: Instant | null;
}

export const supersededData = projection<SupersededDataRow, 'account'>({
  question: 'superseded_data',
  version: 1,
  key: 'account_id',
  columns: {
    account_id: 'text not null',
    tenant_id: 'text not null',
    held: 'jsonb not null',
    hashes: 'jsonb not null',
    superseded: 'jsonb not null',
    others_since: 'timestamptz',
    hash_count: 'integer not null',
    hashes_since: 'timestamptz',
  },
  indexes: [
    '(tenant_id, others_since) WHERE others_since IS NOT NULL',
    '(tenant_id, hash_count, hashes_since) WHERE hash_count > 1',
  ],
  on: {
    AccountCreated: ({ data: { accountId, tenantId, username, at } }) =>
      put({
        account_id: accountId,
        tenant_id: tenantId,
        ...hold(nothingHeld, 'username', { ref: username.ref, what: 'username' }, at),
        others_since: null,
        hash_count: 0,
        hashes_since: null,
      }),
    AccountRenamed: ({ data: { username, at, ...data } }) =>
      change(data, (row) => hold(row, 'username', { ref: username.ref, what: 'username' }, at)),
    DirectoryUserLinked: ({ data: { directoryUser, at, ...data } }) =>
      change(data, (row) => hold(row, 'directory-user', { ref: directoryUser.ref, what: 'directory-user' }, at)),
    MethodRegistered: ({ data: { methodId, method, contact, at, ...data } }) =>
      change(data, (row) => hold(row, methodOf(methodId), { ref: contact.ref, what: method }, at)),
    MethodRemoved: ({ data: { methodId, at, ...data } }) => change(data, (row) => release(row, allOf(methodId), at)),
    // Became a method by then, or never will.
    ConfirmationAsked: ({ data: { purpose, method, contact, expiresAt, ...data } }) =>
      purpose === 'registration'
        ? change(data, (row) => offer(row, { ref: contact.ref, what: method }, expiresAt))
        : [],
    ContactProposed: ({ data: { method, contact, expiresAt, ...data } }) =>
      change(data, (row) => offer(row, { ref: contact.ref, what: method }, expiresAt)),
    DevicePaired: ({ data: { deviceId, key, push, at, ...data } }) =>
      change(data, (row) => {
        const paired = hold(row, keyOf(deviceId), { ref: key.ref, what: 'device-key' }, at);
        return push ? hold(paired, pushOf(deviceId), { ref: push.ref, what: 'push-subscription' }, at) : paired;
      }),
    DeviceRemoved: ({ data: { deviceId, at, ...data } }) => change(data, (row) => release(row, allOf(deviceId), at)),
    PushSubscribed: ({ data: { deviceId, push, at, ...data } }) =>
      change(data, (row) => hold(row, pushOf(deviceId), { ref: push.ref, what: 'push-subscription' }, at)),
    PushUnsubscribed: ({ data: { deviceId, at, ...data } }) =>
      change(data, (row) => release(row, [pushOf(deviceId)], at)),
    PasswordSet: ({ data }) => newPassword(data),
    PasswordChanged: ({ data }) => newPassword(data),
    PasswordReset: ({ data }) => newPassword(data),
    PasswordWritten: ({ data: { credentialId, at, ...data } }) =>
      change(data, (row) => writePassword(row, credentialId, at)),
    NotMeReported: ({ data: { notMe, at, ...data } }) => change(data, (row) => disown(row, notMe.credentialId, at)),
    SupersededDataDestroyed: ({ data: { values, ...data } }) =>
      change(data, (row) =>
        destroy(
          row,
          values.map(({ ref }) => ref),
        ),
      ),
    AccountDisabled: 'ignored',
    AccountEnabled: 'ignored',
    RolesChanged: 'ignored',
    LicenceAssigned: 'ignored',
    LicenceRemoved: 'ignored',
    LanguageChanged: 'ignored',
    GroupJoined: 'ignored',
    GroupLeft: 'ignored',
    AccountSummarised: 'ignored',
    ApprovalAsked: 'ignored',
    // What a device signed is evidence, and stays.
    ApprovalAnswered: 'ignored',
    MethodsConfirmed: 'ignored',
    RegistrationSkipped: 'ignored',
    QuestionsDrawn: 'ignored',
    ConfirmationTried: 'ignored',
    ConfirmationFailed: 'ignored',
    ConfirmationPassed: 'ignored',
    ConfirmationDenied: 'ignored',
    PasswordChangeRequired: 'ignored',
    AccountUnlocked: 'ignored',
    BlocksLifted: 'ignored',
    SessionsEnded: 'ignored',
    PasswordExpiryWarned: 'ignored',
    NoticeRequested: 'ignored',
    AppCodeUsed: 'ignored',
    AlertRaised: 'ignored',
    AlertCarried: 'ignored',
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
    ContactApproved: 'ignored',
    ContactRejected: 'ignored',
    ContactProposalExpired: 'ignored',
    ProofReserved: 'ignored',
    ProofSettled: 'ignored',
    WritebackRequested: 'ignored',
    WritebackFailed: 'ignored',
    UnlockWritten: 'ignored',
  },
});

interface Due {
  readonly tenantId: string;
  /** what was superseded then or earlier */
  readonly until: Instant;
  readonly hashesKept: number;
  /** account ids to pass over */
  readonly except: readonly string[];
  readonly limit: number;
}

type Found = HeldData & { readonly account_id: string };

/** @returns accounts that have something to destroy; to look costs as much as there is to find, and no more than `limit` */
export async function accountsWithSuperseded(
  db: ReadModels,
  { tenantId, until, hashesKept, except, limit }: Due,
): Promise<readonly Found[]> {
  const table = sql.table(`readmodels.${supersededData.table}`);
  const others = sql`tenant_id = ${tenantId} AND account_id <> ALL (${except}::text[])`;
  const { rows } = await sql<Found>`
    WITH due AS MATERIALIZED (
      (SELECT account_id FROM ${table} WHERE ${others} AND others_since <= ${until}
        ORDER BY others_since LIMIT ${limit})
      UNION
      (SELECT account_id FROM ${table}
        WHERE ${others} AND hash_count > 1 AND hash_count > ${hashesKept} AND hashes_since <= ${until}
        ORDER BY hash_count, hashes_since LIMIT ${limit})
    )
    SELECT account_id, held, hashes, superseded FROM ${table} JOIN due USING (account_id) LIMIT ${limit}`.execute(db);
  return rows;
}

const methodOf = (methodId: string): string => `method ${methodId}`;
const keyOf = (deviceId: string): string => `key ${deviceId}`;
const pushOf = (deviceId: string): string => `push ${deviceId}`;
/** A device is the method of its id. */
const allOf = (methodId: string): string[] => [methodOf(methodId), keyOf(methodId), pushOf(methodId)];

interface NewPassword {
  readonly accountId: string;
  readonly credentialId: string;
  readonly credential: { readonly ref: string };
  readonly at: Instant;
}

const newPassword = ({ credentialId, credential, at, ...data }: NewPassword) =>
  change(data, (row) => setPassword(row, credentialId, credential.ref, at));

const change = (
  { accountId }: { readonly accountId: string },
  fold: (data: HeldData) => HeldData,
): Change<SupersededDataRow> =>
  update(accountId, (row) => {
    const data = fold(row);
    const { hashes, others } = oldestIn(data);
    return { ...row, ...data, others_since: others, hash_count: data.hashes.length, hashes_since: hashes };
  });
