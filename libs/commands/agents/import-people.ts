import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import type { DirectoryUser } from '#libs/directory/directory-user';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { Directory } from '#libs/vault/directory';
import { Vault } from '#libs/vault/vault';
import { CreateAccount, CreateAccountHandler } from '../accounts/create-account.js';
import { derivedId, step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';

export interface Imported {
  created: number;
  linked: number;
  /** Names outside the tenant's own domains, and names of accounts in the cloud. */
  passedOver: number;
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
    private readonly clock: Clock,
  ) {}

  async execute({ agentId, tenantId, people }: ImportPeople): Promise<Imported> {
    const { domains } = await this.tenants.byId(tenantId);
    const counts: Imported = { created: 0, linked: 0, passedOver: 0 };
    for (const person of people) {
      const name = canonicalUsername(person.username);
      if (!domains.includes(name.slice(name.lastIndexOf('@') + 1))) {
        counts.passedOver++;
        continue;
      }
      counts[await this.#take(agentId, tenantId, name, person)]++;
    }
    return counts;
  }

  async #take(agentId: string, tenantId: string, name: string, person: DirectoryUser): Promise<keyof Imported> {
    const actor = { kind: 'agent', id: agentId } as const;
    const commandId = derivedId(tenantId, 'directory-user', person.userId);
    const context: CommandContext = { commandId, correlationId: commandId, actor };
    const known = await this.directory.lookup(tenantId, name);
    const accountId = known ?? (await this.#create(tenantId, person, context));
    const { state } = await load(this.store, account, accountId);
    if (state.origin !== 'hybrid') return 'passedOver';
    const linked = state.directoryUser && (await this.vault.read(state.directoryUser, place))?.toString();
    const now = this.clock.now().toISOString();
    if (linked !== person.userId) {
      const directoryUser = await this.vault.seal({ owner: accountId, place, value: person.userId });
      const command = { type: 'LinkDirectoryUser', data: { directoryUser, now } } as const;
      await execute(this.store, account, accountId, command, step(context, `link ${now}`));
    }
    if (state.disabled !== person.disabled) {
      const type = person.disabled ? 'DisableAccount' : 'EnableAccount';
      await execute(this.store, account, accountId, { type, data: { now } }, step(context, `${type} ${now}`));
    }
    return known === undefined ? 'created' : 'linked';
  }

  #create(tenantId: string, { username, mail }: DirectoryUser, { actor, commandId }: CommandContext): Promise<string> {
    const own = username.slice(username.lastIndexOf('@') + 1).toLowerCase();
    // A mailbox in the tenant's own domain is out of reach for whoever is locked out.
    const personal = mail !== undefined && !mail.toLowerCase().endsWith(`@${own}`);
    return this.accounts.execute(
      new CreateAccount(
        {
          tenantId,
          username,
          origin: 'hybrid',
          language: 'en',
          roles: [],
          groups: [],
          licensed: false,
          contacts: personal ? [{ method: 'email', contact: mail }] : [],
        },
        actor,
        commandId,
      ),
    );
  }
}
