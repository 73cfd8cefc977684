import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Assistants } from './assistants.js';

/** An administrator has somebody choose a new password at their next sign-in; the present one opens nothing else. */
export class RequirePasswordChange extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(RequirePasswordChange)
export class RequirePasswordChangeHandler implements ICommandHandler<RequirePasswordChange> {
  constructor(private readonly assistants: Assistants) {}

  /** @throws RuleViolation not-found, not-allowed, password-on-premises */
  async execute({ accountId, who, caller }: RequirePasswordChange): Promise<void> {
    const request = await this.assistants.request(who, accountId, 'require-password-change', caller);
    const { member } = request;
    const now = this.assistants.now();
    await this.assistants.execute(request, { type: 'RequirePasswordChange', data: { member, now } });
  }
}
