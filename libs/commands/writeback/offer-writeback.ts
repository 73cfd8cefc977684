import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { EventOf } from '#libs/domain/events';
import { writeback } from '#libs/domain/writeback/writeback';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

/** Holds a requested writeback out to the tenant's agents. Repeated after a silent lease, it holds it out anew. */
export class OfferWriteback extends Command<void> {
  /** @param revision where on the account's stream it was requested */
  constructor(
    readonly accountId: string,
    readonly revision: number,
    readonly writebackId: string,
  ) {
    super();
  }
}

@CommandHandler(OfferWriteback)
export class OfferWritebackHandler implements ICommandHandler<OfferWriteback> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ accountId, revision, writebackId }: OfferWriteback): Promise<void> {
    const { id, data, metadata } = await this.#request(accountId, revision, writebackId);
    const { at: _, ...errand } = data;
    const now = this.clock.now().toISOString();
    await execute(
      this.store,
      writeback,
      writebackId,
      { type: 'OfferWriteback', data: { ...errand, now } },
      {
        // One id for each offer: whether another is due is decided by the stream.
        commandId: derivedId(writebackId, 'offer', now),
        correlationId: metadata.correlationId,
        causationId: id,
        actor: { kind: 'worker', id: 'writeback' },
      },
    );
  }

  async #request(accountId: string, revision: number, writebackId: string) {
    const place = { from: BigInt(revision), limit: 1 };
    const events = await this.store.readStream(`account-${accountId}`, place);
    const [event] = events as StoredEvent<EventOf<'WritebackRequested'>>[];
    if (event?.type !== 'WritebackRequested' || event.data.writebackId !== writebackId) {
      throw new Error(`no writeback ${writebackId} was requested at revision ${revision} of account ${accountId}`);
    }
    return event;
  }
}
