import { Injectable } from '@nestjs/common';
import type { Confirmation } from '#libs/domain/account/confirmations';
import { stepUp, stepUpLastsMs, type StepUpVerdict } from '#libs/domain/account/step-up';
import type { Method } from '#libs/domain/methods';
import { session } from '#libs/domain/session/session';
import { plus } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { OwnMethodsView } from '../methods/own-methods.js';
import { Served } from '../served.js';
import { step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import type { Authenticated } from './authenticate.js';

export interface StepUpView {
  state: StepUpVerdict['kind'];
  /** State `passed`: how long it counts. State `guarded`: when something may change again. */
  until?: string;
  /** State `required`: what may be proved; none: sign in again. */
  options: { methodId: string; method: Method; hint: string }[];
}

/** Whether a session proved who sits there with more than its password. */
@Injectable()
export class StepUps {
  constructor(
    private readonly store: EventStore,
    private readonly tenants: Tenants,
    private readonly own: OwnMethodsView,
    private readonly served: Served,
    private readonly clock: Clock,
  ) {}

  async verdict({ account, sessionId }: Authenticated): Promise<StepUpVerdict> {
    const { policy } = this.served.narrow(await this.tenants.byId(account.tenantId));
    const { state } = await load(this.store, session, sessionId);
    return stepUp(account, state, policy, this.clock.now().toISOString());
  }

  async view(who: Authenticated): Promise<StepUpView> {
    const verdict = await this.verdict(who);
    if (verdict.kind === 'guarded') return { state: 'guarded', until: verdict.until, options: [] };
    if (verdict.kind === 'passed') {
      const { steppedUp } = (await load(this.store, session, who.sessionId)).state;
      return { state: 'passed', ...(steppedUp && { until: plus(steppedUp.at, stepUpLastsMs) }), options: [] };
    }
    const hints = await this.own.hints(verdict.options);
    const options = verdict.options.map(({ methodId, method }, n) => ({ methodId, method, hint: hints[n]! }));
    return { state: 'required', options };
  }

  /** Lets a passed confirmation count for its session. */
  async stand(
    accountId: string,
    { sessionId, confirmationId, method, contact }: Confirmation,
    context: CommandContext,
  ): Promise<void> {
    const now = this.clock.now().toISOString();
    const data = { accountId, confirmationId, method, contactRef: contact.ref, now };
    await execute(this.store, session, sessionId, { type: 'PassStepUp', data }, step(context, 'step-up'));
  }
}
