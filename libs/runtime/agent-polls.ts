import type pg from 'pg';
import type { Clock } from './clock.js';
import { createRuntimeTables } from './runtime-tables.js';

export interface Poll {
  readonly agentId: string;
  readonly tenantId: string;
  readonly at: Date;
}

/**
 * When each agent last asked for work, shared by every process through PostgreSQL. Advisory and often written, so it is no
 * event: events tell when an agent fell silent and when it was heard again.
 */
export class AgentPolls {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
  ) {}

  static async open(pool: pg.Pool, clock: Clock): Promise<AgentPolls> {
    await createRuntimeTables(pool, tables);
    return new AgentPolls(pool, clock);
  }

  async note(agentId: string, tenantId: string): Promise<void> {
    await this.pool.query({ ...noteStatement, values: [agentId, tenantId, this.clock.now()] });
  }

  /** @param withinMs milliseconds by the injected clock */
  async heard(tenantId: string, withinMs: number): Promise<readonly string[]> {
    const since = new Date(this.clock.now().getTime() - withinMs);
    const { rows } = await this.pool.query<{ agent_id: string }>({ ...heardStatement, values: [tenantId, since] });
    return rows.map(({ agent_id }) => agent_id);
  }

  async all(): Promise<readonly Poll[]> {
    const { rows } = await this.pool.query<{ agent_id: string; tenant_id: string; polled_at: Date }>(
      'SELECT agent_id, tenant_id, polled_at FROM runtime.agent_polls ORDER BY agent_id',
    );
    return rows.map(({ agent_id, tenant_id, polled_at }) => ({
      agentId: agent_id,
      tenantId: tenant_id,
      at: polled_at,
    }));
  }

  /** A revoked agent is never heard again. */
  async forget(agentId: string): Promise<void> {
    await this.pool.query('DELETE FROM runtime.agent_polls WHERE agent_id = $1', [agentId]);
  }
}

const noteStatement = {
  name: 'agent-poll-note',
  text: `INSERT INTO runtime.agent_polls (agent_id, tenant_id, polled_at) VALUES ($1, $2, $3)
         ON CONFLICT (agent_id) DO UPDATE SET polled_at = greatest(runtime.agent_polls.polled_at, $3)`,
};

const heardStatement = {
  name: 'agent-poll-heard',
  text: 'SELECT agent_id FROM runtime.agent_polls WHERE tenant_id = $1 AND polled_at > $2',
};

/** Two processes may start at once: the lock lets one create. */
const tables = `
  CREATE TABLE IF NOT EXISTS runtime.agent_polls (
    agent_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    polled_at timestamptz NOT NULL
  ) WITH (fillfactor = 50)`;
