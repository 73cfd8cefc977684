import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { DirectoryUser } from '#libs/directory/directory-user';
import { RuleViolation } from '#libs/domain/decider';
import type { TenantState } from '#libs/domain/tenant/tenant';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { Directory } from '#libs/vault/directory';
import { InvalidUsername, OwnerErased } from '#libs/vault/errors';
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
  /** No name, or nothing that could be one; or an account that takes nothing more. */
  unusable: number;
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

type NamedUser = DirectoryUser & { readonly username: string };

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
    const counts: Imported = {
      created: 0,
      linked: 0,
      updated: 0,
      unchanged: 0,
      passedOver: 0,
      unusable: 0,
      conflicts: 0,
    };
    for (const person of people) counts[await this.#takeOrPassOver(agentId, tenant, person)]++;
    return counts;
  }

  /** What cannot be done for one person must not keep the next from being disabled. */
  async #takeOrPassOver(agentId: string, tenant: TenantState, person: DirectoryUser): Promise<keyof Imported> {
    try {
      return await this.#take(agentId, tenant, person);
    } catch (error) {
      if (error instanceof RuleViolation || error instanceof OwnerErased) return 'unusable';
      throw error;
    }
  }

  async #take(agentId: string, tenant: TenantState, person: DirectoryUser): Promise<keyof Imported> {
    const tenantId = tenant.tenantId!;
    const actor = { kind: 'agent', id: agentId } as const;
    const commandId = derivedId(tenantId, 'directory-user', person.userId);
    const context: CommandContext = { commandId, correlationId: commandId, actor };
    const byId = await this.directory.linked(tenantId, person.userId);
    // First, and whatever became of the name: somebody who leaves may lose both at once.
    const switched = byId !== undefined && (await this.#switch(byId, person.disabled, context));
    const name = usableName(person.username);
    if (name === undefined) return switched ? 'updated' : 'unusable';
    if (!tenant.domains.includes(name.slice(name.lastIndexOf('@') + 1))) return switched ? 'updated' : 'passedOver';
    return this.#keep(tenant, { ...person, username: person.username! }, { byId, switched }, context);
  }

  async #keep(
    tenant: TenantState,
    person: NamedUser,
    { byId, switched }: { byId: string | undefined; switched: boolean },
    context: CommandContext,
  ): Promise<keyof Imported> {
    const tenantId = tenant.tenantId!;
    const byName = await this.directory.lookup(tenantId, person.username);
    // By the directory's id, never by name: people are renamed, and names are given again to others.
    const accountId = byId ?? byName ?? (await this.#create(tenantId, person, context));
    const { state } = await load(this.store, account, accountId);
    if (state.origin !== 'hybrid') return 'passedOver';
    const linkedTo = state.directoryUser && (await this.vault.read(state.directoryUser, place))?.toString();
    // Somebody else's account: its contacts are not this person's.
    if (linkedTo && linkedTo !== person.userId) return 'conflicts';
    if ((await this.directory.link(tenantId, person.userId, accountId)) === 'taken') return 'conflicts';
    if (!linkedTo) await this.#link(state, person.userId, context);
    const named = byId === undefined || (byName === accountId && (await this.#isCalled(state, person.username)));
    const renamed = named ? false : await this.#rename(state, person, context);
    if (renamed === 'taken') return 'conflicts';
    const disabled = byId === undefined && (await this.#switch(accountId, person.disabled, context));
    const contacted = await this.contacts.keep(state, person, tenant, context);
    if (byId === undefined && byName === undefined) return 'created';
    if (!linkedTo) return 'linked';
    return renamed || switched || disabled || contacted ? 'updated' : 'unchanged';
  }

  /** Named after what it replaces: two agents that saw the same do it once, and the value of the second is nobody's. */
  async #link(
    { accountId, directoryUser: before }: AccountState,
    userId: string,
    context: CommandContext,
  ): Promise<void> {
    const now = this.clock.now().toISOString();
    const directoryUser = await this.vault.seal({ owner: accountId!, place, value: userId });
    const command = { type: 'LinkDirectoryUser', data: { directoryUser, now } } as const;
    const named = step(context, `link ${before?.ref ?? 'first'}`);
    const { state } = await execute(this.store, account, accountId!, command, named);
    if (state.directoryUser?.ref !== directoryUser.ref) await this.vault.destroy([directoryUser.ref]);
  }

  /** The account's own word: the directory has a new name before the account does, and a crash may come between. */
  async #isCalled({ username }: AccountState, name: string): Promise<boolean> {
    const known = username && (await this.vault.read(username, 'account/username'))?.toString();
    return !known || canonicalUsername(known) === canonicalUsername(name);
  }

  /** The old name is given back before the event: after a crash the next import does it all once more. */
  async #rename(
    { accountId, tenantId, username: old }: AccountState,
    { username }: NamedUser,
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
    const { state } = await execute(this.store, account, id, command, step(context, `rename ${old?.ref ?? 'first'}`));
    if (state.username?.ref !== sealed.ref) await this.vault.destroy([sealed.ref]);
    await this.directory.confirm(tenantId, username, id);
    return true;
  }

  async #switch(accountId: string, disabled: boolean, context: CommandContext): Promise<boolean> {
    const { state } = await load(this.store, account, accountId);
    if (state.origin !== 'hybrid' || state.disabled === disabled) return false;
    const now = this.clock.now().toISOString();
    const type = disabled ? 'DisableAccount' : 'EnableAccount';
    const command = { type, data: { by: 'directory', now } } as const;
    const { events } = await execute(this.store, account, accountId, command, step(context, `${type} ${now}`));
    return events.length > 0;
  }

  #create(tenantId: string, { username }: NamedUser, { actor, commandId }: CommandContext): Promise<string> {
    const person = { username, origin: 'hybrid', language: 'en', roles: [], groups: [], contacts: [] } as const;
    return this.accounts.execute(new CreateAccount({ ...person, tenantId, licensed: false }, actor, commandId));
  }
}

/** @returns its canonical form */
function usableName(username: string | undefined): string | undefined {
  if (username === undefined || username.length < 3) return undefined;
  try {
    return canonicalUsername(username);
  } catch (error) {
    if (error instanceof InvalidUsername) return undefined;
    throw error;
  }
}
