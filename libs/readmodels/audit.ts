import type { EventType, KeyturnEvent } from '#libs/domain/events';
import type { Instant } from '#libs/domain/time';
import { categoryOf, idOf } from './projected-event.js';
import { projection, put } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/**
 * What happened, in the order of the log? One narrow row for each event: enough to find and list it. What it said stands
 * in its stream, which is read for the few that somebody looks into; a copy here would double the log.
 */
export interface AuditRow {
  /** commit position, decimal */
  readonly position: string;
  readonly event_id: string;
  readonly type: EventType;
  readonly stream: string;
  /** place in its stream, decimal */
  readonly revision: string;
  /** where the event itself names them */
  readonly tenant_id: string | null;
  readonly account_id: string | null;
  /** one for each recovery: shared by its gates, deliveries and notices */
  readonly correlation_id: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  /** vault row with address and user agent */
  readonly client_ref: string | null;
  readonly policy_version: number | null;
  readonly at: Instant;
  readonly recorded_at: Instant;
}

export const audit = projection<AuditRow>({
  question: 'audit',
  version: 2,
  key: 'position',
  changing: false,
  columns: {
    position: 'bigint not null',
    event_id: 'text not null',
    type: 'text not null',
    stream: 'text not null',
    revision: 'bigint not null',
    tenant_id: 'text',
    account_id: 'text',
    correlation_id: 'text not null',
    actor_kind: 'text not null',
    actor_id: 'text',
    client_ref: 'text',
    policy_version: 'integer',
    at: 'timestamptz not null',
    recorded_at: 'timestamptz not null',
  },
  indexes: ['(correlation_id)', '(account_id, position) WHERE account_id IS NOT NULL', '(type, position)'],
  every: ({ id, type, data, stream, revision, position, metadata, recordedAt }) =>
    put({
      position: `${position}`,
      event_id: id,
      type,
      stream,
      revision: `${revision}`,
      tenant_id: 'tenantId' in data ? data.tenantId : null,
      account_id: accountOf(stream, data),
      correlation_id: metadata.correlationId,
      actor_kind: metadata.actor.kind,
      actor_id: metadata.actor.id ?? null,
      client_ref: metadata.clientRef ?? null,
      policy_version: metadata.policyVersion ?? null,
      at: data.at,
      recorded_at: recordedAt.toISOString(),
    }),
});

export interface AuditFilter {
  readonly correlationId?: string;
  readonly accountId?: string;
  readonly type?: EventType;
  /** events after this position; the cursor of the next page is the last row's */
  readonly after?: bigint;
  readonly limit: number;
}

export const auditRows = (
  db: ReadModels,
  { correlationId, accountId, type, after = -1n, limit }: AuditFilter,
): Promise<AuditRow[]> => {
  let rows = rowsOf(db, audit).where('position', '>', `${after}`);
  if (correlationId !== undefined) rows = rows.where('correlation_id', '=', correlationId);
  if (accountId !== undefined) rows = rows.where('account_id', '=', accountId);
  if (type !== undefined) rows = rows.where('type', '=', type);
  return rows.orderBy('position').limit(limit).execute();
};

function accountOf(stream: string, data: KeyturnEvent['data']): string | null {
  if (categoryOf(stream) === 'account') return idOf(stream);
  if ('subject' in data) return data.subject.accountId ?? null;
  return ('accountId' in data && data.accountId) || null;
}

export interface ActivityFilter {
  readonly accountId: string;
  readonly types: readonly EventType[];
  /** events before this position; the cursor of the next page is the last row's */
  readonly before?: bigint;
  readonly limit: number;
}

/** @returns newest first */
export const activityRows = (
  db: ReadModels,
  { accountId, types, before, limit }: ActivityFilter,
): Promise<AuditRow[]> => {
  let rows = rowsOf(db, audit).where('account_id', '=', accountId).where('type', 'in', types);
  if (before !== undefined) rows = rows.where('position', '<', `${before}`);
  return rows.orderBy('position', 'desc').limit(limit).execute();
};
