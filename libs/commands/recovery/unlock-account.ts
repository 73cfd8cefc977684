import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { refuseAmidDoubleReset } from '#libs/domain/account/writebacks';
import { refuseBeyondLimit } from '#libs/domain/account/unlocking';
import { RuleViolation } from '#libs/domain/decider';
import { refuseUnproved } from '#libs/domain/recovery/recovery';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { CompleteReset } from './complete-reset.js';
import { NewCredentials } from './new-credentials.js';
import { Recoveries } from './recoveries.js';
import { RecoveryViews, type RecoveryView } from './recovery-view.js';

/** Who proved who they are keeps the password and gets the lock cleared: ours of signing in, or their directory's. */
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
    private readonly credentials: NewCredentials,
    private readonly bus: CommandBus,
    private readonly views: RecoveryViews,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws RuleViolation unlock-not-allowed, gates-not-passed, unlock-limit with `retryAfterMs`, unavailable while a reset of
   *   several writes is under way, recovery-closed
   */
  execute({ recoveryId, caller }: UnlockAccount): Promise<RecoveryView> {
    return this.recoveries.command(recoveryId, 'unlock', caller, async (request) => {
      if (!request.earlier) {
        const now = this.clock.now().toISOString();
        await this.#mayUnlock(request.state, now);
        const writeback = await this.credentials.prepareUnlock(request.state, request.context);
        const submitted = { ...(writeback && { writeback }), now };
        await this.recoveries.execute(request, { type: 'SubmitUnlock', data: submitted });
      }
      const ended = await this.bus.execute(new CompleteReset(recoveryId));
      if (ended.phase === 'open') throw new RuleViolation('unlock-limit');
      if (ended.outcome?.result === 'failed') throw new RuleViolation('recovery-closed');
      return this.views.of(ended, caller.language);
    });
  }

  /** Looked at before the point of no return; the account has the last word. */
  async #mayUnlock(recovery: RecoveryState, now: string): Promise<void> {
    const { subject, limits, canUnlock } = recovery;
    if (!canUnlock) throw new RuleViolation('unlock-not-allowed');
    refuseUnproved(recovery, now);
    if (subject?.kind !== 'account' || !limits) return;
    const { state } = await load(this.store, account, subject.accountId);
    refuseAmidDoubleReset(state);
    refuseBeyondLimit(state, limits, now);
  }
}
