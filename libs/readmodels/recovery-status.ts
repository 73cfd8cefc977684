import type { DeliveryEvent } from '#libs/domain/delivery/delivery';
import type { Family, Method } from '#libs/domain/methods';
import type { Outcome } from '#libs/domain/outcome';
import type { RecoveryReason } from '#libs/domain/recovery/recovery.events';
import type { RecoveryStatus } from '#libs/domain/recovery/recovery.status';
import type { Instant } from '#libs/domain/time';
import { categoryOf, idOf, type ProjectedEvent } from './projected-event.js';
import { projection, put, update, type Change } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/** What became of one recovery? One row each, also for those refused before they began. */
export interface RecoveryStatusRow {
  readonly recovery_id: string;
  readonly tenant_id: string | null;
  /** null for a name that is nobody's */
  readonly account_id: string | null;
  readonly support_code: string;
  readonly correlation_id: string;
  readonly reason: RecoveryReason;
  readonly status: RecoveryStatus;
  /** last one chosen */
  readonly method: Method | null;
  readonly family: Family | null;
  readonly gates_required: number;
  readonly gates_passed: number;
  readonly challenges: number;
  readonly failures: number;
  /** tries to deliver its codes; notices are counted on their own streams */
  readonly delivery_tries: number;
  readonly outcome: Outcome['result'] | null;
  readonly outcome_reason: Outcome['reason'] | null;
  readonly worked: boolean | null;
  readonly policy_version: number;
  readonly started_at: Instant;
  readonly expires_at: Instant | null;
  readonly closed_at: Instant | null;
}

type Row = RecoveryStatusRow;

export const recoveryStatus = projection<Row, 'recovery'>({
  question: 'recovery_status',
  version: 1,
  key: 'recovery_id',
  columns: {
    recovery_id: 'text not null',
    tenant_id: 'text',
    account_id: 'text',
    support_code: 'text not null',
    correlation_id: 'text not null',
    reason: 'text not null',
    status: 'text not null',
    method: 'text',
    family: 'text',
    gates_required: 'integer not null',
    gates_passed: 'integer not null',
    challenges: 'integer not null',
    failures: 'integer not null',
    delivery_tries: 'integer not null',
    outcome: 'text',
    outcome_reason: 'text',
    worked: 'boolean',
    policy_version: 'integer not null',
    started_at: 'timestamptz not null',
    expires_at: 'timestamptz',
    closed_at: 'timestamptz',
  },
  indexes: ['(support_code)', '(tenant_id, started_at)', '(account_id, started_at)'],
  on: {
    RecoveryStarted: ({ data, metadata }) =>
      put({
        ...begun(data, metadata.correlationId),
        account_id: data.subject.accountId ?? null,
        status: 'choosing-method',
        gates_required: data.gatesRequired,
        expires_at: data.expiresAt,
      }),
    RecoveryRefused: ({ data, metadata }) =>
      put({
        ...begun(data, metadata.correlationId),
        account_id: data.accountId,
        status: data.outcome.result,
        outcome: data.outcome.result,
        outcome_reason: data.outcome.reason,
        closed_at: data.at,
      }),
    ContactMismatched: ({ data }) =>
      change(data, (row) => ({ ...row, method: data.method, family: data.family, failures: row.failures + 1 })),
    ChallengeIssued: ({ data }) =>
      change(data, (row) => ({
        ...row,
        status: 'challenged',
        method: data.method,
        family: data.family,
        challenges: row.challenges + 1,
      })),
    ChallengePassed: ({ data }) =>
      change(data, (row) => {
        const gates_passed = row.gates_passed + 1;
        return {
          ...row,
          gates_passed,
          status: gates_passed < row.gates_required ? 'choosing-method' : 'choosing-password',
        };
      }),
    ChallengeFailed: ({ data }) => change(data, (row) => ({ ...row, failures: row.failures + 1 })),
    ChallengeDenied: ({ data }) => change(data, (row) => ({ ...row, failures: row.failures + 1 })),
    FamilyBlocked: ({ data }) =>
      change(data, (row) =>
        row.status === 'challenged' && row.family === data.family ? { ...row, status: 'choosing-method' } : row,
      ),
    CommandRefused: 'ignored',
    PasswordSubmitted: ({ data }) => change(data, (row) => ({ ...row, status: 'writing-back' })),
    PasswordRejected: ({ data }) => change(data, (row) => ({ ...row, status: 'choosing-password' })),
    UnlockSubmitted: ({ data }) => change(data, (row) => ({ ...row, status: 'unlocking' })),
    UnlockRejected: ({ data }) => change(data, (row) => ({ ...row, status: 'choosing-password' })),
    RecoverySucceeded: ({ data }) => close(data),
    RecoveryFailed: ({ data }) => close(data),
    RecoveryBlocked: ({ data }) => close(data),
    RecoveryCancelled: ({ data }) => close(data),
    RecoveryAbandoned: ({ data }) => close(data),
    AdministratorContacted: ({ data }) => close(data),
    OutcomeCorrected: ({ data: { outcome, ...data } }) =>
      change(data, (row) => ({
        ...row,
        status: outcome.result,
        outcome: outcome.result,
        outcome_reason: outcome.reason,
      })),
    WorkedReported: ({ data }) => change(data, (row) => ({ ...row, worked: data.worked })),
    DeliveryAttempted: (event) => tried(event),
    DeliveryAccepted: 'ignored',
    DeliveryDeferred: 'ignored',
    DeliveryFailed: 'ignored',
    DeliveryBounced: 'ignored',
    DeliveryConfirmed: 'ignored',
  },
});

