import { RuleViolation } from '../decider.js';
import type { Instant } from '../time.js';
import { existing } from './existing.js';
import { withNamed } from './groups.js';
import { lawful } from './lawful.js';
import type { Part } from './part.js';
import type { Plan } from './plan.js';
import { completed, presets, type Policy, type PolicyChanges } from './policy.js';
import { patched, type PolicyPatch } from './policy-patch.js';

/** What a tenant is, has bought and has decided. */
export interface Settings {
  readonly tenantId: string | null;
  readonly organisation: string;
  readonly plan: Plan;
  readonly trial: boolean;
  readonly domains: readonly string[];
  readonly policy: Policy;
  /** Counts up with each change of policy; stamped on every decision taken under it. */
  readonly policyVersion: number;
}

interface Beginning {
  tenantId: string;
  organisation: string;
  plan: Plan;
  trial: boolean;
}

export interface SettingsCommands {
  CreateTenant: Beginning & { domains: readonly string[]; policy: PolicyChanges; now: Instant };
  ChangePolicy: { changes: PolicyPatch; expectedVersion?: number; now: Instant };
  ChangePlan: { plan: Plan; trial: boolean; now: Instant };
}

export interface SettingsEvents {
  TenantCreated: Beginning & { policy: Policy; policyVersion: number; at: Instant };
  /** A domain whose DNS record proved that it is the organisation's. */
  DomainVerified: { tenantId: string; domain: string; at: Instant };
  PolicyChanged: { tenantId: string; old: PolicyChanges; new: PolicyChanges; policyVersion: number; at: Instant };
  PlanChanged: { tenantId: string; plan: Plan; trial: boolean; at: Instant };
}

export const noSettings: Settings = {
  tenantId: null,
  organisation: '',
  plan: 'free',
  trial: false,
  domains: [],
  policy: presets.hardened,
  policyVersion: 0,
};

export const settings: Part<SettingsCommands, SettingsEvents> = {
  decide: {
    CreateTenant({ tenantId, organisation, plan, trial, domains, policy: wanted, now: at }, state) {
      if (state.tenantId !== null) throw new RuleViolation('tenant-exists');
      const policy = lawful(patched(presets[wanted.preset ?? 'hardened'], wanted), plan, trial);
      return [
        { type: 'TenantCreated', data: { tenantId, organisation, plan, trial, policy, policyVersion: 1, at } },
        ...domains.map((domain) => ({ type: 'DomainVerified' as const, data: { tenantId, domain, at } })),
      ];
    },
    ChangePolicy({ changes, expectedVersion, now: at }, state) {
      const tenantId = existing(state);
      const policy = policyAfter(state, changes, expectedVersion);
      const keys = (Object.keys(policy) as (keyof Policy)[]).filter((key) => !same(policy[key], state.policy[key]));
      if (keys.length === 0) return [];
      const policyVersion = state.policyVersion + 1;
      const [before, after] = [pick(state.policy, keys), pick(policy, keys)];
      return [{ type: 'PolicyChanged', data: { tenantId, old: before, new: after, policyVersion, at } }];
    },
    ChangePlan({ plan, trial, now: at }, state) {
      const tenantId = existing(state);
      if (plan === state.plan && trial === state.trial) return [];
      return [{ type: 'PlanChanged', data: { tenantId, plan, trial, at } }];
    },
  },
  evolve: {
    TenantCreated: (state, { at: _, policy, ...beginning }) =>
      withNamed({ ...state, ...beginning, policy: completed(policy) }),
    DomainVerified: (state, { domain }) => ({ ...state, domains: [...state.domains, domain] }),
    PolicyChanged: (state, { new: changes, policyVersion }) =>
      withNamed({ ...state, policy: completed({ ...state.policy, ...(changes as Policy) }), policyVersion }),
    PlanChanged: (state, { plan, trial }) => ({ ...state, plan, trial }),
  },
};

/** @throws RuleViolation policy-version-mismatch, policy-invalid */
export function policyAfter(state: Settings, changes: PolicyPatch, expectedVersion?: number): Policy {
  if (expectedVersion !== undefined && expectedVersion !== state.policyVersion) {
    throw new RuleViolation('policy-version-mismatch', { policyVersion: state.policyVersion });
  }
  return lawful(patched(state.policy, changes), state.plan, state.trial, state.policy);
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const pick = (policy: Policy, keys: readonly (keyof Policy)[]): PolicyChanges =>
  Object.fromEntries(keys.map((key) => [key, policy[key]])) as PolicyChanges;
