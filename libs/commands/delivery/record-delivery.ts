import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { wantedUntil } from '#libs/domain/account/notices';
import type { DeliveryResult } from '#libs/domain/delivery/delivery';
import { notice } from '#libs/domain/delivery/notice';
import { recovery } from '#libs/domain/recovery/recovery';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Attempted } from './attempt-delivery.js';
import { recordContext } from './delivery-context.js';

/** What became of a try. */
export class RecordDelivery extends Command<void> {
  constructor(
    readonly attempted: Attempted,
    readonly result: DeliveryResult,
  ) {
    super();
  }
}

@CommandHandler(RecordDelivery)
export class RecordDeliveryHandler implements ICommandHandler<RecordDelivery> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ attempted, result }: RecordDelivery): Promise<void> {
    const { deliveryId, attempt } = attempted;
    const context = recordContext(deliveryId, attempt, attempted.context);
    const data = { deliveryId, attempt, result, now: this.clock.now().toISOString() };
    if (attempted.kind === 'challenge') {
      const { recoveryId } = attempted.recovery;
      await execute(this.store, recovery, recoveryId, { type: 'RecordDelivery', data }, context);
    } else {
      const command = { type: 'RecordDelivery', data: { ...data, expiresAt: wantedUntil(attempted.request) } } as const;
      await execute(this.store, notice, deliveryId, command, context);
    }
  }
}
