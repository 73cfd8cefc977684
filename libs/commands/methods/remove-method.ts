import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { changeNotices } from './change-notices.js';
import { OwnMethodsView, type OwnMethods } from './own-methods.js';

/** Takes a method away, with whatever shares its contact. */
export class RemoveMethod extends Command<OwnMethods> {
  constructor(
    readonly who: Authenticated,
    readonly methodId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(RemoveMethod)
export class RemoveMethodHandler implements ICommandHandler<RemoveMethod> {
  constructor(
    private readonly store: EventStore,
    private readonly own: OwnMethodsView,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation not-found, method-needed */
  async execute({ who, methodId, caller }: RemoveMethod): Promise<OwnMethods> {
    const context = await this.own.contextOf(who, `me/methods/${methodId}/remove`, caller);
    const now = this.clock.now().toISOString();
    const remove = (state: Authenticated['account']): AccountCommand => ({
      type: 'RemoveMethod',
      data: { methodId, notices: changeNotices(state, { removes: methodId }, context.commandId), now },
    });
    return this.own.of((await execute(this.store, account, who.accountId, remove, context)).state);
  }
}
