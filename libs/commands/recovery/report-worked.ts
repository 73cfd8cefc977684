import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Recoveries } from './recoveries.js';
import { RecoveryViews, type RecoveryView } from './recovery-view.js';

/** The answer to "did it work?" on the last page. */
export class ReportWorked extends Command<RecoveryView> {
  constructor(
    readonly recoveryId: string,
    readonly worked: boolean,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ReportWorked)
export class ReportWorkedHandler implements ICommandHandler<ReportWorked> {
  constructor(
    private readonly recoveries: Recoveries,
    private readonly views: RecoveryViews,
    private readonly clock: Clock,
  ) {}

  execute({ recoveryId, worked, caller }: ReportWorked): Promise<RecoveryView> {
    return this.recoveries.command(recoveryId, 'worked', caller, async (request) => {
      const now = this.clock.now().toISOString();
      const { state } = await this.recoveries.execute(request, { type: 'ReportWorked', data: { worked, now } });
      return this.views.of(state, caller.language);
    });
  }
}
