import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isMailAddress } from '#libs/channels/email/mail-address';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { known } from '#libs/domain/tenant/groups';
import { EventStore } from '#libs/eventstore/event-store';
import { bodiesDiffer, load } from '#libs/eventstore/execute';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId, step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { CreateAccount, CreateAccountHandler, type NewAccount } from './create-account.js';
import { viewOf, type UserView } from './user-view.js';

/** An administrator brings somebody in. They have no password yet: they set one by a recovery, or with a pass. */
export class CreateUser extends Command<UserView> {
  constructor(
    readonly wish: Omit<NewAccount, 'tenantId' | 'password' | 'by'>,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(CreateUser)
export class CreateUserHandler implements ICommandHandler<CreateUser> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly tenants: Tenants,
    private readonly contexts: Contexts,
    private readonly accounts: CreateAccountHandler,
  ) {}

  /** @throws RuleViolation invalid-request, group-unknown, username-taken, idempotency-key-reused */
  async execute({ wish, who, caller }: CreateUser): Promise<UserView> {
    const { tenantId } = who.account;
    const tenant = await this.tenants.fresh(tenantId);
    for (const group of wish.groups) known(group, tenant);
    const name = canonicalUsername(wish.username);
    const isOurs = (address: string): boolean => tenant.domains.some((domain) => address.endsWith(`@${domain}`));
    if (!isOurs(name) || !/^[^\s@]+@[^\s@]+$/.test(name))
      throw new RuleViolation('invalid-request', { field: 'username' });
    for (const { method, contact } of wish.contacts) {
      // Mail to a mailbox that is locked with its owner helps nobody.
      const lawful = method === 'email' ? isMailAddress(contact) && !isOurs(contact.toLowerCase()) : isPhone(contact);
      if (!lawful) throw new RuleViolation('invalid-request', { field: 'contacts' });
    }
    const context = await this.contexts.ofAdministrator(who, 'tenant/users', caller);
    const { commandId, actor, bodyMac, clientRef } = context;
    // Before a name is reserved: another body under the same key must leave nothing behind.
    const { commands } = await load(this.store, account, derivedId(commandId, 'account'));
    const earlier = commands.get(step(context, 'create').commandId);
    if (earlier && bodiesDiffer(earlier.bodyMac, context)) throw new RuleViolation('idempotency-key-reused');
    const request = { ...(bodyMac && { bodyMac }), ...(clientRef && { clientRef }) };
    const creating = new CreateAccount({ ...wish, tenantId, by: 'administrator' }, actor, commandId, request);
    const { state } = await load(this.store, account, await this.accounts.execute(creating));
    return viewOf(this.vault, state);
  }
}

/** `+CC number`, as numbers are registered. */
const isPhone = (number: string): boolean => /^\+\d[\d ]{6,20}$/.test(number);
