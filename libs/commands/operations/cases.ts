import type { EventStore } from '#libs/eventstore/event-store';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { auditRows, type AuditRow } from '#libs/readmodels/audit';
import { recoveriesBySupportCode, recoveryById, type RecoveryStatusRow } from '#libs/readmodels/recovery-status';
import type { ReadModels } from '#libs/readmodels/rows';

/** One recovery, as it was found. */
export interface Case {
  readonly recovery: RecoveryStatusRow;
  /** older recoveries that had the same support code */
  readonly alsoMatching: readonly string[];
}

/** More events than any one recovery may have: 20 refusals, 5 failures of each of 4 families, their deliveries … */
const atMost = 5_000;

/** Recoveries and what happened to them: found by the read models, told by the streams. */
export class Cases {
  constructor(
    private readonly readModels: ReadModels,
    private readonly store: EventStore,
  ) {}

  /** @param code a support code, or a recovery's id @param tenantId whose recoveries alone are looked at */
  async find(code: string, tenantId?: string): Promise<Case | undefined> {
    const matching = (await this.#matching(code)).filter((row) => tenantId === undefined || row.tenant_id === tenantId);
    const [recovery, ...older] = matching;
    return recovery && { recovery, alsoMatching: older.map(({ recovery_id }) => recovery_id) };
  }

  /** Everything that happened, in the order of the log; each stream is read once, from its first event of this case to its last. */
  async events({ recovery }: Case): Promise<StoredEvent[]> {
    const rows = await auditRows(this.readModels, { correlationId: recovery.correlation_id, limit: atMost });
    const streams = Map.groupBy(rows, ({ stream }) => stream);
    const read = await Promise.all([...streams].map(([stream, ofStream]) => this.#eventsOf(stream, ofStream)));
    const order = new Map(rows.map(({ event_id, position }) => [event_id, BigInt(position)]));
    const placed = read.flat().map((event) => ({ ...event, position: order.get(event.id)! }));
    return placed.sort((a, b) => (a.position < b.position ? -1 : 1));
  }

  /** Newest first. */
  async #matching(code: string): Promise<readonly RecoveryStatusRow[]> {
    const bySupportCode = await recoveriesBySupportCode(this.readModels, code.trim().toUpperCase());
    if (bySupportCode.length > 0) return bySupportCode;
    const byId = await recoveryById(this.readModels, code.trim());
    return byId ? [byId] : [];
  }

  async #eventsOf(stream: string, rows: readonly AuditRow[]): Promise<StoredEvent[]> {
    const revisions = rows.map(({ revision }) => Number(revision));
    const [first, last] = [Math.min(...revisions), Math.max(...revisions)];
    const wanted = new Set(rows.map(({ event_id }) => event_id));
    const events = await this.store.readStream(stream, { from: BigInt(first), limit: last - first + 1 });
    return events.filter(({ id }) => wanted.has(id));
  }
}
