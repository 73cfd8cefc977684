import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { endedTogether } from '#libs/domain/account/session-endings';
import type { ReadModels } from '#libs/readmodels/rows';
import { sessionsOf } from '#libs/readmodels/sessions';
import { Clock } from '#libs/runtime/clock';
import { FromReadModels } from '../read-models.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { CoarseClients, type CoarseClient } from './coarse-client.js';

export interface SessionView {
  readonly sessionId: string;
  /** The one that asks. */
  readonly current: boolean;
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly limitedTo?: string;
  /** null: erased, or beyond what is kept */
  readonly client: CoarseClient | null;
}

/** Where somebody is signed in; a session opened a moment ago elsewhere may be missing. */
export class ListSessions extends Query<readonly SessionView[]> {
  constructor(readonly who: Authenticated) {
    super();
  }
}

@QueryHandler(ListSessions)
export class ListSessionsHandler implements IQueryHandler<ListSessions> {
  constructor(
    @FromReadModels() private readonly db: ReadModels,
    private readonly clients: CoarseClients,
    private readonly clock: Clock,
  ) {}

  async execute({ who }: ListSessions): Promise<readonly SessionView[]> {
    const now = this.clock.now().toISOString();
    const rows = (await sessionsOf(this.db, who.accountId, who.credentialId, now)).filter(
      ({ session_id: sessionId, started_at: startedAt }) => !endedTogether(who.account, { sessionId, startedAt }),
    );
    const clients = await this.clients.read(rows.map(({ client_ref }) => client_ref));
    return rows.map((row) => ({
      sessionId: row.session_id,
      current: row.session_id === who.sessionId,
      startedAt: row.started_at,
      expiresAt: row.expires_at,
      ...(row.limited_to && { limitedTo: row.limited_to }),
      client: (row.client_ref && clients.get(row.client_ref)) || null,
    }));
  }
}
