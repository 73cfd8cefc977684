import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { known } from '#libs/domain/tenant/groups';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';

/** People join a group, or leave it. */
export class ChangeMembership extends Command<void> {
  constructor(
    readonly type: 'JoinGroup' | 'LeaveGroup',
    readonly groupId: string,
    readonly accountIds: readonly string[],
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ChangeMembership)
export class ChangeMembershipHandler implements ICommandHandler<ChangeMembership> {
  constructor(
    private readonly store: EventStore,
    private readonly tenants: Tenants,
    private readonly contexts: Contexts,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation group-unknown, not-found before anybody joins */
  async execute({ type, groupId, accountIds, who, caller }: ChangeMembership): Promise<void> {
    const { tenantId } = who.account;
    known(groupId, await this.tenants.fresh(tenantId));
    const people = await Promise.all(accountIds.map((id) => load(this.store, account, id)));
    if (people.some(({ state }) => state.accountId === null || state.tenantId !== tenantId)) {
      throw new RuleViolation('not-found');
    }
    const context = await this.contexts.ofAdministrator(who, `tenant/groups/${groupId}/members`, caller);
    const command: AccountCommand = { type, data: { groupId, now: this.clock.now().toISOString() } };
    for (const id of accountIds) await execute(this.store, account, id, command, step(context, `${type}/${id}`));
  }
}
