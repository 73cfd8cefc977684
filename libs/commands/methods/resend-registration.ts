import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { currentConfirmation, type Confirmation } from '#libs/domain/account/confirmations';
import { traitsOf } from '#libs/domain/methods';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Tenants } from '../tenants/tenants.js';
import { Confirmations } from './confirmations.js';
import { OwnMethodsView } from './own-methods.js';
import type { StartedRegistration } from './start-registration.js';

/** Another code to the same contact. It comes under a new id, and the code before it is dead (T9). */
export class ResendRegistration extends Command<StartedRegistration> {
  constructor(
    readonly who: Authenticated,
    readonly registrationId: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ResendRegistration)
export class ResendRegistrationHandler implements ICommandHandler<ResendRegistration> {
  constructor(
    private readonly store: EventStore,
    private readonly tenants: Tenants,
    private readonly own: OwnMethodsView,
    private readonly confirmations: Confirmations,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation challenge-not-current, challenge-expired, cool-down, blocked */
  async execute({ who, registrationId, caller }: ResendRegistration): Promise<StartedRegistration> {
    const context = await this.own.contextOf(who, `me/registrations/${registrationId}/resend`, caller);
    const { state, commands } = await load(this.store, account, who.accountId);
    const { registration } = state.confirmations;
    const repeated = commands.has(context.commandId);
    const known = registration?.confirmationId === registrationId || repeated;
    if (!registration || !known || registration.over || !traitsOf(registration.method).channel) {
      throw new RuleViolation('challenge-not-current');
    }
    if (!repeated) this.#refuseRevival(state, registration, who);
    const { policy } = await this.tenants.byId(who.account.tenantId);
    const { method, contact, registers } = registration;
    const wish = { purpose: 'registration', sessionId: who.sessionId, method, contact } as const;
    const asked = await this.confirmations.ask(
      who.accountId,
      { ...wish, ...(registers && { registers }) },
      policy,
      context,
    );
    const digits = traitsOf(method).digits;
    return {
      registrationId: asked.confirmationId,
      method,
      expiresAt: asked.expiresAt,
      ...(digits !== undefined && { digits }),
    };
  }

  /**
   * The step-up was asked for when it began, in that session: what has expired since, or died with a change of the account
   * (T14), begins anew or not at all.
   */
  #refuseRevival(state: AccountState, registration: Confirmation, { sessionId }: Authenticated): void {
    if (registration.sessionId !== sessionId) throw new RuleViolation('challenge-not-current');
    currentConfirmation(state, registration, this.clock.now().toISOString());
  }
}
