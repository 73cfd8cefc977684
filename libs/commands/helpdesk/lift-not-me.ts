import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Assistants } from './assistants.js';

/** An administrator is satisfied that the account is its owner's again. The disputed password stays void. */
export class LiftNotMe extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(LiftNotMe)
export class LiftNotMeHandler implements ICommandHandler<LiftNotMe> {
  constructor(private readonly assistants: Assistants) {}

  /** @throws RuleViolation not-found, not-allowed */
  async execute({ accountId, who, caller }: LiftNotMe): Promise<void> {
    const request = await this.assistants.request(who, accountId, 'lift-not-me', caller);
    const { member } = request;
    await this.assistants.execute(request, { type: 'LiftNotMe', data: { member, now: this.assistants.now() } });
  }
}
