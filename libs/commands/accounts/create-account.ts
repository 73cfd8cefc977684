import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { Language, Origin, Role } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import type { Method } from '#libs/domain/methods';
import { normalise } from '#libs/domain/passwords/password-rules';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import type { Actor } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';
import { Directory } from '#libs/vault/directory';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { derivedId, step } from '../steps.js';

export interface NewAccount {
  readonly tenantId: string;
  readonly username: string;
  readonly origin: Origin;
  readonly language: Language;
  readonly roles: readonly Role[];
  readonly groups: readonly string[];
  readonly licensed: boolean;
  readonly password?: string;
  readonly contacts: readonly { readonly method: Method; readonly contact: string }[];
  /** Who vouches for the contacts; an import when left out. */
  readonly by?: 'import' | 'administrator';
}

/** Brings a user into a tenant, with what an import knows of them. */
export class CreateAccount extends Command<string> {
  constructor(
    readonly wish: NewAccount,
    readonly actor: Actor,
    readonly commandId: string = randomUUID(),
    readonly request: Pick<CommandContext, 'bodyMac' | 'clientRef'> = {},
  ) {
    super();
  }
}

@CommandHandler(CreateAccount)
export class CreateAccountHandler implements ICommandHandler<CreateAccount> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly directory: Directory,
    private readonly hasher: PasswordHasher,
    private readonly clock: Clock,
  ) {}

  async execute({ wish, actor, commandId, request }: CreateAccount): Promise<string> {
    const { tenantId, username, password, contacts, by = 'import', ...rest } = wish;
    const accountId = derivedId(commandId, 'account');
    const context: CommandContext = { commandId, correlationId: commandId, actor, ...request };
    if ((await this.directory.reserve(tenantId, username, accountId)) === 'taken') {
      throw new RuleViolation('username-taken');
    }
    // One number serves messages and calls: it is kept once.
    const distinct = [...new Set(contacts.map(({ contact }) => contact))];
    const [name, ...sealed] = await this.vault.sealAll([
      { owner: accountId, place: 'account/username', value: username },
      ...distinct.map((value) => ({ owner: accountId, place: 'account/contact', value })),
    ]);
    const now = this.clock.now().toISOString();
    let state = await this.#execute(accountId, context, 'create', {
      type: 'CreateAccount',
      data: { accountId, tenantId, username: name!, ...rest, now },
    });
    await this.directory.confirm(tenantId, username, accountId);
    for (const [n, { method, contact }] of contacts.entries()) {
      const methodId = derivedId(commandId, 'method', String(n));
      state = await this.#execute(accountId, context, methodId, {
        type: 'RegisterMethod',
        data: { methodId, method, contact: sealed[distinct.indexOf(contact)]!, by, now },
      });
    }
    if (password !== undefined) await this.#setPassword(accountId, password, context);
    // Repeated, or done by another at the same moment: what was sealed for it this time is nobody's.
    const held = new Set([state.username?.ref, ...state.methods.map(({ contact }) => contact.ref)]);
    await this.vault.destroy([name!, ...sealed].flatMap(({ ref }) => (held.has(ref) ? [] : [ref])));
    return accountId;
  }

  async #setPassword(accountId: string, password: string, context: CommandContext): Promise<void> {
    const value = await this.hasher.hash(normalise(password));
    const credential = await this.vault.seal({ owner: accountId, place: 'account/password-hash', value });
    const credentialId = derivedId(context.commandId, 'credential');
    const now = this.clock.now().toISOString();
    await this.#execute(accountId, context, 'password', {
      type: 'SetPassword',
      data: { credentialId, credential, now },
    });
  }

  async #execute(
    accountId: string,
    context: CommandContext,
    name: string,
    command: AccountCommand,
  ): Promise<AccountState> {
    return (await execute(this.store, account, accountId, command, step(context, name))).state;
  }
}
