import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { memberOf } from './member.js';

/** An administrator is satisfied that the account is its owner's again. The disputed password stays void. */
export class LiftNotMe extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(LiftNotMe)
export class LiftNotMeHandler implements ICommandHandler<LiftNotMe> {
  constructor(
    private readonly store: EventStore,
    private readonly contexts: Contexts,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation not-found, not-allowed */
  async execute({ accountId, who, caller }: LiftNotMe): Promise<void> {
    const member = memberOf(who);
    const actor = { kind: 'administrator', id: member.memberId } as const;
    const { tenantId } = member;
    const context = await this.contexts.of({
      scope: who.sessionId,
      route: `lift-not-me/${accountId}`,
      caller,
      actor,
      tenantId,
    });
    const command = { type: 'LiftNotMe', data: { member, now: this.clock.now().toISOString() } } as const;
    await execute(this.store, account, accountId, command, context);
  }
}
