import { Injectable } from '@nestjs/common';
import { inForce } from '#libs/domain/tenant/in-force';
import { tenant, type TenantState } from '#libs/domain/tenant/tenant';
import { presets } from '#libs/domain/tenant/policy';
import { EventStore } from '#libs/eventstore/event-store';
import { load, recall } from '#libs/eventstore/execute';
import { TenantDomains } from './tenant-domains.js';

/** Milliseconds a policy changed by another process may go unnoticed; changes made here are seen at once. */
const lagMs = 1_000;

/** The tenant a typed name belongs to, with its policy. */
@Injectable()
export class Tenants {
  readonly #readAt = new Map<string, number>();

  constructor(
    private readonly store: EventStore,
    private readonly domains: TenantDomains,
  ) {}

  /** With the policy as the plan carries it. */
  async byId(tenantId: string): Promise<TenantState> {
    const now = performance.now();
    if (now - (this.#readAt.get(tenantId) ?? -Infinity) < lagMs)
      return inForce((await recall(this.store, tenant, tenantId)).state);
    const { state } = await load(this.store, tenant, tenantId);
    this.#readAt.set(tenantId, now);
    return inForce(state);
  }

  /** As it stands now, whatever process changed it last; with the policy as it was set, whatever the plan carries. */
  async fresh(tenantId: string): Promise<TenantState> {
    return (await load(this.store, tenant, tenantId)).state;
  }

  /** @param name canonical: `user@domain`. A name without a known domain belongs to no tenant. */
  async ofName(name: string): Promise<TenantState> {
    return this.ofDomain(name.slice(name.lastIndexOf('@') + 1));
  }

  async ofDomain(domain: string): Promise<TenantState> {
    const tenantId = await this.domains.tenantOf(domain);
    return tenantId === undefined ? strangers : this.byId(tenantId);
  }
}

/** What holds for names of no tenant: nobody may reset, and a refusal looks like any other. */
export const strangers: TenantState = {
  ...tenant.initial,
  policy: { ...presets.hardened, unknownUsers: 'plain' },
};
