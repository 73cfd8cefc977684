import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { refuseBeyondLimit } from '#libs/domain/account/unlocking';
import { RuleViolation } from '#libs/domain/decider';
import { refuseUnproved } from '#libs/domain/recovery/recovery';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { CompleteReset } from './complete-reset.js';
import { Recoveries } from './recoveries.js';
import { RecoveryViews, type RecoveryView } from './recovery-view.js';

/** Who proved who they are keeps the password and gets the lock of signing in cleared. */
export class UnlockAccount extends Command<RecoveryView> {
  constructor(
    readonly recoveryId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(UnlockAccount)
export class UnlockAccountHandler implements ICommandHandler<UnlockAccount> {
  constructor(
    private readonly store: EventStore,
    private readonly recoveries: Recoveries,
    private readonly bus: CommandBus,
    private readonly views: RecoveryViews,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation unlock-not-allowed, gates-not-passed, unlock-limit with `retryAfterMs`, recovery-closed */
  execute({ recoveryId, caller }: UnlockAccount): Promise<RecoveryView> {
    return this.recoveries.command(recoveryId, 'unlock', caller, async (request) => {
      if (!request.earlier) {
        const now = this.clock.now().toISOString();
        await this.#mayUnlock(request.state, now);
        await this.recoveries.execute(request, { type: 'SubmitUnlock', data: { now } });
      }
      const ended = await this.bus.execute(new CompleteReset(recoveryId));
      if (ended.phase === 'open') throw new RuleViolation('unlock-limit');
      if (ended.outcome?.result === 'failed') throw new RuleViolation('recovery-closed');
      return this.views.of(ended);
    });
  }

  /** Looked at before the point of no return; the account has the last word. */
  async #mayUnlock(recovery: RecoveryState, now: string): Promise<void> {
    const { subject, limits, canUnlock } = recovery;
    if (!canUnlock) throw new RuleViolation('unlock-not-allowed');
    refuseUnproved(recovery, now);
    if (subject?.kind !== 'account' || !limits) return;
    // A directory's lock is cleared by its agent.
    if (subject.origin !== 'cloud') throw new RuleViolation('unlock-not-allowed');
    refuseBeyondLimit((await load(this.store, account, subject.accountId)).state, limits, now);
  }
}
