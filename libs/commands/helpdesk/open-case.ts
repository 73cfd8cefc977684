import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Caller } from '../caller.js';
import { caseNumberOf } from '../not-me/notices-disputed.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId } from '../steps.js';
import { Assistants } from './assistants.js';

export interface OpenedCase {
  caseId: string;
  caseNumber: string;
}

/** A member begins to help somebody who called. */
export class OpenCase extends Command<OpenedCase> {
  constructor(
    readonly accountId: string,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(OpenCase)
export class OpenCaseHandler implements ICommandHandler<OpenCase> {
  constructor(private readonly assistants: Assistants) {}

  /** @throws RuleViolation not-found, not-allowed */
  async execute({ accountId, who, caller }: OpenCase): Promise<OpenedCase> {
    const request = await this.assistants.request(who, accountId, 'cases', caller);
    const caseId = derivedId(request.context.commandId, 'case');
    const data = { member: request.member, caseId, now: this.assistants.now() };
    const inCase = { ...request, context: { ...request.context, correlationId: caseId } };
    await this.assistants.execute(inCase, { type: 'OpenCase', data });
    return { caseId, caseNumber: caseNumberOf(caseId) };
  }
}
