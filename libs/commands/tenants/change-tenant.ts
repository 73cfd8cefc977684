import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { GroupCommands } from '#libs/domain/tenant/groups';
import type { SettingsCommands } from '#libs/domain/tenant/settings';
import { tenant, type TenantCommand, type TenantState } from '#libs/domain/tenant/tenant';
import type { TenantEvent } from '#libs/domain/tenant/tenant.events';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, type Executed } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';

type Changes = GroupCommands & Pick<SettingsCommands, 'ChangePlan'>;
export type TenantChange = {
  [T in keyof Changes]: { readonly type: T; readonly data: Omit<Changes[T], 'now'> };
}[keyof Changes];

/** An administrator changes groups or the plan: whatever is decided on the tenant's stream alone. */
export class ChangeTenant extends Command<Executed<TenantState, TenantEvent>> {
  constructor(
    readonly change: TenantChange,
    /** The route with its ids: within it an `Idempotency-Key` names one command. */
    readonly route: string,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ChangeTenant)
export class ChangeTenantHandler implements ICommandHandler<ChangeTenant> {
  constructor(
    private readonly store: EventStore,
    private readonly contexts: Contexts,
    private readonly clock: Clock,
  ) {}

  async execute({ change, route, who, caller }: ChangeTenant): Promise<Executed<TenantState, TenantEvent>> {
    const context = await this.contexts.ofAdministrator(who, route, caller);
    const now = this.clock.now().toISOString();
    const command = { type: change.type, data: { ...change.data, now } } as TenantCommand;
    return execute(this.store, tenant, who.account.tenantId, command, context);
  }
}
