import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import type { Caller } from '../caller.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Tenants } from '../tenants/tenants.js';
import { Confirmations } from './confirmations.js';
import { OwnMethodsView, type OwnMethods } from './own-methods.js';

/** The code that came to the new address or phone, or that the new app shows. */
export class ConfirmRegistration extends Command<OwnMethods> {
  constructor(
    readonly who: Authenticated,
    readonly registrationId: string,
    readonly code: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ConfirmRegistration)
export class ConfirmRegistrationHandler implements ICommandHandler<ConfirmRegistration> {
  constructor(
    private readonly store: EventStore,
    private readonly tenants: Tenants,
    private readonly own: OwnMethodsView,
    private readonly confirmations: Confirmations,
  ) {}

  /** @throws RuleViolation challenge-failed, challenge-expired, challenge-not-current, blocked */
  async execute({ who, registrationId, code, caller }: ConfirmRegistration): Promise<OwnMethods> {
    const { policy } = await this.tenants.byId(who.account.tenantId);
    const context = await this.own.contextOf(who, `me/registrations/${registrationId}/confirm`, caller);
    const named = { purpose: 'registration', confirmationId: registrationId } as const;
    await this.confirmations.answer(who.accountId, named, code, policy, context);
    return this.own.of((await load(this.store, account, who.accountId)).state);
  }
}
