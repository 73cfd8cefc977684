import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isPushService, type PushSubscription } from '#libs/channels/push/push-services';
import { account, type AccountCommand } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import type { AuthenticatedDevice } from './authenticate-device.js';

/** Browsers change where they take messages now and then; null: nowhere any more. */
export class SubscribePush extends Command<void> {
  constructor(
    readonly by: AuthenticatedDevice,
    readonly subscription: PushSubscription | null,
  ) {
    super();
  }
}

@CommandHandler(SubscribePush)
export class SubscribePushHandler implements ICommandHandler<SubscribePush> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation push-service-unknown */
  async execute({ by, subscription }: SubscribePush): Promise<void> {
    const { accountId, device } = by;
    const { deviceId } = device;
    if (subscription && !isPushService(subscription.endpoint)) throw new RuleViolation('push-service-unknown');
    const command = subscription ? await this.#subscribe(by, subscription) : this.#unsubscribe(by);
    if (!command) return;
    const actor = { kind: 'device', id: deviceId } as const;
    const context = { commandId: randomUUID(), correlationId: deviceId, actor };
    await execute(this.store, account, accountId, command, context);
  }

  /** Nothing where the device named the same before. */
  async #subscribe({ accountId: owner, device }: AuthenticatedDevice, subscription: PushSubscription) {
    const value = JSON.stringify(subscription);
    const present = device.push && (await this.vault.read(device.push, 'account/device-push'));
    if (present?.toString() === value) return undefined;
    const push = await this.vault.seal({ owner, place: 'account/device-push', value });
    const now = this.clock.now().toISOString();
    return { type: 'SubscribePush', data: { deviceId: device.deviceId, push, now } } satisfies AccountCommand;
  }

  #unsubscribe({ device: { deviceId, push } }: AuthenticatedDevice): AccountCommand | undefined {
    const now = this.clock.now().toISOString();
    return push ? { type: 'UnsubscribePush', data: { deviceId, push, why: 'by-device', now } } : undefined;
  }
}