export const recoveryById = (db: ReadModels, recoveryId: string): Promise<Row | undefined> =>
  rowsOf(db, recoveryStatus).where('recovery_id', '=', recoveryId).executeTakeFirst();

/** @returns newest first: codes are short, so an old one may come again */
export const recoveriesBySupportCode = (db: ReadModels, supportCode: string): Promise<Row[]> =>
  rowsOf(db, recoveryStatus).where('support_code', '=', supportCode).orderBy('started_at', 'desc').execute();

/** The one begun last, whatever became of it. */
export const lastRecoveryOf = (db: ReadModels, accountId: string): Promise<Row | undefined> =>
  rowsOf(db, recoveryStatus)
    .where('account_id', '=', accountId)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();

type Beginning = ProjectedEvent<'RecoveryStarted' | 'RecoveryRefused'>['data'];

const begun = (data: Beginning, correlation_id: string) => ({
  recovery_id: data.recoveryId,
  tenant_id: data.tenantId,
  support_code: data.supportCode,
  correlation_id,
  reason: data.reason,
  method: null,
  family: null,
  gates_required: 0,
  gates_passed: 0,
  challenges: 0,
  failures: 0,
  delivery_tries: 0,
  outcome: null,
  outcome_reason: null,
  worked: null,
  policy_version: data.policyVersion,
  started_at: data.at,
  expires_at: null,
  closed_at: null,
});

const change = ({ recoveryId }: { readonly recoveryId: string }, fold: (row: Row) => Row): Change<Row> =>
  update(recoveryId, fold);

const close = (data: { readonly recoveryId: string; readonly outcome: Outcome; readonly at: Instant }) =>
  change(data, (row) => ({
    ...row,
    status: data.outcome.result,
    outcome: data.outcome.result,
    outcome_reason: data.outcome.reason,
    method: data.outcome.method ?? row.method,
    closed_at: data.at,
  }));

const tried = ({ stream }: { readonly stream: string; readonly data: DeliveryEvent['data'] }) =>
  categoryOf(stream) === 'recovery'
    ? update<Row>(idOf(stream), (row) => ({ ...row, delivery_tries: row.delivery_tries + 1 }))
    : [];
