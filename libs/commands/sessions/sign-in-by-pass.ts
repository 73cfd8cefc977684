import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AccessPass } from '#libs/domain/account/access-pass';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { RuleViolation } from '#libs/domain/decider';
import { signIns } from '#libs/domain/signins/signins';
import { isFamiliar } from '#libs/domain/signins/signins.state';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { canonicalUsername } from '#libs/vault/canonical-username';
import { Directory } from '#libs/vault/directory';
import { SecondFactor } from '../accounts/second-factor.js';
import type { Caller } from '../caller.js';
import { Contexts } from '../contexts.js';
import { CarriedCodes } from '../delivery/carried-codes.js';
import { atEvenPace } from '../even-pace.js';
import { nowhere } from '../nowhere.js';
import { sameText } from '../same-text.js';
import { derivedId, step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';
import { Throttle } from '../throttle.js';
import { Tokens } from '../tokens.js';
import { Sessions, type SignedIn } from './open-session.js';
import { signInFloorMs } from './sign-in.js';
import { SignInTries } from './sign-in-tries.js';

/** With the temporary access pass that a helpdesk sent: it opens the change of the password and nothing else. */
export class SignInByPass extends Command<SignedIn> {
  constructor(
    readonly wish: { username: string; temporaryAccessPass: string; code?: string },
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(SignInByPass)
export class SignInByPassHandler implements ICommandHandler<SignInByPass> {
  constructor(
    private readonly store: EventStore,
    private readonly directory: Directory,
    private readonly tenants: Tenants,
    private readonly tokens: Tokens,
    private readonly contexts: Contexts,
    private readonly throttle: Throttle,
    private readonly tries: SignInTries,
    private readonly secondFactor: SecondFactor,
    private readonly codes: CarriedCodes,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation sign-in-failed, the same for every cause; second-factor-required; rate-limited */
  execute(command: SignInByPass): Promise<SignedIn> {
    return atEvenPace(() => this.#signIn(command), signInFloorMs);
  }

  async #signIn({ wish, caller }: SignInByPass): Promise<SignedIn> {
    const source = this.tokens.source(caller.address);
    await this.throttle.source('sign-in', source);
    const name = canonicalUsername(wish.username);
    const { tenantId, policy } = await this.tenants.ofName(name);
    const accountId = await this.directory.lookup(tenantId ?? '', name);
    const { state } = await load(this.store, account, accountId ?? nowhere.ref);
    const actor = accountId ? ({ kind: 'user', id: accountId } as const) : ({ kind: 'anonymous' } as const);
    const context = await this.contexts.of({ scope: source, route: 'sessions', caller, actor, tenantId });
    await this.contexts.refuseOtherBody(context);
    if (accountId === undefined || !state.pass) throw new RuleViolation('sign-in-failed');

    const { pass } = state;
    const right = await this.#compare(accountId, source, wish.temporaryAccessPass, context);
    if (right) {
      const subject = { streamId: accountId, account: state, tenantId, limits: policy.limits, source };
      await this.#proveApp(subject, wish.code, context);
    }
    const tryId = derivedId(context.commandId, 'pass-try');
    const settling = { passId: pass.passId, tryId, correct: right, now: this.#now() };
    const { events } = await this.#execute(accountId, { type: 'SettlePassTry', data: settling }, 'use-pass', context);
    if (!events.some(({ type }) => type === 'AccessPassUsed')) throw new RuleViolation('sign-in-failed');
    const wished = { credentialId: pass.passId, limitedTo: 'change-password', by: 'temporary-access-pass' } as const;
    return { ...(await this.sessions.open(state, wished, context)), next: 'change-password' };
  }

  /** A try begun before and never settled is spent, or a repetition would be a second guess. */
  async #compare(accountId: string, source: string, typed: string, context: CommandContext): Promise<boolean> {
    const now = this.#now();
    const familiar = isFamiliar((await load(this.store, signIns, accountId)).state, source, now);
    const reserving = { tryId: derivedId(context.commandId, 'pass-try'), source, familiar, now };
    const reserved = { type: 'ReservePassTry', data: reserving } as const;
    const { state, repeated } = await this.#execute(accountId, reserved, 'reserve-pass', context);
    return !repeated && state.pass !== null && (await this.#fits(state, state.pass, typed));
  }

  async #fits({ tenantId, accountId }: AccountState, { contact, code }: AccessPass, typed: string): Promise<boolean> {
    const expected = await this.codes.of({ tenantId, accountId: accountId! }, contact, code);
    const digits = typed.normalize('NFKC').replace(/[\s-]/g, '');
    return expected !== undefined && sameText(expected, digits);
  }

  /** Whoever has a role and an app needs it here as well: a pass stands for the password alone. */
  async #proveApp(
    subject: Parameters<SignInTries['code']>[0],
    code: string | undefined,
    context: CommandContext,
  ): Promise<void> {
    const { roles, methods } = subject.account;
    const app = roles.length > 0 && methods.find(({ method }) => method === 'app-code');
    if (!app) return;
    if (code === undefined) throw new RuleViolation('second-factor-required');
    const attempt = await this.tries.code(subject, context);
    const digits = code.normalize('NFKC').replace(/[\s-]/g, '');
    if (attempt && (await this.secondFactor.claim(subject.account, app, digits, context))) return attempt.pass(true);
    await attempt?.fail();
    throw new RuleViolation('sign-in-failed');
  }

  #execute(accountId: string, command: AccountCommand, name: string, context: CommandContext) {
    return execute(this.store, account, accountId, command, step(context, name));
  }

  #now = (): string => this.clock.now().toISOString();
}
