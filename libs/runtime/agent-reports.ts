import type pg from 'pg';
import type { Clock } from './clock.js';
import { createRuntimeTables } from './runtime-tables.js';

export interface KeptReport {
  readonly agentId: string;
  /** When it came, by the platform's clock. */
  readonly at: Date;
  readonly report: object;
}

/**
 * What each agent last told of itself, shared by every process through PostgreSQL. Shown to administrators and never decided
 * by: it is often written and told anew after every start, so it is no event.
 */
export class AgentReports {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
  ) {}

  static async open(pool: pg.Pool, clock: Clock): Promise<AgentReports> {
    await createRuntimeTables(pool, tables);
    return new AgentReports(pool, clock);
  }

  async keep(agentId: string, tenantId: string, report: object): Promise<void> {
    const values = [agentId, tenantId, this.clock.now(), JSON.stringify(report)];
    await this.pool.query({ ...keepStatement, values });
  }

  async of(agentId: string): Promise<KeptReport | undefined> {
    return (await this.#read('agent_id = $1', agentId))[0];
  }

  ofTenant(tenantId: string): Promise<readonly KeptReport[]> {
    return this.#read('tenant_id = $1', tenantId);
  }

  async #read(where: string, id: string): Promise<KeptReport[]> {
    const { rows } = await this.pool.query<{ agent_id: string; told_at: Date; report: object }>(
      `SELECT agent_id, told_at, report FROM runtime.agent_reports WHERE ${where}`,
      [id],
    );
    return rows.map(({ agent_id, told_at, report }) => ({ agentId: agent_id, at: told_at, report }));
  }
}

const keepStatement = {
  name: 'agent-report-keep',
  text: `INSERT INTO runtime.agent_reports (agent_id, tenant_id, told_at, report) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agent_id) DO UPDATE SET told_at = $3, report = $4`,
};

const tables = `
  CREATE TABLE IF NOT EXISTS runtime.agent_reports (
    agent_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    told_at timestamptz NOT NULL,
    report jsonb NOT NULL
  ) WITH (fillfactor = 50);
  CREATE INDEX IF NOT EXISTS agent_reports_tenant ON runtime.agent_reports (tenant_id)`;
