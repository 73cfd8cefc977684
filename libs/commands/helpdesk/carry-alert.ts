import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import type { EventOf } from '#libs/domain/events';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { TellAdministrators } from './tell-administrators.js';

/**
 * Tells the administrators of a tenant what an alert says: each one's notice is requested on their own stream, because an
 * address is readable under its owner's key alone. Begun and broken off it is simply carried again; nobody is told twice.
 */
export class CarryAlert extends Command<void> {
  /** @param revision where on the account's stream the alert was raised */
  constructor(
    readonly accountId: string,
    readonly revision: number,
  ) {
    super();
  }
}

@CommandHandler(CarryAlert)
export class CarryAlertHandler implements ICommandHandler<CarryAlert> {
  constructor(
    private readonly store: EventStore,
    private readonly administrators: TellAdministrators,
    private readonly clock: Clock,
  ) {}

  async execute({ accountId, revision }: CarryAlert): Promise<void> {
    const place = { from: BigInt(revision), limit: 1 };
    const [raised] = (await this.store.readStream(`account-${accountId}`, place)) as StoredEvent<
      EventOf<'AlertRaised'>
    >[];
    if (raised?.type !== 'AlertRaised') throw new Error(`no alert was raised at ${revision} of account ${accountId}`);
    const { alertId, once, tenantId, template, facts } = raised.data;
    const { correlationId } = raised.metadata;
    // Whoever it is about may have lost their mailbox, and has a notice of their own.
    const told = await this.administrators.of(tenantId, {
      id: once ?? alertId,
      template,
      about: accountId,
      correlationId,
      causationId: raised.id,
      ...(facts && { facts }),
    });
    const carried = { type: 'CarryAlert', data: { alertId, told, now: this.clock.now().toISOString() } } as const;
    await execute(this.store, account, accountId, carried, {
      commandId: derivedId(alertId, 'carried', accountId),
      correlationId,
      causationId: raised.id,
      actor: { kind: 'system', id: 'alerts' },
    });
  }
}
