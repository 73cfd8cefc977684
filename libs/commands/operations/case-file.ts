import { isKnownType, type DataOf, type EventType } from '#libs/domain/events';
import type { Instant } from '#libs/domain/time';
import type { Actor, StoredEvent } from '#libs/eventstore/stored-event';
import type { RecoveryStatusRow } from '#libs/readmodels/recovery-status';
import type { Case, Cases } from './cases.js';
import { whatHappened } from './what-happened.js';

/** Everything about one recovery, in the order it happened. Personal data appear as references to the vault only. */
export interface CaseFile {
  readonly supportCode: string;
  readonly recoveryId: string;
  readonly tenantId: string | null;
  readonly accountId: string | null;
  readonly reason: string;
  readonly status: string;
  readonly outcome: { readonly result: string; readonly reason: string; readonly method?: string } | null;
  readonly policyVersion: number;
  readonly startedAt: Instant;
  readonly closedAt: Instant | null;
  readonly deliveryTries: number;
  readonly events: readonly CaseEvent[];
  /** older recoveries that had the same support code */
  readonly alsoMatching: readonly string[];
}

export interface CaseEvent {
  /** commit position, decimal */
  readonly position: string;
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  /** when it happened by the product's clock, and when the store took it */
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly actor: Actor;
  readonly clientRef?: string;
  readonly policyVersion?: number;
  readonly what: string;
  readonly data: object;
}

/** @param tenantId whose recoveries alone are looked at; anybody's when left out */
export async function caseFile(cases: Cases, code: string, tenantId?: string): Promise<CaseFile | undefined> {
  const found = await cases.find(code, tenantId);
  return found && fileOf(found, await cases.events(found));
}

export const fileOf = ({ recovery, alsoMatching }: Case, events: readonly StoredEvent[]): CaseFile => ({
  ...headOf(recovery),
  events: events.map(caseEvent),
  alsoMatching,
});

function caseEvent({ id, type, data, stream, revision, position, recordedAt, metadata }: StoredEvent): CaseEvent {
  const { actor, clientRef, policyVersion } = metadata;
  return {
    position: `${position}`,
    eventId: id,
    type,
    stream,
    revision: Number(revision),
    at: (data as { at?: Instant }).at ?? recordedAt.toISOString(),
    recordedAt: recordedAt.toISOString(),
    actor,
    ...(clientRef !== undefined && { clientRef }),
    ...(policyVersion !== undefined && { policyVersion }),
    what: isKnownType(type) ? whatHappened(type, data as DataOf<EventType>) : `${type} (unknown to this release)`,
    data,
  };
}

const headOf = (row: RecoveryStatusRow): Omit<CaseFile, 'events' | 'alsoMatching'> => ({
  supportCode: row.support_code,
  recoveryId: row.recovery_id,
  tenantId: row.tenant_id,
  accountId: row.account_id,
  reason: row.reason,
  status: row.status,
  outcome:
    row.outcome && row.outcome_reason
      ? { result: row.outcome, reason: row.outcome_reason, ...(row.method && { method: row.method }) }
      : null,
  policyVersion: row.policy_version,
  startedAt: row.started_at,
  closedAt: row.closed_at,
  deliveryTries: row.delivery_tries,
});
