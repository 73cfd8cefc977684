import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { traitsOf, type Method } from '#libs/domain/methods';
import type { Caller } from '../caller.js';
import { Confirmations } from '../methods/confirmations.js';
import { OwnMethodsView } from '../methods/own-methods.js';
import { Tenants } from '../tenants/tenants.js';
import type { Authenticated } from './authenticate.js';
import { StepUps } from './step-ups.js';

export interface StartedStepUp {
  stepUpId: string;
  method: Method;
  expiresAt: string;
  /** Length of the code to type; none for calls. */
  digits?: number;
}

/** A signed-in person asks to prove an existing method, by a code or a call to it. */
export class StartStepUp extends Command<StartedStepUp> {
  constructor(
    readonly who: Authenticated,
    readonly methodId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(StartStepUp)
export class StartStepUpHandler implements ICommandHandler<StartStepUp> {
  constructor(
    private readonly tenants: Tenants,
    private readonly own: OwnMethodsView,
    private readonly stepUps: StepUps,
    private readonly confirmations: Confirmations,
  ) {}

  /** @throws RuleViolation method-not-available, method-change-guarded, cool-down, blocked */
  async execute({ who, methodId, caller }: StartStepUp): Promise<StartedStepUp> {
    const { accountId, sessionId, account } = who;
    const verdict = await this.stepUps.verdict(who);
    if (verdict.kind === 'guarded') throw new RuleViolation('method-change-guarded', { until: verdict.until });
    const offered = verdict.kind === 'required' ? verdict.options : [];
    const chosen = offered.find((one) => one.methodId === methodId);
    if (!chosen) throw new RuleViolation('method-not-available');
    const { method, contact } = chosen;
    const { policy } = await this.tenants.byId(account.tenantId);
    const context = await this.own.contextOf(who, 'me/step-up', caller);
    const wish = { purpose: 'step-up', sessionId, method, contact } as const;
    const asked = await this.confirmations.ask(accountId, wish, policy, context);
    const { digits } = traitsOf(method);
    return {
      stepUpId: asked.confirmationId,
      method,
      expiresAt: asked.expiresAt,
      ...(digits !== undefined && { digits }),
    };
  }
}
