import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import { derivedId } from '../steps.js';
import { CorrectOutcome, CorrectOutcomeHandler } from './correct-outcome.js';
import { NoticesDisputed, type NotMeView } from './notices-disputed.js';

/** "This was not me": whoever holds a link that was mailed disowns what the notice told of. */
export class ReportNotMe extends Command<NotMeView> {
  constructor(
    readonly token: string | undefined,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ReportNotMe)
export class ReportNotMeHandler implements ICommandHandler<ReportNotMe> {
  constructor(
    private readonly store: EventStore,
    private readonly notices: NoticesDisputed,
    private readonly contexts: Contexts,
    private readonly corrections: CorrectOutcomeHandler,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation not-me-invalid, not-me-used, idempotency-key-reused */
  async execute({ token, caller }: ReportNotMe): Promise<NotMeView> {
    const { notice } = await this.notices.of(token);
    const { accountId, tenantId, noticeId, notMe, recoveryId } = notice;
    const actor = { kind: 'anonymous' } as const;
    const request = { scope: noticeId, route: 'not-me', caller, actor, tenantId };
    const context = await this.contexts.of({ ...request, ...(recoveryId && { correlationId: recoveryId }) });
    const command: AccountCommand = {
      type: 'ReportNotMe',
      data: {
        caseId: derivedId(context.commandId, 'case'),
        alertId: derivedId(context.commandId, 'alert'),
        noticeId,
        notMe,
        ...(recoveryId && { recoveryId }),
        noticedAt: notice.at,
        now: this.clock.now().toISOString(),
      },
    };
    const { state } = await execute(this.store, account, accountId, command, context);
    if (recoveryId) await this.corrections.execute(new CorrectOutcome(recoveryId));
    return this.notices.view(notice, state);
  }
}
