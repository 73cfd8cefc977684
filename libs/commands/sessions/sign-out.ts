import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { session } from '#libs/domain/session/session';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';

export class SignOut extends Command<void> {
  constructor(
    readonly sessionId: string,
    readonly accountId: string,
  ) {
    super();
  }
}

@CommandHandler(SignOut)
export class SignOutHandler implements ICommandHandler<SignOut> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ sessionId, accountId }: SignOut): Promise<void> {
    const command = { type: 'EndSession', data: { why: 'signed-out', now: this.clock.now().toISOString() } } as const;
    await execute(this.store, session, sessionId, command, {
      commandId: derivedId(sessionId, 'sign-out'),
      correlationId: sessionId,
      actor: { kind: 'user', id: accountId },
    });
  }
}
