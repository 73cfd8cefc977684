import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import type { Caller } from '../caller.js';
import { Confirmations } from '../methods/confirmations.js';
import { OwnMethodsView } from '../methods/own-methods.js';
import { Tenants } from '../tenants/tenants.js';
import type { Authenticated } from './authenticate.js';
import { StepUps, type StepUpView } from './step-ups.js';

/** The code that was sent, or that the app shows: passed, it counts for this session and some minutes. */
export class AnswerStepUp extends Command<StepUpView> {
  constructor(
    readonly who: Authenticated,
    readonly stepUpId: string,
    readonly code: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(AnswerStepUp)
export class AnswerStepUpHandler implements ICommandHandler<AnswerStepUp> {
  constructor(
    private readonly tenants: Tenants,
    private readonly own: OwnMethodsView,
    private readonly stepUps: StepUps,
    private readonly confirmations: Confirmations,
  ) {}

  /** @throws RuleViolation challenge-failed, challenge-expired, challenge-not-current, blocked */
  async execute({ who, stepUpId, code, caller }: AnswerStepUp): Promise<StepUpView> {
    const { accountId, account, sessionId } = who;
    const { policy } = await this.tenants.byId(account.tenantId);
    const context = await this.own.contextOf(who, `me/step-up/${stepUpId}`, caller);
    const named = { purpose: 'step-up', confirmationId: stepUpId } as const;
    // Bound to the session that asked (T11): a code asked for in another one serves nobody here.
    const asked = account.confirmations['step-up'];
    if (asked?.confirmationId === stepUpId && asked.sessionId !== sessionId) {
      throw new RuleViolation('challenge-not-current');
    }
    const passed = await this.confirmations.answer(accountId, named, code, policy, context);
    await this.stepUps.stand(accountId, passed, context);
    return this.stepUps.view(who);
  }
}
