import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand, type AccountState } from '#libs/domain/account/account';
import type { Notice } from '#libs/domain/account/account.events';
import { RuleViolation } from '#libs/domain/decider';
import { familyOf } from '#libs/domain/methods';
import { session } from '#libs/domain/session/session';
import { hours, plus } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { PasswordChecks } from '../accounts/password-checks.js';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import { derivedId, step } from '../steps.js';
import { Tokens } from '../tokens.js';
import type { Authenticated } from './authenticate.js';
import type { SignedIn } from './sign-in.js';

/** A signed-in person who knows the old password sets a new one. Other sessions end; this one is replaced. */
export class ChangePassword extends Command<SignedIn> {
  constructor(
    readonly who: Authenticated,
    readonly wish: { currentPassword: string; newPassword: string },
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
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  async execute({ who, wish, caller }: ChangePassword): Promise<SignedIn> {
    const { accountId, sessionId } = who;
    const { tenantId, roles } = who.account;
    const provedCredentialId = await this.#prove(who.account, wish.currentPassword);
    await this.checks.pass(accountId, wish.newPassword, 'change');
    const actor = { kind: 'user', id: accountId } as const;
    const parts = { scope: sessionId, route: 'me/password', caller, actor, tenantId, correlationId: sessionId };
    const context = await this.contexts.of(parts);
    const credentialId = derivedId(context.commandId, 'credential');
    const value = await this.hasher.hash(wish.newPassword);
    const credential = await this.vault.seal({ owner: accountId, place: 'account/password-hash', value });
    const now = this.clock.now().toISOString();
    await execute(
      this.store,
      account,
      accountId,
      ({ methods }): AccountCommand => ({
        type: 'ChangePassword',
        data: { credentialId, credential, provedCredentialId, notices: noticesFor(methods, context.commandId), now },
      }),
      context,
    );
    const next = derivedId(context.commandId, 'session');
    const expiresAt = plus(now, hours(8));
    const started = { sessionId: next, accountId, tenantId, credentialId, expiresAt, now };
    await execute(this.store, session, next, { type: 'StartSession', data: started }, step(context, 'session'));
    return { token: this.tokens.sessionToken(next), roles, expiresAt };
  }

  async #prove({ credential }: AccountState, currentPassword: string): Promise<string> {
    const hash = credential && (await this.vault.read(credential.credential, 'account/password-hash'));
    const known = await this.hasher.verify(hash?.toString(), currentPassword);
    if (!known || !credential) throw new RuleViolation('sign-in-failed');
    return credential.credentialId;
  }
}

const noticesFor = (methods: AccountState['methods'], commandId: string): Notice[] =>
  methods
    .filter(({ method }) => familyOf(method) === 'email')
    .map(({ methodId, contact }) => ({
      noticeId: derivedId(commandId, 'notice', methodId),
      template: 'password-was-changed',
      contact,
    }));
