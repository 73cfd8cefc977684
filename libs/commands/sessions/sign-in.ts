import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { Role } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import { session } from '#libs/domain/session/session';
import { hours, plus } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { Directory } from '#libs/vault/directory';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { SecondFactor } from '../accounts/second-factor.js';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import { nowhere } from '../nowhere.js';
import { derivedId } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { Throttle } from '../throttle.js';
import { Tokens } from '../tokens.js';

export interface SignedIn {
  token: string;
  roles: readonly Role[];
  expiresAt: string;
}

export class SignIn extends Command<SignedIn> {
  constructor(
    readonly wish: { username: string; password: string; code?: string },
    readonly caller: Caller,
  ) {
    super();
  }
}

const sessionHours = 8;

@CommandHandler(SignIn)
export class SignInHandler implements ICommandHandler<SignIn> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly directory: Directory,
    private readonly hasher: PasswordHasher,
    private readonly tenants: Tenants,
    private readonly tokens: Tokens,
    private readonly contexts: Contexts,
    private readonly throttle: Throttle,
    private readonly secondFactor: SecondFactor,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation sign-in-failed, the same after the same work for every cause */
  async execute({ wish, caller }: SignIn): Promise<SignedIn> {
    const source = this.tokens.source(caller.address);
    await this.throttle.source('sign-in', source);
    const name = canonicalUsername(wish.username);
    const { tenantId } = await this.tenants.ofName(name);
    const accountId = await this.directory.lookup(tenantId ?? '', name);
    const { state } = await load(this.store, account, accountId ?? nowhere.ref);
    const known = await this.hasher.verify(await this.#hashOf(state), wish.password);
    if (!known || state.disabled || !state.credential || !state.accountId) throw new RuleViolation('sign-in-failed');
    const actor = { kind: 'user', id: state.accountId } as const;
    const context = await this.contexts.of({ scope: source, route: 'sessions', caller, actor, tenantId });
    if (state.roles.length > 0) await this.#provePossession(state, wish.code, context);
    return this.#start(state, state.accountId, state.credential.credentialId, context);
  }

  async #hashOf({ credential }: AccountState): Promise<string | undefined> {
    const reference = credential?.credential ?? nowhere;
    return (await this.vault.read(reference, 'account/password-hash'))?.toString();
  }

  /** Whoever has a role needs the app as well; asked for only after the right password. */
  async #provePossession(state: AccountState, code: string | undefined, context: CommandContext): Promise<void> {
    const app = state.methods.find(({ method }) => method === 'app-code');
    if (code === undefined || !app) throw new RuleViolation('second-factor-required');
    await this.throttle.secondFactor(app.methodId);
    const digits = code.normalize('NFKC').replace(/[\s-]/g, '');
    if (!(await this.secondFactor.claim(state, app, digits, context))) throw new RuleViolation('sign-in-failed');
  }

  async #start(
    { tenantId, roles }: AccountState,
    accountId: string,
    credentialId: string,
    context: CommandContext,
  ): Promise<SignedIn> {
    const sessionId = derivedId(context.commandId, 'session');
    const now = this.clock.now().toISOString();
    const expiresAt = plus(now, hours(sessionHours));
    const started = { sessionId, accountId, tenantId, credentialId, expiresAt, now };
    const command = { type: 'StartSession', data: started } as const;
    await execute(this.store, session, sessionId, command, context, { presume: 'no-stream' });
    return { token: this.tokens.sessionToken(sessionId), roles, expiresAt };
  }
}
