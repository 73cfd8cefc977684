import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { DataOf, EventType } from '#libs/domain/events';
import type { Method } from '#libs/domain/methods';
import { toldReason, type Outcome } from '#libs/domain/outcome';
import type { RecoveryStatus } from '#libs/domain/recovery/recovery.status';
import { EventStore } from '#libs/eventstore/event-store';
import { activityRows, type AuditRow } from '#libs/readmodels/audit';
import { recoveryById } from '#libs/readmodels/recovery-status';
import type { ReadModels } from '#libs/readmodels/rows';
import { FromReadModels } from '../read-models.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { CoarseClients, type CoarseClient } from './coarse-client.js';

/** What somebody may want to know of their own account, in codes that the pages put into words. */
const told = {
  SessionStarted: 'signed-in',
  SessionEnded: 'session-ended',
  SessionsEnded: 'other-sessions-ended',
  SignInFailed: 'sign-in-failed',
  SignInsPaused: 'sign-in-paused',
  RecoveryStarted: 'recovery-started',
  RecoveryRefused: 'recovery-refused',
  PasswordReset: 'password-reset',
  PasswordChanged: 'password-changed',
  PasswordChangeRequired: 'password-change-required',
  AccountUnlocked: 'account-unlocked',
  BlocksLifted: 'blocks-lifted',
  MethodRegistered: 'method-registered',
  NotMeReported: 'not-me-reported',
} as const satisfies Partial<Record<EventType, string>>;

type Told = keyof typeof told;
export type ActivityCode = (typeof told)[Told];
export const activityTypes = Object.keys(told) as readonly Told[];

export interface Activity {
  readonly at: string;
  readonly what: ActivityCode;
  readonly method?: Method;
  /** Of a recovery: how it stands, and how it ended. */
  readonly status?: RecoveryStatus;
  readonly outcome?: { readonly result: Outcome['result']; readonly reason: string };
  readonly until?: string;
  /** Where it came from; null where nobody is known to have asked. */
  readonly client: CoarseClient | null;
}

export interface ActivityPage {
  readonly items: readonly Activity[];
  /** Where the next page begins; missing on the last one. */
  readonly next?: string;
}

/** What happened at somebody's own account, newest first. */
export class ReadActivity extends Query<ActivityPage> {
  /** @param before the `next` of the page before, decimal */
  constructor(
    readonly who: Authenticated,
    readonly limit: number,
    readonly before?: string,
  ) {
    super();
  }
}

@QueryHandler(ReadActivity)
export class ReadActivityHandler implements IQueryHandler<ReadActivity> {
  constructor(
    @FromReadModels() private readonly db: ReadModels,
    private readonly store: EventStore,
    private readonly clients: CoarseClients,
  ) {}

  async execute({ who, limit, before }: ReadActivity): Promise<ActivityPage> {
    const found = await activityRows(this.db, {
      accountId: who.accountId,
      types: activityTypes,
      limit: limit + 1,
      ...(before !== undefined && { before: BigInt(before) }),
    });
    const rows = found.slice(0, limit);
    const clients = await this.clients.read(rows.map(({ client_ref }) => client_ref));
    const items = await Promise.all(
      rows.map(async (row) => ({
        at: row.at,
        what: told[row.type as Told],
        ...(await this.#details(row)),
        client: (row.client_ref && clients.get(row.client_ref)) || null,
      })),
    );
    return { items, ...(found.length > limit && { next: rows.at(-1)!.position }) };
  }

  /** What a row does not say stands in its stream, or in the row of its recovery. */
  async #details({ type, stream, revision }: AuditRow): Promise<Partial<Activity>> {
    switch (type) {
      case 'MethodRegistered':
        return { method: (await this.#dataOf<'MethodRegistered'>(stream, revision)).method };
      case 'SignInsPaused':
        return { until: (await this.#dataOf<'SignInsPaused'>(stream, revision)).until };
      case 'RecoveryStarted': {
        const row = await recoveryById(this.db, stream.slice('recovery-'.length));
        if (!row) return {};
        const { status, outcome: result, outcome_reason: reason, method } = row;
        return {
          status,
          ...(method && { method }),
          ...(result && reason && { outcome: { result, reason: toldReason(reason, method) } }),
        };
      }
      default:
        return {};
    }
  }

  async #dataOf<T extends Told>(stream: string, revision: string): Promise<DataOf<T>> {
    const [event] = await this.store.readStream(stream, { from: BigInt(revision), limit: 1 });
    return event!.data as DataOf<T>;
  }
}
