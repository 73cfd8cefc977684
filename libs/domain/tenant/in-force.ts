import { planAllowsCalls, planCovers, type Plan } from './plan.js';
import type { Policy } from './policy.js';

interface Subscribed {
  readonly plan: Plan;
  readonly trial: boolean;
  readonly policy: Policy;
}

/**
 * The tenant with its policy as the plan carries it today: without calls where it has none, without writing to a directory
 * where it covers nobody there. The policy itself stays as it was set, so that a plan that carries more gives back what was.
 */
export function inForce<T extends Subscribed>(tenant: T): T {
  const { plan, trial, policy } = tenant;
  const methods = methodsOn(plan, trial, policy);
  const writeback = policy.writeback && planCovers(plan, 'hybrid', 'reset');
  const isWhole = methods.length === policy.methods.length && writeback === policy.writeback;
  return isWhole ? tenant : { ...tenant, policy: { ...policy, methods, writeback } };
}

export const methodsOn = (plan: Plan, trial: boolean, { methods }: Policy): Policy['methods'] =>
  planAllowsCalls(plan, trial) ? methods : methods.filter((method) => !isCall(method));

export const isCall = (method: Policy['methods'][number]): boolean =>
  method === 'mobile-call' || method === 'office-call';
