import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { writeback } from '#libs/domain/writeback/writeback';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, recall } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { OfferWriteback, OfferWritebackHandler } from './offer-writeback.js';
import { SettleWriteback, SettleWritebackHandler } from './settle-writeback.js';

/**
 * Looks after a writeback whose time for something has come: holds it out if its job was lost or its agent fell silent,
 * ends it when its time is up, draws the consequences that a crash left undrawn.
 */
export class TendWriteback extends Command<void> {
  /** @param revision where on the account's stream it was requested */
  constructor(
    readonly accountId: string,
    readonly revision: number,
    readonly writebackId: string,
  ) {
    super();
  }
}

@CommandHandler(TendWriteback)
export class TendWritebackHandler implements ICommandHandler<TendWriteback> {
  constructor(
    private readonly store: EventStore,
    private readonly offers: OfferWritebackHandler,
    private readonly settle: Pick<SettleWritebackHandler, 'execute'>,
    private readonly clock: Clock,
  ) {}

  async execute({ accountId, revision, writebackId }: TendWriteback): Promise<void> {
    await this.offers.execute(new OfferWriteback(accountId, revision, writebackId));
    const now = this.clock.now().toISOString();
    const { recoveryId } = (await recall(this.store, writeback, writebackId)).state.errand ?? {};
    const context = {
      commandId: derivedId(writebackId, 'expire', now),
      // It belongs to the case of the recovery it came from.
      correlationId: recoveryId ?? writebackId,
      actor: { kind: 'system' as const, id: 'reconciler' },
    };
    await execute(this.store, writeback, writebackId, { type: 'ExpireWriteback', data: { now } }, context);
    await this.settle.execute(new SettleWriteback(writebackId));
  }
}
