import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { session } from '#libs/domain/session/session';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';

/** A person ends a session of theirs, or all but the one they ask from (A3). */
export class EndSession extends Command<void> {
  constructor(
    readonly who: Authenticated,
    readonly which: string | 'all-others',
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(EndSession)
export class EndSessionHandler implements ICommandHandler<EndSession> {
  constructor(
    private readonly store: EventStore,
    private readonly contexts: Contexts,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation not-found for a session of somebody else, as for one that never was */
  async execute({ who, which, caller }: EndSession): Promise<void> {
    const { accountId, sessionId, account: owner } = who;
    const now = this.clock.now().toISOString();
    const context = await this.contexts.of({
      scope: sessionId,
      route: `me/sessions/${which}`,
      caller,
      actor: { kind: 'user', id: accountId },
      tenantId: owner.tenantId,
      correlationId: sessionId,
    });
    if (which === 'all-others') {
      const command = { type: 'EndSessions', data: { except: sessionId, now } } as const;
      await execute(this.store, account, accountId, command, context);
      return;
    }
    const { state } = await load(this.store, session, which);
    if (state.accountId !== accountId) throw new RuleViolation('not-found');
    const command = { type: 'EndSession', data: { why: 'ended-by-owner', now } } as const;
    await execute(this.store, session, which, command, context);
  }
}
