import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { recovery } from '#libs/domain/recovery/recovery';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

/** Its time is up: closes it as abandoned, unless it is closed or beyond its point of no return. */
export class ExpireRecovery extends Command<void> {
  constructor(readonly recoveryId: string) {
    super();
  }
}

@CommandHandler(ExpireRecovery)
export class ExpireRecoveryHandler implements ICommandHandler<ExpireRecovery> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ recoveryId }: ExpireRecovery): Promise<void> {
    const command = { type: 'ExpireRecovery', data: { now: this.clock.now().toISOString() } } as const;
    await execute(this.store, recovery, recoveryId, command, {
      commandId: derivedId(recoveryId, 'expire'),
      correlationId: recoveryId,
      actor: { kind: 'worker', id: 'timer' },
    });
  }
}
