import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { StepUps } from '#libs/commands/sessions/step-ups';
import { RuleViolation } from '#libs/domain/decider';
import { signedIn } from './session.guard.js';

/**
 * F13: lets in whoever may change how the account's owner is recognised: see `stepUp`. Stands after `SessionGuard`:
 * `@UseGuards(SessionGuard, StepUpGuard)`.
 */
@Injectable()
export class StepUpGuard implements CanActivate {
  constructor(private readonly stepUps: StepUps) {}

  /** @throws RuleViolation step-up-required, method-change-guarded */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const verdict = await this.stepUps.verdict(signedIn(context));
    if (verdict.kind === 'guarded') throw new RuleViolation('method-change-guarded', { until: verdict.until });
    if (verdict.kind === 'required') throw new RuleViolation('step-up-required');
    return true;
  }
}
