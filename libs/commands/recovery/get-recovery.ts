import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Language } from '#libs/domain/account/lifecycle';
import { Recoveries } from './recoveries.js';
import { RecoveryViews, type RecoveryView } from './recovery-view.js';

export class GetRecovery extends Query<RecoveryView> {
  constructor(
    readonly recoveryId: string,
    readonly language: Language,
  ) {
    super();
  }
}

@QueryHandler(GetRecovery)
export class GetRecoveryHandler implements IQueryHandler<GetRecovery> {
  constructor(
    private readonly recoveries: Recoveries,
    private readonly views: RecoveryViews,
  ) {}

  async execute({ recoveryId, language }: GetRecovery): Promise<RecoveryView> {
    return this.views.of(await this.recoveries.opened(recoveryId), language);
  }
}
