import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { isBefore, plus } from '#libs/domain/time';
import { agentsOfTenant } from '#libs/readmodels/agents';
import type { ReadModels } from '#libs/readmodels/rows';
import { AgentPolls } from '#libs/runtime/agent-polls';
import { Clock } from '#libs/runtime/clock';
import { FromReadModels } from '../read-models.js';
import { aliveMs } from './agents.js';

export interface AgentView {
  agentId: string;
  state: 'waiting-for-enrolment' | 'alive' | 'silent' | 'revoked';
  version: string | null;
  createdAt: string;
  enrolledAt: string | null;
  lastHeardAt: string | null;
  /** When commands stop being sealed for its present key, and since when it has its identity. */
  sealingKeyExpiresAt: string | null;
  identityKeySince: string | null;
  /** Kinds of trouble it reported, latest first. */
  lastTroubles: readonly { at: string; result: string; trouble: string | null }[];
}

export class ListAgents extends Query<readonly AgentView[]> {
  constructor(readonly tenantId: string) {
    super();
  }
}

@QueryHandler(ListAgents)
export class ListAgentsHandler implements IQueryHandler<ListAgents> {
  constructor(
    @FromReadModels() private readonly db: ReadModels,
    private readonly polls: AgentPolls,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId }: ListAgents): Promise<readonly AgentView[]> {
    const now = this.clock.now().toISOString();
    const polls = new Map((await this.polls.all()).map(({ agentId, at }) => [agentId, at.toISOString()]));
    const rows = await agentsOfTenant(this.db, tenantId);
    return rows.map((row) => {
      const lastHeardAt = polls.get(row.agent_id) ?? null;
      const alive = lastHeardAt !== null && isBefore(now, plus(lastHeardAt, aliveMs));
      return {
        agentId: row.agent_id,
        state: row.revoked
          ? 'revoked'
          : row.enrolled_at === null
            ? 'waiting-for-enrolment'
            : alive
              ? 'alive'
              : 'silent',
        version: row.version,
        createdAt: row.created_at,
        enrolledAt: row.enrolled_at,
        lastHeardAt,
        sealingKeyExpiresAt: row.sealing_key_expires_at,
        identityKeySince: row.identity_key_since,
        lastTroubles: row.troubles,
      };
    });
  }
}
