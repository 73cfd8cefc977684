import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RecoveryCommand } from '#libs/domain/recovery/recovery.commands';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Recoveries } from './recoveries.js';
import { RecoveryViews, type RecoveryView } from './recovery-view.js';

type Ending = 'cancel' | 'contact-administrator';

/** The person gives up: cancels, or turns to the helpdesk. */
export class CloseRecovery extends Command<RecoveryView> {
  constructor(
    readonly recoveryId: string,
    readonly ending: Ending,
    readonly caller: Caller,
  ) {
    super();
  }
}

const commands: Record<Ending, (now: string) => RecoveryCommand> = {
  cancel: (now) => ({ type: 'CancelRecovery', data: { now } }),
  'contact-administrator': (now) => ({ type: 'ContactAdministrator', data: { now } }),
};

@CommandHandler(CloseRecovery)
export class CloseRecoveryHandler implements ICommandHandler<CloseRecovery> {
  constructor(
    private readonly recoveries: Recoveries,
    private readonly views: RecoveryViews,
    private readonly clock: Clock,
  ) {}

  execute({ recoveryId, ending, caller }: CloseRecovery): Promise<RecoveryView> {
    return this.recoveries.command(recoveryId, ending, caller, async (request) => {
      if (request.earlier) return this.views.of(request.state, caller.language);
      const { state } = await this.recoveries.execute(request, commands[ending](this.clock.now().toISOString()));
      return this.views.of(state, caller.language);
    });
  }
}
