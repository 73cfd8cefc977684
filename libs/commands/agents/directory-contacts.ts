import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { openDispute } from '#libs/domain/account/disputes';
import type { Method } from '#libs/domain/methods';
import type { DirectoryUser } from '#libs/directory/directory-user';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
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
    domains: readonly string[],
    context: CommandContext,
  ): Promise<boolean> {
    const address = mail && isOutside(mail, domains) ? mail : undefined;
    const number = officePhone && international.test(officePhone) ? officePhone : undefined;
    const changes = [
      await this.#keepOne(state, 'email', address, context),
      await this.#keepOne(state, 'office-call', number, context),
    ];
    return changes.includes(true);
  }

  /** What people registered themselves is left alone. */
  async #keepOne(
    state: AccountState,
    method: Method,
    value: string | undefined,
    context: CommandContext,
  ): Promise<boolean> {
    const own = state.methods.filter((one) => one.method === method && one.by === 'directory');
    const held = await Promise.all(
      own.map(async ({ contact }) => (await this.vault.read(contact, 'account/contact'))?.toString()),
    );
    const outdated = own.filter((_, n) => held[n] !== value);
    // Where changes are barred at present, the next import tries again.
    if (outdated.length > 0 && openDispute(state)) return false;
    for (const { methodId } of outdated) await this.#execute(state, 'RemoveMethod', { methodId, notices: [] }, context);
    if (value === undefined || held.includes(value)) return outdated.length > 0;
    const contact = await this.vault.seal({ owner: state.accountId!, place: 'account/contact', value });
    const methodId = derivedId(context.commandId, 'directory-contact', method, contact.ref);
    await this.#execute(state, 'RegisterMethod', { methodId, method, contact, by: 'directory' }, context);
    return true;
  }

  #execute(
    { accountId }: AccountState,
    type: 'RemoveMethod' | 'RegisterMethod',
    data: object,
    context: CommandContext,
  ): Promise<unknown> {
    const now = this.clock.now().toISOString();
    const command = { type, data: { ...data, now } } as Parameters<typeof account.decide>[0];
    const name = `${type} ${(data as { methodId: string }).methodId}`;
    return execute(this.store, account, accountId!, command, step(context, name));
  }
}

/** A mailbox in the tenant's own domains is out of reach for whoever is locked out. */
const isOutside = (mail: string, domains: readonly string[]): boolean =>
  !domains.includes(mail.slice(mail.lastIndexOf('@') + 1).toLowerCase());

/** With its country; others cannot be called from elsewhere. */
const international = /^\+\d[\d ()./-]{4,24}$/;
