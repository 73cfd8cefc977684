import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { bounceReason, type ReturnedMail } from '#libs/channels/email/delivery-status';
import { account } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { Tokens } from '../tokens.js';
import { ReceiveReceipt, ReceiveReceiptHandler } from './receive-receipt.js';

/** A mail came back: its delivery failed, and its address is one that mails come back from. */
export class ReceiveBounce extends Command<boolean> {
  constructor(readonly returned: ReturnedMail) {
    super();
  }
}

@CommandHandler(ReceiveBounce)
export class ReceiveBounceHandler implements ICommandHandler<ReceiveBounce> {
  constructor(
    private readonly store: EventStore,
    private readonly tokens: Tokens,
    private readonly receipts: ReceiveReceiptHandler,
    private readonly clock: Clock,
  ) {}

  /** @returns false when it names no delivery of ours */
  async execute({ returned }: ReceiveBounce): Promise<boolean> {
    const tagged = this.tokens.taggedTryIn(returned.tag);
    if (!tagged) return false;
    const { ref, accountId, contactRef } = tagged;
    const { status } = returned;
    const known = (await this.store.readStream(`account-${accountId}`, { limit: 1 })).length > 0;
    if (known) {
      const now = this.clock.now().toISOString();
      const command = { type: 'NoteBounce', data: { contactRef, deliveryId: ref.deliveryId, status, now } } as const;
      const commandId = derivedId(ref.deliveryId, 'bounce', String(ref.attempt));
      const actor = { kind: 'system', id: 'mail' } as const;
      await execute(this.store, account, accountId, command, { commandId, correlationId: accountId, actor });
    }
    const result = { kind: 'bounced', status, reason: bounceReason(status) } as const;
    await this.receipts.execute(new ReceiveReceipt(ref, result, 'mail'));
    return true;
  }
}
