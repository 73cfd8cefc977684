import { RuleViolation, type Decider } from '../decider.js';
import type { Instant } from '../time.js';
import { lawful } from './lawful.js';
import type { Plan } from './plan.js';
import { completed, presets, type Policy, type PolicyChanges } from './policy.js';
import { patched, type PolicyPatch } from './policy-patch.js';
import type { TenantEvent } from './tenant.events.js';

export interface TenantState {
  readonly tenantId: string | null;
  readonly organisation: string;
  readonly plan: Plan;
  readonly trial: boolean;
  readonly domains: readonly string[];
  readonly policy: Policy;
  /** Counts up with each change of policy; stamped on every decision taken under it. */
  readonly policyVersion: number;
}

export type TenantCommand =
  | {
      readonly type: 'CreateTenant';
      readonly data: {
        tenantId: string;
        organisation: string;
        plan: Plan;
        trial: boolean;
        domains: readonly string[];
        policy: PolicyChanges;
        now: Instant;
      };
    }
  | { readonly type: 'ChangePolicy'; readonly data: { changes: PolicyPatch; expectedVersion?: number; now: Instant } }
  | { readonly type: 'ChangePlan'; readonly data: { plan: Plan; trial: boolean; now: Instant } };

export const tenant: Decider<TenantCommand, TenantEvent, TenantState> = {
  category: 'tenant',
  initial: {
    tenantId: null,
    organisation: '',
    plan: 'free',
    trial: false,
    domains: [],
    policy: presets.hardened,
    policyVersion: 0,
  },
  decide,
  evolve,
};

function decide({ type, data }: TenantCommand, state: TenantState): readonly TenantEvent[] {
  switch (type) {
    case 'CreateTenant': {
      if (state.tenantId !== null) throw new RuleViolation('tenant-exists');
      const { tenantId, organisation, plan, trial, domains, now: at } = data;
      const policy = lawful(patched(presets[data.policy.preset ?? 'hardened'], data.policy), plan, trial);
      return [
        { type: 'TenantCreated', data: { tenantId, organisation, plan, trial, policy, policyVersion: 1, at } },
        ...domains.map((domain) => ({ type: 'DomainVerified' as const, data: { tenantId, domain, at } })),
      ];
    }
    case 'ChangePolicy': {
      const tenantId = existing(state);
      const { changes, expectedVersion, now: at } = data;
      const policy = policyAfter(state, changes, expectedVersion);
      const keys = (Object.keys(policy) as (keyof Policy)[]).filter((key) => !same(policy[key], state.policy[key]));
      if (keys.length === 0) return [];
      const policyVersion = state.policyVersion + 1;
      const [before, after] = [pick(state.policy, keys), pick(policy, keys)];
      return [{ type: 'PolicyChanged', data: { tenantId, old: before, new: after, policyVersion, at } }];
    }
    case 'ChangePlan': {
      const tenantId = existing(state);
      const { plan, trial, now: at } = data;
      if (plan === state.plan && trial === state.trial) return [];
      return [{ type: 'PlanChanged', data: { tenantId, plan, trial, at } }];
    }
  }
}

/** @throws RuleViolation policy-version-mismatch, policy-invalid */
export function policyAfter(state: TenantState, changes: PolicyPatch, expectedVersion?: number): Policy {
  if (expectedVersion !== undefined && expectedVersion !== state.policyVersion) {
    throw new RuleViolation('policy-version-mismatch', { policyVersion: state.policyVersion });
  }
  return lawful(patched(state.policy, changes), state.plan, state.trial, state.policy);
}

function evolve(state: TenantState, { type, data }: TenantEvent): TenantState {
  switch (type) {
    case 'TenantCreated': {
      const { tenantId, organisation, plan, trial, policy, policyVersion } = data;
      return { ...state, tenantId, organisation, plan, trial, policy: completed(policy), policyVersion };
    }
    case 'DomainVerified':
      return { ...state, domains: [...state.domains, data.domain] };
    case 'PolicyChanged':
      return {
        ...state,
        policy: completed({ ...state.policy, ...(data.new as Policy) }),
        policyVersion: data.policyVersion,
      };
    case 'PlanChanged':
      return { ...state, plan: data.plan, trial: data.trial };
  }
}

function existing(state: TenantState): string {
  if (state.tenantId === null) throw new RuleViolation('tenant-unknown');
  return state.tenantId;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const pick = (policy: Policy, keys: readonly (keyof Policy)[]): PolicyChanges =>
  Object.fromEntries(keys.map((key) => [key, policy[key]])) as PolicyChanges;
