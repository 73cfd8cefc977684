import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { recovery } from '#libs/domain/recovery/recovery';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

/** A recovery's time is up: it closes as abandoned, unless it is closed already or a password was submitted. */
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
    const actor = { kind: 'system', id: 'reconciler' } as const;
    const context = { commandId: derivedId(recoveryId, 'expire'), correlationId: recoveryId, actor };
    await execute(this.store, recovery, recoveryId, command, context);
  }
}
