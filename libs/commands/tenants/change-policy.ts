import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PolicyPatch } from '#libs/domain/tenant/policy-patch';
import { tenant, type TenantState } from '#libs/domain/tenant/tenant';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';

export class ChangePolicy extends Command<TenantState> {
  constructor(
    readonly patch: PolicyPatch,
    /** The version the administrator saw; absent: whatever it is. */
    readonly expectedVersion: number | undefined,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ChangePolicy)
export class ChangePolicyHandler implements ICommandHandler<ChangePolicy> {
  constructor(
    private readonly store: EventStore,
    private readonly contexts: Contexts,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation policy-invalid, policy-version-mismatch, idempotency-key-reused */
  async execute({ patch, expectedVersion, who, caller }: ChangePolicy): Promise<TenantState> {
    const { tenantId } = who.account;
    const context = await this.contexts.ofAdministrator(who, 'tenant/policy', caller);
    const now = this.clock.now().toISOString();
    const data = { changes: patch, ...(expectedVersion !== undefined && { expectedVersion }), now };
    return (await execute(this.store, tenant, tenantId, { type: 'ChangePolicy', data }, context)).state;
  }
}
