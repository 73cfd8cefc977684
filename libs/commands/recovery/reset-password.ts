import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { refuseUnproved } from '#libs/domain/recovery/recovery';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { Clock } from '#libs/runtime/clock';
import { PasswordChecks } from '../accounts/password-checks.js';
import type { Caller } from '../caller.js';
import { CompleteReset } from './complete-reset.js';
import { NewCredentials } from './new-credentials.js';
import { Recoveries } from './recoveries.js';
import { RecoveryViews, type RecoveryView } from './recovery-view.js';

export class ResetPassword extends Command<RecoveryView> {
  constructor(
    readonly recoveryId: string,
    readonly newPassword: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ResetPassword)
export class ResetPasswordHandler implements ICommandHandler<ResetPassword> {
  constructor(
    private readonly recoveries: Recoveries,
    private readonly checks: PasswordChecks,
    private readonly credentials: NewCredentials,
    private readonly bus: CommandBus,
    private readonly views: RecoveryViews,
    private readonly clock: Clock,
  ) {}

  execute({ recoveryId, newPassword, caller }: ResetPassword): Promise<RecoveryView> {
    return this.recoveries.command(recoveryId, 'password', caller, async (request) => {
      const { context, earlier, state } = request;
      if (!earlier) {
        const accountId = mayChoose(state, this.clock.now().toISOString());
        await this.checks.pass(accountId, newPassword, 'reset');
        const prepared = await this.credentials.prepare(state, newPassword, context);
        const now = this.clock.now().toISOString();
        await this.recoveries.execute(request, { type: 'SubmitPassword', data: { ...prepared, now } });
      }
      const ended = await this.bus.execute(new CompleteReset(recoveryId));
      // Another reset or an administrator was faster: the password was not set.
      if (ended.outcome?.result === 'failed') throw new RuleViolation('recovery-closed');
      return this.views.of(ended, caller.language);
    });
  }
}

/** @returns whose password may be set. @throws RuleViolation when none may, before anything is hashed */
function mayChoose(state: RecoveryState, now: string): string {
  refuseUnproved(state, now);
  if (state.subject?.kind !== 'account') throw new RuleViolation('gates-not-passed');
  return state.subject.accountId;
}
