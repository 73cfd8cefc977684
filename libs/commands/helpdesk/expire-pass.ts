import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

/** A pass's time is up: unless it led to a new password, that help failed. */
export class ExpirePass extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly caseId: string,
    readonly passId: string,
  ) {
    super();
  }
}

@CommandHandler(ExpirePass)
export class ExpirePassHandler implements ICommandHandler<ExpirePass> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ accountId, caseId, passId }: ExpirePass): Promise<void> {
    const command = { type: 'ExpirePass', data: { passId, now: this.clock.now().toISOString() } } as const;
    const actor = { kind: 'system', id: 'reconciler' } as const;
    const context = { commandId: derivedId(passId, 'expire'), correlationId: caseId, actor };
    await execute(this.store, account, accountId, command, context);
  }
}
