import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import type { ConfirmationPurpose } from '#libs/domain/account/confirmations';
import { RuleViolation } from '#libs/domain/decider';
import { traitsOf } from '#libs/domain/methods';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import type { Actor } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';
import { StepUps } from '../sessions/step-ups.js';
import { derivedId } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { Confirmations } from './confirmations.js';

/** `too-late`: it was over, superseded or expired before this answer came. */
export type ElsewhereConfirmation = 'confirmed' | 'denied' | 'too-late';

/**
 * A key pressed in the call that asked for it: # confirms, * denies. Holds for step-ups by call as well, which are asked
 * for alike; the same answer delivered twice changes nothing.
 */
export class ConfirmRegistrationElsewhere extends Command<ElsewhereConfirmation> {
  /** @param registrationId the `subjectId` of the notice's code @param actor the provider that reports it */
  constructor(
    readonly accountId: string,
    readonly registrationId: string,
    readonly answer: 'approved' | 'denied',
    readonly actor: Actor,
  ) {
    super();
  }
}

@CommandHandler(ConfirmRegistrationElsewhere)
export class ConfirmRegistrationElsewhereHandler implements ICommandHandler<ConfirmRegistrationElsewhere> {
  constructor(
    private readonly store: EventStore,
    private readonly tenants: Tenants,
    private readonly confirmations: Confirmations,
    private readonly stepUps: StepUps,
    private readonly clock: Clock,
  ) {}

  async execute(command: ConfirmRegistrationElsewhere): Promise<ElsewhereConfirmation> {
    const { accountId, registrationId: confirmationId, answer, actor } = command;
    const { state } = await load(this.store, account, accountId);
    const confirmation = Object.values(state.confirmations).find((one) => one.confirmationId === confirmationId);
    if (confirmation === undefined || traitsOf(confirmation.method).channel !== 'voice') return 'too-late';
    const { purpose, sessionId } = confirmation;
    const context = { commandId: derivedId(confirmationId, 'answer'), correlationId: sessionId, actor };
    try {
      if (answer === 'denied') return await this.#deny(accountId, { purpose, confirmationId }, context);
      const { policy } = await this.tenants.byId(state.tenantId);
      const now = this.clock.now().toISOString();
      const { events } = await this.confirmations.pass(accountId, { purpose, confirmationId, now }, policy, context);
      if (!events.some(({ type }) => type === 'ConfirmationPassed')) return 'denied';
      if (purpose === 'step-up') await this.stepUps.stand(accountId, confirmation, context);
      return 'confirmed';
    } catch (error) {
      if (error instanceof RuleViolation) return 'too-late';
      throw error;
    }
  }

  async #deny(
    accountId: string,
    named: { purpose: ConfirmationPurpose; confirmationId: string },
    context: CommandContext,
  ): Promise<ElsewhereConfirmation> {
    const data = { ...named, now: this.clock.now().toISOString() };
    const { events } = await execute(this.store, account, accountId, { type: 'DenyConfirmation', data }, context);
    return events.some(({ type }) => type === 'ConfirmationDenied') ? 'denied' : 'confirmed';
  }
}
