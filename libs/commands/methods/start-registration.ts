import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AccountState } from '#libs/domain/account/account.state';
import { RuleViolation } from '#libs/domain/decider';
import { familyOf, type Method } from '#libs/domain/methods';
import type { TenantState } from '#libs/domain/tenant/tenant';
import type { VaultRef } from '#libs/domain/vault-ref';
import { Vault } from '#libs/vault/vault';
import { appUriOf, newAppSeed } from '../accounts/app-codes.js';
import type { Caller } from '../caller.js';
import { sameText } from '../same-text.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId } from '../steps.js';
import { Served } from '../served.js';
import { Tenants } from '../tenants/tenants.js';
import { Confirmations } from './confirmations.js';
import { fitContact } from './contact-rules.js';
import { OwnMethodsView, registrable } from './own-methods.js';

export interface StartedRegistration {
  registrationId: string;
  method: Method;
  expiresAt: string;
  /** Length of the code to type; none for calls. */
  digits?: number;
  /** Method `app-code`: what the app scans, and the same to type. */
  uri?: string;
  secret?: string;
}

/** A signed-in person names an address, a number or an app; it becomes a method once it is confirmed. */
export class StartRegistration extends Command<StartedRegistration> {
  constructor(
    readonly who: Authenticated,
    readonly wish: { method: Method; contact?: string; replaces?: string },
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(StartRegistration)
export class StartRegistrationHandler implements ICommandHandler<StartRegistration> {
  constructor(
    private readonly vault: Vault,
    private readonly tenants: Tenants,
    private readonly served: Served,
    private readonly own: OwnMethodsView,
    private readonly confirmations: Confirmations,
  ) {}

  /** @throws RuleViolation method-not-available, contact-unfit, contact-registered, cool-down, blocked */
  async execute({ who, wish, caller }: StartRegistration): Promise<StartedRegistration> {
    const { accountId, sessionId, account } = who;
    const tenant = this.served.narrow(await this.tenants.byId(account.tenantId));
    refuseUnavailable(account, tenant, wish);
    const context = await this.own.contextOf(who, 'me/methods', caller);
    const contact = await this.#sealed(account, tenant, wish);
    const methods = this.#methods(wish.method, account, tenant).map((method) => ({
      methodId: derivedId(context.commandId, method),
      method,
    }));
    const registers = { methods, ...(wish.replaces !== undefined && { replaces: wish.replaces }) };
    const asked = { purpose: 'registration', sessionId, method: wish.method, contact, registers } as const;
    const { confirmationId, expiresAt, ...stored } = await this.confirmations.ask(
      accountId,
      asked,
      tenant.policy,
      context,
    );
    return {
      registrationId: confirmationId,
      method: wish.method,
      expiresAt,
      ...digitsOf(wish.method),
      ...(wish.method === 'app-code' && (await this.#appOf(account, tenant, stored.contact))),
    };
  }

  async #sealed(
    account: AccountState,
    tenant: TenantState,
    { method, contact, replaces }: StartRegistration['wish'],
  ): Promise<VaultRef> {
    const owner = account.accountId!;
    if (method === 'app-code') return this.vault.seal({ owner, place: 'account/contact', value: newAppSeed() });
    if (contact === undefined) throw new RuleViolation('invalid-request', { field: 'contact' });
    const value = fitContact(method, contact, tenant);
    await this.#refuseKnown(account, method, value, replaces);
    return this.vault.seal({ owner, place: 'account/contact', value });
  }

  /** F3: the same address twice would be no second way in. */
  async #refuseKnown(account: AccountState, method: Method, value: string, replaces?: string): Promise<void> {
    const family = familyOf(method);
    const alike = account.methods.filter((one) => familyOf(one.method) === family && one.methodId !== replaces);
    const known = await this.vault.readAll(alike.map(({ contact }) => ({ ref: contact, place: 'account/contact' })));
    const plain = (text: string): string => text.toLowerCase().replace(/\s/g, '');
    if (known.some((one) => one && sameText(plain(one.toString()), plain(value)))) {
      throw new RuleViolation('contact-registered');
    }
  }

  /** A mobile phone proves by message and by call, whichever of the two confirmed it. */
  #methods(method: Method, account: AccountState, tenant: TenantState): Method[] {
    if (method !== 'sms' && method !== 'mobile-call') return [method];
    const allowed = registrable(account, tenant);
    return (['sms', 'mobile-call'] as const).filter((one) => one === method || allowed.includes(one));
  }

  async #appOf(account: AccountState, { organisation }: TenantState, contact: VaultRef) {
    const [seed, username] = await this.vault.readAll([
      { ref: contact, place: 'account/contact' },
      ...(account.username ? [{ ref: account.username, place: 'account/username' }] : []),
    ]);
    const secret = seed?.toString() ?? '';
    return { secret, uri: appUriOf(secret, username?.toString() ?? '', organisation) };
  }
}

function refuseUnavailable(account: AccountState, tenant: TenantState, wish: StartRegistration['wish']): void {
  const { method, replaces } = wish;
  if (method === 'security-questions') throw new RuleViolation('method-not-available', { method });
  const old = replaces === undefined ? undefined : account.methods.find(({ methodId }) => methodId === replaces);
  if (replaces !== undefined && (!old || familyOf(old.method) !== familyOf(method))) {
    throw new RuleViolation('not-found');
  }
  // A replacement leaves as many as there were.
  const rest = { ...account, methods: account.methods.filter((one) => one !== old) };
  if (!registrable(rest, tenant).includes(method)) throw new RuleViolation('method-not-available', { method });
}

const digitsOf = (method: Method): { digits?: number } =>
  method === 'email' ? { digits: 8 } : method === 'sms' || method === 'app-code' ? { digits: 6 } : {};
