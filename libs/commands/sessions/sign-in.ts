import { setTimeout as pause } from 'node:timers/promises';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { hasExpired } from '#libs/domain/account/expiry';
import { normalise } from '#libs/domain/passwords/password-rules';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { Directory } from '#libs/vault/directory';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { Vault } from '#libs/vault/vault';
import { Agents } from '../agents/agents.js';
import { SecondFactor } from '../accounts/second-factor.js';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import { atEvenPace } from '../even-pace.js';
import { nowhere } from '../nowhere.js';
import { Served } from '../served.js';
import { Tenants } from '../tenants/tenants.js';
import { Throttle } from '../throttle.js';
import { Tokens } from '../tokens.js';
import { DirectorySignIn } from './directory-sign-in.js';
import { firstThing } from './next-step.js';
import { Sessions, type SignedIn } from './open-session.js';
import { SignInTries, type SignInSubject, type SignInTry } from './sign-in-tries.js';

export class SignIn extends Command<SignedIn> {
  constructor(
    readonly wish: { username: string; password: string; code?: string },
    readonly caller: Caller,
  ) {
    super();
  }
}

/** Milliseconds that no failure is faster than in a tenant whose agents answer for some. */
export const directoryFloorMs = 600;

/** Milliseconds that the rest of a sign-in may take beside its question to the directory. */
const directorySpreadMs = 150;

const until = (moment: number): Promise<void> => pause(Math.max(0, moment - performance.now()));

/** Milliseconds that no answer is faster than; beyond them, answers leave on multiples of it. */
export const signInFloorMs = 150;

@CommandHandler(SignIn)
export class SignInHandler implements ICommandHandler<SignIn> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly directory: Directory,
    private readonly hasher: PasswordHasher,
    private readonly tenants: Tenants,
    private readonly served: Served,
    private readonly tokens: Tokens,
    private readonly contexts: Contexts,
    private readonly throttle: Throttle,
    private readonly tries: SignInTries,
    private readonly secondFactor: SecondFactor,
    private readonly sessions: Sessions,
    private readonly hybrid: DirectorySignIn,
    private readonly agents: Agents,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation sign-in-failed, the same after the same work for every cause; rate-limited; after
   *   the right password also second-factor-required, password-expired with a `changeToken` */
  execute(command: SignIn): Promise<SignedIn> {
    return atEvenPace(() => this.#signIn(command), signInFloorMs);
  }

  async #signIn({ wish, caller }: SignIn): Promise<SignedIn> {
    const began = performance.now();
    const source = this.tokens.source(caller.address);
    await this.throttle.source('sign-in', source);
    const name = canonicalUsername(wish.username);
    const { tenantId, policy } = this.served.narrow(await this.tenants.ofName(name));
    const accountId = await this.directory.lookup(tenantId ?? '', name);
    const { state } = await load(this.store, account, accountId ?? nowhere.ref);
    const streamId = accountId ?? this.tokens.decoy(tenantId, name);
    const subject = { streamId, account: state, tenantId, limits: policy.limits, source };
    const actor = accountId ? ({ kind: 'user', id: accountId } as const) : ({ kind: 'anonymous' } as const);
    const clientsOf = `${streamId}:${source}`;
    const context = await this.contexts.of({ scope: source, route: 'sessions', caller, actor, tenantId, clientsOf });
    await this.contexts.refuseOtherBody(context);

    const apps = state.roles.length > 0 ? state.methods.filter(({ method }) => method === 'app-code') : [];
    const proving = () => this.#provePassword(subject, wish.password, apps.length === 0, context);
    const mustChange = await this.tries.inTurn(subject, proving).catch(async (error: unknown) => {
      // Where some ask their directory, nobody's failure is faster than that.
      if (tenantId && (await this.agents.anyAlive(tenantId)))
        await until(began + Math.max(directoryFloorMs, this.hybrid.lately(tenantId) + directorySpreadMs));
      throw error;
    });
    if (apps.length > 0) {
      if (wish.code === undefined) throw new RuleViolation('second-factor-required');
      await this.#proveApp(subject, apps, wish.code, context);
    }
    const now = this.clock.now().toISOString();
    if (mustChange || (state.origin !== 'hybrid' && hasExpired(state, policy.passwords, now))) {
      const { token } = await this.sessions.open(state, { limitedTo: 'change-password' }, context);
      throw new RuleViolation('password-expired', { changeToken: token });
    }
    const first = firstThing(state, policy, now);
    const opened = await this.sessions.open(state, { limitedTo: first?.limitedTo }, context);
    return { ...opened, ...(first && { next: first.next }) };
  }

  /** Whatever is not to be compared is compared with nothing. @returns whether the password has to be changed first */
  async #provePassword(
    subject: SignInSubject,
    password: string,
    complete: boolean,
    context: CommandContext,
  ): Promise<boolean> {
    this.hasher.refuseWhenFull();
    const attempt = await this.tries.password(subject, password, context);
    if (subject.account.origin === 'hybrid') return this.#askDirectory(subject, password, complete, attempt);
    const hash = await this.#hashOf(subject.account);
    const right = await this.hasher.verify(attempt ? hash : undefined, password);
    const { disabled, accountId, credential } = subject.account;
    if (attempt && right && !disabled && accountId !== null && credential) {
      await attempt.pass(complete);
      return false;
    }
    await attempt?.fail();
    throw new RuleViolation('sign-in-failed');
  }

  /** Keyturn keeps no password of a hybrid user. What the directory did not compare is not remembered as wrong. */
  async #askDirectory(
    { account: owner, source }: SignInSubject,
    password: string,
    complete: boolean,
    attempt: SignInTry | undefined,
  ): Promise<boolean> {
    await this.hasher.verify(undefined, password);
    const verdict = attempt && (await this.hybrid.ask(owner, normalise(password), source));
    if (verdict === 'right' || verdict === 'right-but-expired' || verdict === 'right-but-must-change') {
      await attempt!.pass(complete);
      return verdict !== 'right';
    }
    if (verdict === 'wrong') await attempt!.fail();
    throw new RuleViolation('sign-in-failed');
  }

  /** Whoever has a role needs the app as well; asked for only after the right password. */
  async #proveApp(
    subject: SignInSubject,
    apps: AccountState['methods'],
    code: string,
    context: CommandContext,
  ): Promise<void> {
    const attempt = await this.tries.code(subject, context);
    const digits = code.normalize('NFKC').replace(/[\s-]/g, '');
    if (attempt && (await this.secondFactor.claimAny(subject.account, apps, digits, context)))
      return attempt.pass(true);
    await attempt?.fail();
    throw new RuleViolation('sign-in-failed');
  }

  async #hashOf({ credential }: AccountState): Promise<string | undefined> {
    const reference = credential?.credential ?? nowhere;
    return (await this.vault.read(reference, 'account/password-hash'))?.toString();
  }
}
