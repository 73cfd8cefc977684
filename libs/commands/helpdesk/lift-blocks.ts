import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Assistants } from './assistants.js';

/** Whoever failed too often may try again, at signing in as well. */
export class LiftBlocksInCase extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly caseId: string,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(LiftBlocksInCase)
export class LiftBlocksInCaseHandler implements ICommandHandler<LiftBlocksInCase> {
  constructor(private readonly assistants: Assistants) {}

  /** @throws RuleViolation caller-not-verified, case-not-open, not-found, not-allowed */
  async execute({ accountId, caseId, who, caller }: LiftBlocksInCase): Promise<void> {
    const request = await this.assistants.request(who, accountId, `${caseId}/lift-blocks`, caller, caseId);
    const data = { member: request.member, caseId, now: this.assistants.now() };
    await this.assistants.execute(request, { type: 'LiftBlocksInCase', data });
  }
}
