import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { OwnMethodsView, type OwnMethods } from './own-methods.js';

/** What somebody says to the question put after sign-in: that all is still right, or that it can wait. */
export class AnswerRegistrationInterrupt extends Command<OwnMethods> {
  constructor(
    readonly who: Authenticated,
    readonly answer: 'confirm' | 'skip',
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(AnswerRegistrationInterrupt)
export class AnswerRegistrationInterruptHandler implements ICommandHandler<AnswerRegistrationInterrupt> {
  constructor(
    private readonly store: EventStore,
    private readonly own: OwnMethodsView,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation registration-required where the policy lets nobody put it off */
  async execute({ who, answer, caller }: AnswerRegistrationInterrupt): Promise<OwnMethods> {
    const context = await this.own.contextOf(who, `me/methods/${answer}`, caller);
    const { due, skippable } = await this.own.of(who.account);
    if (answer === 'skip' && due !== undefined && !skippable) throw new RuleViolation('registration-required');
    const type = answer === 'skip' ? 'SkipRegistration' : 'ConfirmMethods';
    const now = this.clock.now().toISOString();
    const { state } = await execute(this.store, account, who.accountId, { type, data: { now } }, context);
    return this.own.of(state);
  }
}
