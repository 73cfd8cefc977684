import { isKnownType, type DataOf, type EventType } from '#libs/domain/events';
import type { Instant } from '#libs/domain/time';
import type { EventStore } from '#libs/eventstore/event-store';
import type { Actor, StoredEvent } from '#libs/eventstore/stored-event';
import { auditRows, type AuditRow } from '#libs/readmodels/audit';
import { recoveriesBySupportCode, recoveryById, type RecoveryStatusRow } from '#libs/readmodels/recovery-status';
import type { ReadModels } from '#libs/readmodels/rows';
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

interface Sources {
  readonly readModels: ReadModels;
  readonly store: EventStore;
}

/** More events than any one recovery may have: 20 refusals, 5 failures of each of 4 families, their deliveries … */
const atMost = 5_000;

/**
 * Found by the read models, told by the streams.
 * @param code a support code, or a recovery's id
 */
export async function caseFile({ readModels, store }: Sources, code: string): Promise<CaseFile | undefined> {
  const bySupportCode = await recoveriesBySupportCode(readModels, code.trim().toUpperCase());
  const [found, ...older] = bySupportCode.length > 0 ? bySupportCode : [await recoveryById(readModels, code.trim())];
  if (!found) return undefined;
  const rows = await auditRows(readModels, { correlationId: found.correlation_id, limit: atMost });
  return {
    ...headOf(found),
    events: (await storedEvents(store, rows)).map(caseEvent),
    alsoMatching: older.map((row) => row!.recovery_id),
  };
}

/** Each stream is read once, from its first event of this case to its last. */
async function storedEvents(store: EventStore, rows: readonly AuditRow[]): Promise<StoredEvent[]> {
  const streams = Map.groupBy(rows, ({ stream }) => stream);
  const read = [...streams].map(async ([stream, ofStream]) => {
    const revisions = ofStream.map(({ revision }) => Number(revision));
    const [first, last] = [Math.min(...revisions), Math.max(...revisions)];
    const wanted = new Set(ofStream.map(({ event_id }) => event_id));
    const events = await store.readStream(stream, { from: BigInt(first), limit: last - first + 1 });
    return events.filter(({ id }) => wanted.has(id));
  });
  const order = new Map(rows.map(({ event_id, position }) => [event_id, BigInt(position)]));
  const placed = (await Promise.all(read)).flat().map((event) => ({ ...event, position: order.get(event.id)! }));
  return placed.sort((a, b) => (a.position < b.position ? -1 : 1));
}

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
