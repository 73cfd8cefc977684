import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { changeNotices } from '../methods/change-notices.js';
import { derivedId } from '../steps.js';

/** Takes a device off its account: its key answers nothing any more. */
export class RemoveDevice extends Command<void> {
  /** @param by its owner, or the device itself */
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly by: 'user' | 'device',
  ) {
    super();
  }
}

@CommandHandler(RemoveDevice)
export class RemoveDeviceHandler implements ICommandHandler<RemoveDevice> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ accountId, deviceId, by }: RemoveDevice): Promise<void> {
    const context: CommandContext = {
      commandId: derivedId(deviceId, 'remove'),
      correlationId: deviceId,
      actor: by === 'user' ? { kind: 'user', id: accountId } : { kind: 'device', id: deviceId },
    };
    const now = this.clock.now().toISOString();
    const remove = (state: AccountState): AccountCommand => ({
      type: 'RemoveDevice',
      data: { deviceId, notices: changeNotices(state, { removes: deviceId }, context.commandId), now },
    });
    await execute(this.store, account, accountId, remove, context);
  }
}
