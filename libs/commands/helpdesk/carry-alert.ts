import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { Notice } from '#libs/domain/account/notices';
import type { DataOf, EventOf } from '#libs/domain/events';
import { familyOf } from '#libs/domain/methods';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { Administrators } from './administrators.js';

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
    private readonly administrators: Administrators,
    private readonly clock: Clock,
  ) {}

  async execute({ accountId, revision }: CarryAlert): Promise<void> {
    const place = { from: BigInt(revision), limit: 1 };
    const [raised] = (await this.store.readStream(`account-${accountId}`, place)) as StoredEvent<
      EventOf<'AlertRaised'>
    >[];
    if (raised?.type !== 'AlertRaised') throw new Error(`no alert was raised at ${revision} of account ${accountId}`);
    const { alertId, tenantId } = raised.data;
    // Whoever it is about may have lost their mailbox, and has a notice of their own.
    const others = (await this.administrators.of(tenantId)).filter((administrator) => administrator !== accountId);
    const now = this.clock.now().toISOString();
    const context = (name: string) => ({
      commandId: derivedId(alertId, name),
      correlationId: raised.metadata.correlationId,
      causationId: raised.id,
      actor: { kind: 'system', id: 'alerts' } as const,
    });
    for (const administrator of others) {
      const command = (state: AccountState): AccountCommand => ({
        type: 'RequestNotices',
        data: { notices: noticesOf(raised.data, state), now },
      });
      await execute(this.store, account, administrator, command, context(administrator));
    }
    const carried = { type: 'CarryAlert', data: { alertId, told: others.length, now } } as const;
    await execute(this.store, account, accountId, carried, context('carried'));
  }
}

const noticesOf = (
  { alertId, template, facts, accountId }: DataOf<'AlertRaised'>,
  { methods }: AccountState,
): Notice[] =>
  methods
    .filter(({ method }) => familyOf(method) === 'email')
    .map(({ methodId, contact }) => ({
      noticeId: derivedId(alertId, methodId),
      template,
      contact,
      about: accountId,
      ...(facts && { facts }),
    }));
