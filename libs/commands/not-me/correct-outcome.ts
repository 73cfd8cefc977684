import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { recovery } from '#libs/domain/recovery/recovery';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

/** A recovery that was disowned did not succeed: somebody else did. After a crash the reconciler says so. */
export class CorrectOutcome extends Command<void> {
  constructor(readonly recoveryId: string) {
    super();
  }
}

@CommandHandler(CorrectOutcome)
export class CorrectOutcomeHandler implements ICommandHandler<CorrectOutcome> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ recoveryId }: CorrectOutcome): Promise<void> {
    const now = this.clock.now().toISOString();
    const command = { type: 'CorrectOutcome', data: { outcome: { result: 'failed', reason: 'not-me' }, now } } as const;
    const actor = { kind: 'system', id: 'not-me' } as const;
    const context = { commandId: derivedId(recoveryId, 'not-me'), correlationId: recoveryId, actor };
    await execute(this.store, recovery, recoveryId, command, context);
  }
}
