import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { TryRef } from '#libs/channels/telecom/try-ref';
import type { Receipt } from '#libs/domain/delivery/delivery';
import { notice } from '#libs/domain/delivery/notice';
import { recovery } from '#libs/domain/recovery/recovery';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

/** What a provider reports of a message or call it took. Told twice, late or in the wrong order it changes nothing more. */
export class ReceiveReceipt extends Command<void> {
  constructor(
    readonly ref: TryRef,
    readonly result: Receipt['result'],
    readonly provider: string,
  ) {
    super();
  }
}

@CommandHandler(ReceiveReceipt)
export class ReceiveReceiptHandler implements ICommandHandler<ReceiveReceipt> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ ref, result, provider }: ReceiveReceipt): Promise<void> {
    const { deliveryId, attempt } = ref;
    const data = { deliveryId, attempt, result, provider, now: this.clock.now().toISOString() };
    const command = { type: 'ReceiveReceipt', data } as const;
    const context = (correlationId: string): CommandContext => ({
      commandId: derivedId(deliveryId, 'delivery', String(attempt), 'receipt'),
      correlationId,
      actor: { kind: 'system', id: provider },
    });
    if (ref.kind === 'challenge') {
      await execute(this.store, recovery, ref.recoveryId, command, context(ref.recoveryId));
      return;
    }
    // Of what was never tried nothing is reported: no stream is begun.
    const [first] = await this.store.readStream(`notice-${deliveryId}`, { limit: 1 });
    if (first) await execute(this.store, notice, deliveryId, command, context(first.metadata.correlationId));
  }
}
