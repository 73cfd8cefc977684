import { Injectable } from '@nestjs/common';
import type { AccountState } from '#libs/domain/account/account.state';
import { mostDevices } from '#libs/domain/account/devices';
import type { RegisteredMethod } from '#libs/domain/account/registered-methods';
import {
  missingFamilies,
  needsApp,
  registrationDue,
  type RegistrationDue,
} from '#libs/domain/account/registration-due';
import { sharing } from '#libs/domain/account/registrations';
import { RuleViolation } from '#libs/domain/decider';
import { maskEmail, maskPhone } from '#libs/domain/masking';
import { familyOf, servedMethods, type Method } from '#libs/domain/methods';
import type { TenantState } from '#libs/domain/tenant/tenant';
import type { CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { Served } from '../served.js';
import { Tenants } from '../tenants/tenants.js';

export interface OwnMethod {
  methodId: string;
  method: Method;
  /** The method whose contact it shares, itself included: a mobile phone is two methods. */
  group: string;
  hint: string;
  by: RegisteredMethod['by'];
  registeredAt: string;
  /** A changed contact: from then on it may recover. */
  recoversFrom?: string;
  /** mails to it come back */
  bouncing?: true;
}

export type RegistrationProgress = 'waiting' | 'confirmed' | 'denied' | 'expired';

/** What a signed-in person sees of their security information. */
export interface OwnMethods {
  methods: OwnMethod[];
  /** What may be registered now. */
  registrable: Method[];
  /** Kinds of methods still needed before the account could be recovered. */
  missing: number;
  /** An authenticator app is missing that the person's role needs to sign in. */
  needsApp: boolean;
  /** One way back in is easily lost: a second one is advised. */
  advice?: 'register-another';
  due?: RegistrationDue;
  skippable: boolean;
}

/** A signed-in person's methods, and the context of commands about them. */
@Injectable()
export class OwnMethodsView {
  constructor(
    private readonly vault: Vault,
    private readonly tenants: Tenants,
    private readonly served: Served,
    private readonly contexts: Contexts,
    private readonly clock: Clock,
  ) {}

  async of(account: AccountState): Promise<OwnMethods> {
    const tenant = this.served.narrow(await this.tenants.byId(account.tenantId));
    const now = this.clock.now().toISOString();
    const due = registrationDue(account, tenant.policy, now);
    const hints = await this.hints(account.methods);
    const methods = account.methods.map((one, n): OwnMethod => ({
      methodId: one.methodId,
      method: one.method,
      group: sharing(account, one.methodId)[0]?.methodId ?? one.methodId,
      hint: hints[n]!,
      by: one.by,
      registeredAt: one.at,
      ...(account.bouncing[one.contact.ref] && { bouncing: true as const }),
      ...(one.recoversFrom && one.recoversFrom > now && { recoversFrom: one.recoversFrom }),
    }));
    const contacts = new Set(account.methods.map(({ contact }) => contact.ref));
    return {
      methods,
      registrable: [
        ...registrable(account, tenant),
        ...(mayPair(account, tenant) ? (['app-notification'] as const) : []),
      ],
      missing: missingFamilies(account, tenant.policy),
      needsApp: needsApp(account),
      ...(contacts.size < 2 && { advice: 'register-another' }),
      ...(due && { due }),
      skippable: due !== undefined && tenant.policy.registration.skippable && !needsApp(account),
    };
  }

  registration(
    { confirmations: { registration } }: AccountState,
    registrationId: string,
  ): { state: RegistrationProgress } {
    if (registration?.confirmationId !== registrationId) throw new RuleViolation('not-found');
    if (registration.over) return { state: registration.over === 'passed' ? 'confirmed' : 'denied' };
    return { state: registration.expiresAt > this.clock.now().toISOString() ? 'waiting' : 'expired' };
  }

  /** Their own contacts masked all the same: others may look at the screen. */
  async hints(methods: readonly RegisteredMethod[]): Promise<string[]> {
    const shown = methods.map(({ method }) => ['email', 'phone'].includes(familyOf(method)));
    const wanted = methods
      .filter((_, n) => shown[n])
      .map(({ contact }) => ({ ref: contact, place: 'account/contact' }));
    const contacts = (await this.vault.readAll(wanted)).map((contact) => contact?.toString() ?? '');
    return methods.map(({ method }, n) => {
      if (!shown[n]) return '';
      const contact = contacts.shift() ?? '';
      return familyOf(method) === 'email' ? maskEmail(contact, false) : maskPhone(contact, false);
    });
  }

  async contextOf(who: Authenticated, route: string, caller: Caller): Promise<CommandContext> {
    const { sessionId, accountId, account } = who;
    const { policyVersion } = await this.tenants.byId(account.tenantId);
    const actor = { kind: 'user', id: accountId } as const;
    const { tenantId } = account;
    return this.contexts.of({
      scope: sessionId,
      route,
      caller,
      actor,
      tenantId,
      policyVersion,
      correlationId: sessionId,
    });
  }
}

/** A method may be registered where the policy allows it, this release carries it, and its number is not reached. */
export function registrable(account: AccountState, { policy }: Pick<TenantState, 'policy'>): Method[] {
  return policy.methods.filter((method) => {
    if (!servedMethods.includes(method) || method === 'app-notification') return false;
    if (method === 'office-call' && !policy.registration.officePhoneByUser) return false;
    if (method === 'security-questions' && account.roles.length > 0) return false;
    return account.methods.filter((one) => one.method === method).length < most(method);
  });
}

/** A device is paired and not registered: it makes its own key. */
const mayPair = ({ methods }: AccountState, { policy }: TenantState): boolean =>
  policy.methods.includes('app-notification') &&
  methods.filter(({ method }) => method === 'app-notification').length < mostDevices;

/** As many of a kind as somebody may have: five apps, as elsewhere; one set of questions. */
const most = (method: Method): number => (method === 'security-questions' ? 1 : 5);
