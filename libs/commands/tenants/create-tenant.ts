import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Plan } from '#libs/domain/tenant/plan';
import type { PolicyChanges } from '#libs/domain/tenant/policy';
import { tenant } from '#libs/domain/tenant/tenant';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import type { Actor } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

export interface NewTenant {
  readonly organisation: string;
  readonly plan: Plan;
  readonly trial: boolean;
  readonly domains: readonly string[];
  readonly policy: PolicyChanges;
}

/** @returns the new tenant's id */
export class CreateTenant extends Command<string> {
  constructor(
    readonly wish: NewTenant,
    readonly actor: Actor,
    readonly commandId: string = randomUUID(),
  ) {
    super();
  }
}

@CommandHandler(CreateTenant)
export class CreateTenantHandler implements ICommandHandler<CreateTenant> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ wish, actor, commandId }: CreateTenant): Promise<string> {
    const tenantId = derivedId(commandId, 'tenant');
    const domains = wish.domains.map((domain) => domain.toLowerCase());
    const now = this.clock.now().toISOString();
    const command = { type: 'CreateTenant', data: { ...wish, tenantId, domains, now } } as const;
    await execute(this.store, tenant, tenantId, command, { commandId, correlationId: commandId, actor });
    return tenantId;
  }
}
