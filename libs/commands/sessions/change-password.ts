import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { Notice } from '#libs/domain/account/notices';
import { RuleViolation } from '#libs/domain/decider';
import { familyOf } from '#libs/domain/methods';
import { holds, session } from '#libs/domain/session/session';
import { EventStore } from '#libs/eventstore/event-store';
import { bodiesDiffer, execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { PasswordChecks } from '../accounts/password-checks.js';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import { derivedId, step } from '../steps.js';
import { Served } from '../served.js';
import { Tenants } from '../tenants/tenants.js';
import { Throttle } from '../throttle.js';
import { Tokens } from '../tokens.js';
import { ChangeAtDirectory } from '../writeback/change-at-directory.js';
import { Authenticate, AuthenticateHandler } from './authenticate.js';
import { firstThing } from './next-step.js';
import { Sessions, type SignedIn } from './open-session.js';

/**
 * A signed-in person who knows the old password, or came by a temporary access pass, sets a new one. Other sessions end; this one is replaced, so that a
 * repetition whose first answer was lost comes with a session that has ended: it is given the new one again.
 */
export class ChangePassword extends Command<SignedIn> {
  constructor(
    readonly token: string | undefined,
    readonly wish: { currentPassword?: string; newPassword: string },
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ChangePassword)
export class ChangePasswordHandler implements ICommandHandler<ChangePassword> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly hasher: PasswordHasher,
    private readonly checks: PasswordChecks,
    private readonly contexts: Contexts,
    private readonly authentication: AuthenticateHandler,
    private readonly tenants: Tenants,
    private readonly served: Served,
    private readonly directory: ChangeAtDirectory,
    private readonly throttle: Throttle,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation session-invalid, sign-in-failed, rate-limited, password-rejected, idempotency-key-reused */
  async execute(command: ChangePassword): Promise<SignedIn> {
    try {
      return await this.#change(command);
    } catch (error) {
      const again = error instanceof RuleViolation ? await this.#again(command) : undefined;
      if (!again) throw error;
      return again;
    }
  }

  async #change({ token, wish, caller }: ChangePassword): Promise<SignedIn> {
    const who = await this.authentication.execute(new Authenticate(token));
    const { accountId, sessionId } = who;
    if (who.limitedTo === 'register-methods') throw new RuleViolation('session-limited', { next: who.limitedTo });
    const elsewhere = who.account.origin === 'hybrid';
    const provedCredentialId = who.passId || elsewhere ? '' : await this.#proveCurrent(sessionId, who.account, wish);
    await this.checks.pass(accountId, wish.newPassword, 'change');
    const context = await this.#contextOf(sessionId, accountId, who.account.tenantId, caller);
    if (who.account.origin === 'hybrid')
      return this.#start(await this.#atDirectory(who.account, wish, context), context);
    const value = await this.hasher.hash(wish.newPassword);
    const credential = await this.vault.seal({ owner: accountId, place: 'account/password-hash', value });
    const credentialId = credentialOf(context);
    const now = this.clock.now().toISOString();
    const { state } = await execute(
      this.store,
      account,
      accountId,
      ({ methods }): AccountCommand => {
        const change = { credentialId, credential, notices: noticesFor(methods, context.commandId), now };
        return who.passId
          ? { type: 'ChangePasswordByPass', data: { ...change, passId: who.passId } }
          : { type: 'ChangePassword', data: { ...change, provedCredentialId } };
      },
      context,
    );
    return this.#start(state, context);
  }

  /** Nobody of ours knows the old password: the directory proves it and takes the new one in one deed. */
  async #atDirectory(
    owner: AccountState,
    { currentPassword, newPassword }: ChangePassword['wish'],
    context: CommandContext,
  ): Promise<AccountState> {
    if (currentPassword === undefined) throw new RuleViolation('invalid-request', { field: 'currentPassword' });
    await this.throttle.provingPassword(context.correlationId);
    return this.directory.change(owner, { currentPassword, newPassword }, credentialOf(context), context);
  }

  /**
   * What the first try would have answered. After a day the bodies cannot be compared, so the new password is proved.
   * @returns nothing when this is no repetition
   */
  async #again({ token, wish, caller }: ChangePassword): Promise<SignedIn | undefined> {
    const sessionId = token === undefined ? undefined : this.tokens.sessionIdIn(token);
    if (sessionId === undefined || caller.idempotencyKey === undefined) return undefined;
    const { state: replaced } = await load(this.store, session, sessionId);
    const owner = await load(this.store, account, replaced.accountId);
    const context = await this.#contextOf(sessionId, replaced.accountId, replaced.tenantId, caller);
    const earlier = owner.commands.get(context.commandId);
    if (!earlier || !holds(replaced, replaced.credentialId, this.clock.now().toISOString())) return undefined;
    if (bodiesDiffer(earlier.bodyMac, context)) throw new RuleViolation('idempotency-key-reused');
    if (owner.state.disabled || owner.state.credential?.credentialId !== credentialOf(context)) return undefined;
    // Where a directory keeps it, what it took a moment ago is proof enough: the body is the same.
    if (owner.state.origin === 'cloud') await this.#prove(sessionId, owner.state, wish.newPassword);
    else if (![context.bodyMac, context.earlierBodyMac].includes(earlier.bodyMac)) return undefined;
    return this.#start(owner.state, context);
  }

  #proveCurrent(sessionId: string, owner: AccountState, { currentPassword }: ChangePassword['wish']): Promise<string> {
    if (currentPassword === undefined) throw new RuleViolation('invalid-request', { field: 'currentPassword' });
    return this.#prove(sessionId, owner, currentPassword);
  }

  async #prove(sessionId: string, { credential }: AccountState, password: string): Promise<string> {
    await this.throttle.provingPassword(sessionId);
    const hash = credential?.credential && (await this.vault.read(credential.credential, 'account/password-hash'));
    const known = await this.hasher.verify(hash?.toString(), password);
    if (!known || !credential) throw new RuleViolation('sign-in-failed');
    return credential.credentialId;
  }

  /** The session that replaces the old one: opened here, or by an earlier try. */
  async #start(owner: AccountState, context: CommandContext): Promise<SignedIn> {
    const { policy } = this.served.narrow(await this.tenants.byId(owner.tenantId));
    const first = firstThing(owner, policy, this.clock.now().toISOString());
    const wish = { credentialId: credentialOf(context), limitedTo: first?.limitedTo };
    const opened = await this.sessions.open(owner, wish, step(context, 'session'));
    return { ...opened, ...(first && { next: first.next }) };
  }

  #contextOf(sessionId: string, accountId: string, tenantId: string, caller: Caller): Promise<CommandContext> {
    const actor = { kind: 'user', id: accountId } as const;
    const correlationId = sessionId;
    return this.contexts.of({ scope: sessionId, route: 'me/password', caller, actor, tenantId, correlationId });
  }
}

const credentialOf = ({ commandId }: CommandContext): string => derivedId(commandId, 'credential');

const noticesFor = (methods: AccountState['methods'], commandId: string): Notice[] =>
  methods
    .filter(({ method }) => familyOf(method) === 'email')
    .map(({ methodId, contact }) => ({
      noticeId: derivedId(commandId, 'notice', methodId),
      template: 'password-was-changed',
      contact,
    }));
