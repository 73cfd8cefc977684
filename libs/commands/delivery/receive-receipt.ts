import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { TryRef } from '#libs/channels/telecom/try-ref';
import type { Receipt } from '#libs/domain/delivery/delivery';
import { notice } from '#libs/domain/delivery/notice';
import { traitsOf } from '#libs/domain/methods';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { ReportLags } from '#libs/runtime/report-lags';
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
    private readonly lags: ReportLags,
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
      const { state: before } = await load(this.store, recovery, ref.recoveryId);
      const { events } = await execute(this.store, recovery, ref.recoveryId, command, context(ref.recoveryId));
      if (events.length > 0) await this.#learn(before, result, data.now);
      return;
    }
    // Of what was never tried nothing is reported: no stream is begun.
    const [first] = await this.store.readStream(`notice-${deliveryId}`, { limit: 1 });
    if (first) await execute(this.store, notice, deliveryId, command, context(first.metadata.correlationId));
  }

  /** Reports of real messages teach what those of messages to nobody must look like (R3). */
  async #learn({ challenge }: RecoveryState, result: Receipt['result'], now: string): Promise<void> {
    const { channel } = challenge ? traitsOf(challenge.method) : {};
    const sentAt = challenge?.contact && challenge.delivery.sentAt;
    if (!sentAt || (channel !== 'sms' && channel !== 'voice')) return;
    // That one number cannot be reached says nothing about another; whether people pick up does.
    if (channel === 'sms' && result.kind === 'failed') return;
    const failure = result.kind === 'failed' ? result.reason : null;
    await this.lags.note(channel, { ms: Date.parse(now) - Date.parse(sentAt), failure });
  }
}
