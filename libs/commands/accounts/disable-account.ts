import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import type { Actor } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';

export class DisableAccount extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly actor: Actor,
    readonly commandId: string = randomUUID(),
  ) {
    super();
  }
}

@CommandHandler(DisableAccount)
export class DisableAccountHandler implements ICommandHandler<DisableAccount> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ accountId, actor, commandId }: DisableAccount): Promise<void> {
    const command = { type: 'DisableAccount', data: { now: this.clock.now().toISOString() } } as const;
    await execute(this.store, account, accountId, command, { commandId, correlationId: commandId, actor });
  }
}
