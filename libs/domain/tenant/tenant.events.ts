// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
import type { Instant } from '../time.js';
import type { Plan } from './plan.js';
import type { Policy, PolicyChanges } from './policy.js';

interface Events {
  TenantCreated: {
    tenantId: string;
    organisation: string;
    plan: Plan;
    trial: boolean;
    policy: Policy;
    policyVersion: number;
    at: Instant;
  };
  /** A domain whose DNS record proved that it is the organisation's. */
  DomainVerified: { tenantId: string; domain: string; at: Instant };
  PolicyChanged: { tenantId: string; old: PolicyChanges; new: PolicyChanges; policyVersion: number; at: Instant };
  PlanChanged: { tenantId: string; plan: Plan; trial: boolean; at: Instant };
}

export type TenantEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];
