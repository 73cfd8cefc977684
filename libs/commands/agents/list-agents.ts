import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AgentReport } from '#libs/directory/protocol/agent-report';
import { hybridObstacle, type HybridObstacle } from '#libs/domain/agent/hybrid-obstacle';
import { agentsOfTenant } from '#libs/readmodels/agents';
import type { ReadModels } from '#libs/readmodels/rows';
import { AgentPolls } from '#libs/runtime/agent-polls';
import { AgentReports } from '#libs/runtime/agent-reports';
import { Clock } from '#libs/runtime/clock';
import { FromReadModels } from '../read-models.js';
import { Tenants } from '../tenants/tenants.js';
import { agentView, standingOf, type AgentView } from './agent-view.js';
import { Agents } from './agents.js';

export interface AgentsView {
  /** What ages are told by. */
  now: string;
  /** Whether people whose passwords lie in the directory can reset them now, and if not, why nobody can. */
  hybridReset: { possible: boolean; obstacle: HybridObstacle | null };
  agents: readonly AgentView[];
}

/** A tenant's agents, and what that means for its people. */
export class ListAgents extends Query<AgentsView> {
  constructor(readonly tenantId: string) {
    super();
  }
}

@QueryHandler(ListAgents)
export class ListAgentsHandler implements IQueryHandler<ListAgents> {
  constructor(
    @FromReadModels() private readonly db: ReadModels,
    private readonly agents: Agents,
    private readonly polls: AgentPolls,
    private readonly reports: AgentReports,
    private readonly tenants: Tenants,
    private readonly clock: Clock,
  ) {}

  async execute({ tenantId }: ListAgents): Promise<AgentsView> {
    const [rows, polls, reports, live, tenant] = await Promise.all([
      agentsOfTenant(this.db, tenantId),
      this.polls.all(),
      this.reports.ofTenant(tenantId),
      this.agents.live(tenantId),
      this.tenants.byId(tenantId),
    ]);
    const now = this.clock.now().toISOString();
    const heard = new Map(polls.map(({ agentId, at }) => [agentId, at.toISOString()]));
    const told = new Map(
      reports.map(({ agentId, at, report }) => [agentId, { at: at.toISOString(), report: report as AgentReport }]),
    );
    const usable = new Set(live.map(({ agentId }) => agentId));
    const agents = rows.map((row) => {
      const { agent_id: id } = row;
      return agentView(row, { heardAt: heard.get(id), told: told.get(id), usable: usable.has(id), now });
    });
    const standing = agents.filter(({ state }) => state !== 'revoked').map((agent) => standingOf(agent, now));
    const obstacle = hybridObstacle(tenant, standing) ?? null;
    return { now, hybridReset: { possible: obstacle === null, obstacle }, agents };
  }
}
