import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { DirectoryUser } from '#libs/directory/directory-user';
import type { TenantState } from '#libs/domain/tenant/tenant';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { Directory } from '#libs/vault/directory';
import { Vault } from '#libs/vault/vault';
import { CreateAccount, CreateAccountHandler } from '../accounts/create-account.js';
import { derivedId, step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { DirectoryContacts } from './directory-contacts.js';

/** How many people came to what. */
export interface Imported {
  created: number;
  /** An account that was there got its person. */
  linked: number;
  /** Another name, contacts, or whether they may sign in at all. */
  updated: number;
  unchanged: number;
  /** Names outside the tenant's own domains, and names of accounts in the cloud. */
  passedOver: number;
  /** A name that belongs to the account of another person of the directory: an administrator has to decide. */
  conflicts: number;
}

/** What an agent read in the customer's directory. Repeated, it changes nothing more. */
export class ImportPeople extends Command<Imported> {
  constructor(
    readonly agentId: string,
    readonly tenantId: string,
    readonly people: readonly DirectoryUser[],
  ) {
    super();
  }
}

const place = 'account/directory-user';

@CommandHandler(ImportPeople)
export class ImportPeopleHandler implements ICommandHandler<ImportPeople> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly directory: Directory,
    private readonly tenants: Tenants,
    private readonly accounts: CreateAccountHandler,
    private readonly contacts: DirectoryContacts,
    private readonly clock: Clock,
  ) {}

  async execute({ agentId, tenantId, people }: ImportPeople): Promise<Imported> {
    const tenant = await this.tenants.byId(tenantId);
    const counts: Imported = { created: 0, linked: 0, updated: 0, unchanged: 0, passedOver: 0, conflicts: 0 };
    for (const person of people) {
      const name = canonicalUsername(person.username);
      const ours = tenant.domains.includes(name.slice(name.lastIndexOf('@') + 1));
      counts[ours ? await this.#take(agentId, tenant, name, person) : 'passedOver']++;
    }
    return counts;
  }

  async #take(agentId: string, tenant: TenantState, name: string, person: DirectoryUser): Promise<keyof Imported> {
    const tenantId = tenant.tenantId!;
    const actor = { kind: 'agent', id: agentId } as const;
    const commandId = derivedId(tenantId, 'directory-user', person.userId);
    const context: CommandContext = { commandId, correlationId: commandId, actor };
    const byId = await this.directory.linked(tenantId, person.userId);
    const byName = await this.directory.lookup(tenantId, name);
    // By the directory's id, never by name: people are renamed, and names are given again to others.
    const accountId = byId ?? byName ?? (await this.#create(tenantId, person, context));
    const { state } = await load(this.store, account, accountId);
    if (state.origin !== 'hybrid') return 'passedOver';
    const linkedTo = state.directoryUser && (await this.vault.read(state.directoryUser, place))?.toString();
    // Somebody else's account: its contacts are not this person's.
    if (linkedTo && linkedTo !== person.userId) return 'conflicts';
    if ((await this.directory.link(tenantId, person.userId, accountId)) === 'taken') return 'conflicts';
    if (!linkedTo) await this.#link(accountId, person.userId, context);
    const renamed = byName === accountId || byId === undefined ? false : await this.#rename(state, person, context);
    if (renamed === 'taken') return 'conflicts';
    const switched = await this.#switch(state, person.disabled, context);
    const contacted = await this.contacts.keep(state, person, tenant, context);
    if (byId === undefined && byName === undefined) return 'created';
    if (!linkedTo) return 'linked';
    return renamed || switched || contacted ? 'updated' : 'unchanged';
  }

  async #link(accountId: string, userId: string, context: CommandContext): Promise<void> {
    const now = this.clock.now().toISOString();
    const directoryUser = await this.vault.seal({ owner: accountId, place, value: userId });
    const command = { type: 'LinkDirectoryUser', data: { directoryUser, now } } as const;
    await execute(this.store, account, accountId, command, step(context, `link ${now}`));
  }

  /** The old name is given back before the event: after a crash the next import does it all once more. */
  async #rename(
    { accountId, tenantId, username: old }: AccountState,
    { username }: DirectoryUser,
    context: CommandContext,
  ): Promise<true | 'taken'> {
    const id = accountId!;
    if ((await this.directory.reserve(tenantId, username, id)) === 'taken') return 'taken';
    const before = old && (await this.vault.read(old, 'account/username'))?.toString();
    if (before && canonicalUsername(before) !== canonicalUsername(username))
      await this.directory.release(tenantId, before, id);
    const now = this.clock.now().toISOString();
    const sealed = await this.vault.seal({ owner: id, place: 'account/username', value: username });
    const command = { type: 'RenameAccount', data: { username: sealed, now } } as const;
    await execute(this.store, account, id, command, step(context, `rename ${now}`));
    await this.directory.confirm(tenantId, username, id);
    return true;
  }

  async #switch(state: AccountState, disabled: boolean, context: CommandContext): Promise<boolean> {
    if (state.disabled === disabled) return false;
    const now = this.clock.now().toISOString();
    const type = disabled ? 'DisableAccount' : 'EnableAccount';
    const command = { type, data: { by: 'directory', now } } as const;
    const { events } = await execute(this.store, account, state.accountId!, command, step(context, `${type} ${now}`));
    return events.length > 0;
  }

  #create(tenantId: string, { username }: DirectoryUser, { actor, commandId }: CommandContext): Promise<string> {
    const person = { username, origin: 'hybrid', language: 'en', roles: [], groups: [], contacts: [] } as const;
    return this.accounts.execute(new CreateAccount({ ...person, tenantId, licensed: false }, actor, commandId));
  }
}
