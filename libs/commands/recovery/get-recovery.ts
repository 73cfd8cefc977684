import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { afterglowMs } from '#libs/domain/recovery/recovery';
import { isBefore, plus } from '#libs/domain/time';
import { Clock } from '#libs/runtime/clock';
import { Recoveries } from './recoveries.js';
import { RecoveryViews, type RecoveryView } from './recovery-view.js';

export class GetRecovery extends Query<RecoveryView> {
  constructor(readonly recoveryId: string) {
    super();
  }
}

@QueryHandler(GetRecovery)
export class GetRecoveryHandler implements IQueryHandler<GetRecovery> {
  constructor(
    private readonly recoveries: Recoveries,
    private readonly views: RecoveryViews,
    private readonly clock: Clock,
  ) {}

  async execute({ recoveryId }: GetRecovery): Promise<RecoveryView> {
    const state = await this.recoveries.load(recoveryId);
    const now = this.clock.now().toISOString();
    const over = state.closedAt !== null && !isBefore(now, plus(state.closedAt, afterglowMs));
    if (state.phase === 'none' || over) throw new RuleViolation('recovery-token-invalid');
    return this.views.of(state);
  }
}
