import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { openDispute } from '#libs/domain/account/disputes';
import { RuleViolation } from '#libs/domain/decider';
import type { Method } from '#libs/domain/methods';
import type { Policy } from '#libs/domain/tenant/policy';
import type { TenantState } from '#libs/domain/tenant/tenant';
import { hours, isBefore, plus, type Instant } from '#libs/domain/time';
import type { DirectoryUser } from '#libs/directory/directory-user';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { changeNotices, type MethodChange } from '../methods/change-notices.js';
import { fitContact } from '../methods/contact-rules.js';
import { derivedId, step } from '../steps.js';

/** Addresses and numbers as the organisation's own directory has them: they count only where the policy says so. */
@Injectable()
export class DirectoryContacts {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** @returns whether anything changed */
  async keep(
    state: AccountState,
    { mail, officePhone }: DirectoryUser,
    tenant: TenantState,
    context: CommandContext,
  ): Promise<boolean> {
    const changes = [
      await this.#keepOne(state, 'email', fitting('email', mail, tenant), tenant, context),
      await this.#keepOne(state, 'office-call', fitting('office-call', officePhone, tenant), tenant, context),
    ];
    return changes.includes(true);
  }

  /** What people registered themselves is left alone. */
  async #keepOne(
    state: AccountState,
    method: Method,
    value: string | undefined,
    { policy }: TenantState,
    context: CommandContext,
  ): Promise<boolean> {
    const own = state.methods.filter((one) => one.method === method && one.by === 'directory');
    const held = await Promise.all(
      own.map(async ({ contact }) => (await this.vault.read(contact, 'account/contact'))?.toString()),
    );
    const outdated = own.filter((_, n) => held[n] !== value);
    // Where changes are barred at present, the next import tries again.
    if (outdated.length > 0 && openDispute(state)) return false;
    for (const { methodId } of outdated) {
      const notices = changeNotices(state, { removes: methodId }, derivedId(context.commandId, 'remove', methodId));
      await this.#execute(state, 'RemoveMethod', { methodId, notices }, context);
    }
    if (value === undefined || held.includes(value)) return outdated.length > 0;
    const contact = await this.vault.seal({ owner: state.accountId!, place: 'account/contact', value });
    // The same for two agents that saw the same and tell of the same.
    const methodId = derivedId(context.commandId, 'directory-contact', method, String(state.epoch));
    const now = this.clock.now().toISOString();
    const registering = { methodId, method, contact, by: 'directory', ...waitsUntil(state, policy, now) };
    await this.#tell(state, { methods: [{ methodId, method }], contact }, methodId, context);
    const { methods } = await this.#execute(state, 'RegisterMethod', registering, context);
    if (!methods.some((one) => one.contact.ref === contact.ref)) await this.vault.destroy([contact.ref]);
    return true;
  }

  /** F13: before it counts, so that a crash in between tells once too often and not too little. */
  async #tell(state: AccountState, change: MethodChange, methodId: string, context: CommandContext): Promise<void> {
    if (state.methods.length === 0) return;
    await this.#execute(
      state,
      'RequestNotices',
      { methodId, notices: changeNotices(state, change, methodId) },
      context,
    );
  }

  /** @returns the account as it is then */
  async #execute(
    { accountId }: AccountState,
    type: 'RemoveMethod' | 'RegisterMethod' | 'RequestNotices',
    data: object,
    context: CommandContext,
  ): Promise<AccountState> {
    const now = this.clock.now().toISOString();
    const command = { type, data: { ...data, now } } as Parameters<typeof account.decide>[0];
    const name = `${type} ${(data as { methodId: string }).methodId}`;
    return (await execute(this.store, account, accountId!, command, step(context, name))).state;
  }
}

/**
 * F13: whoever may write to the directory could name a contact of their own. Beside or in the place of another it waits as
 * one does that its owner adds; the first one of an account that nobody could recover does not.
 */
function waitsUntil(
  { methods, methodsLeftAt }: AccountState,
  { limits }: Policy,
  now: Instant,
): { recoversFrom?: Instant } {
  const ms = hours(limits.coolingOffHours);
  const isFirst = methods.length === 0 && (methodsLeftAt === null || !isBefore(now, plus(methodsLeftAt, ms)));
  return isFirst || ms === 0 ? {} : { recoversFrom: plus(now, ms) };
}

/** By the rules for what people type themselves: a mailbox in the tenant's own domains is out of reach, for example. */
function fitting(method: Method, typed: string | undefined, tenant: TenantState): string | undefined {
  try {
    return typed === undefined ? undefined : fitContact(method, typed, tenant);
  } catch (error) {
    if (error instanceof RuleViolation) return undefined;
    throw error;
  }
}
