import { inForce } from '../tenant/in-force.js';
import { planCovers } from '../tenant/plan.js';
import type { TenantState } from '../tenant/tenant.js';

/** What keeps hybrid people from resetting, whoever they are and whatever they registered. */
export type HybridObstacle =
  /** The plan writes nothing to a directory. */
  | 'plan-without-writeback'
  | 'not-enabled-for-tenant'
  | 'writeback-off'
  | 'no-agent'
  | 'agent-not-enrolled'
  /** Agents ask for work, and nothing may be sealed for any of their keys. */
  | 'agent-key-expired'
  /** Agents run, and cannot reach the directory: they ask for no work. */
  | 'directory-unreachable'
  | 'agent-silent';

/** How one agent that was not revoked stands. */
export interface AgentStanding {
  readonly enrolled: boolean;
  /** It asked for work lately. */
  readonly alive: boolean;
  /** Alive, and with a key that passwords may be sealed for: what eligibility asks. */
  readonly usable: boolean;
  /** It told lately that it cannot reach its directory. */
  readonly withoutDirectory: boolean;
}

/** In the order of eligibility (product.md §2.4), of which it is what all hybrid people have in common; the first is the answer. */
export function hybridObstacle(subscribed: TenantState, agents: readonly AgentStanding[]): HybridObstacle | undefined {
  const { plan, policy } = inForce(subscribed);
  const nobody = policy.enabledFor === 'none' || (policy.enabledFor === 'selected' && policy.groups.length === 0);
  if (nobody) return 'not-enabled-for-tenant';
  if (!planCovers(plan, 'hybrid', 'reset')) return 'plan-without-writeback';
  if (!policy.writeback) return 'writeback-off';
  if (agents.some(({ usable }) => usable)) return undefined;
  const enrolled = agents.filter((agent) => agent.enrolled);
  if (enrolled.length === 0) return agents.length === 0 ? 'no-agent' : 'agent-not-enrolled';
  if (enrolled.some(({ alive }) => alive)) return 'agent-key-expired';
  return enrolled.some(({ withoutDirectory }) => withoutDirectory) ? 'directory-unreachable' : 'agent-silent';
}
