import { Injectable } from '@nestjs/common';
import type { AccountState } from '#libs/domain/account/account.state';
import { signInsClearedAt } from '#libs/domain/account/unlocking';
import { RuleViolation } from '#libs/domain/decider';
import { normalise } from '#libs/domain/passwords/password-rules';
import type { Factor } from '#libs/domain/signins/signins.events';
import { directoryWordMs, isKnownWrong, signIns, type SignInCommand } from '#libs/domain/signins/signins';
import type { Limits } from '#libs/domain/tenant/policy';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Turns } from '#libs/eventstore/turns';
import { Clock } from '#libs/runtime/clock';
import { RateLimiter } from '#libs/runtime/rate-limiter';
import { keyedToken } from '#libs/vault/keyed-token';
import { Vault } from '#libs/vault/vault';
import { derivedId, step } from '../steps.js';

/** Whom somebody tries to sign in as: an account, or a name nobody has. */
export interface SignInSubject {
  /** The account's id, or a name's keyed token. */
  readonly streamId: string;
  readonly account: AccountState;
  readonly tenantId: string | null;
  readonly limits: Limits;
  /** Keyed token of the client's address. */
  readonly source: string;
}

/** How one try is to be settled. */
export interface SignInTry {
  fail(): Promise<void>;
  /** @param complete nothing more is asked for: the source is familiar from now on */
  pass(complete: boolean): Promise<void>;
}

/** Tries at signing in: reserved on the log before they are compared, so that many at once get no more than their number. */
@Injectable()
export class SignInTries {
  readonly #turns = new Turns();

  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
  ) {}

  /** One try of a source at an account after the other: right ones sent at once do not fill the limit of wrong ones. */
  inTurn<T>({ streamId, source }: SignInSubject, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(`${streamId}:${source}`, work);
  }

  /**
   * @returns nothing when this try is not to be compared: there were too many, the same wrong password was tried a moment
   *   ago, or this very command failed before
   */
  async password(subject: SignInSubject, password: string, context: CommandContext): Promise<SignInTry | undefined> {
    const token = await this.#tokenOf(subject, password);
    const { state } = await load(this.store, signIns, subject.streamId);
    const now = this.#now();
    const within = subject.account.origin === 'hybrid' ? { withinMs: directoryWordMs } : {};
    if (isKnownWrong(state, subject.source, token, { now, clearedAt: this.#clearedAt(subject), ...within }))
      return undefined;
    try {
      return await this.#reserve(subject, 'password', context, token);
    } catch (error) {
      if (error instanceof RuleViolation && error.code === 'sign-in-paused') return undefined;
      throw error;
    }
  }

  /** @throws RuleViolation rate-limited: whoever gets here knows the password, and may know of the pause */
  async code(subject: SignInSubject, context: CommandContext): Promise<SignInTry | undefined> {
    try {
      return await this.#reserve(subject, 'code', context);
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.code !== 'sign-in-paused') throw error;
      const retryAfterMs = Date.parse(String(error.details.until)) - this.clock.now().getTime();
      throw new RuleViolation('rate-limited', { retryAfterMs });
    }
  }

  async #reserve(
    subject: SignInSubject,
    factor: Factor,
    context: CommandContext,
    token?: string,
  ): Promise<SignInTry | undefined> {
    const { account, tenantId, source, limits } = subject;
    const { accountId } = account;
    const reservationId = derivedId(context.commandId, 'sign-in', factor);
    const attempt = { accountId, reservationId, source, factor };
    const clearedAt = this.#clearedAt(subject);
    const reserving = { ...attempt, tenantId, limits, now: this.#now(), ...(clearedAt && { clearedAt }) };
    const settle = (name: string, command: SignInCommand) =>
      this.#execute(subject, `${name}-${factor}`, command, context);
    const { repeated } = await settle('reserve', { type: 'ReserveSignIn', data: reserving });
    // Compared once: after a day a repetition may come with another body, which would be a guess that does not count.
    if (repeated && !(await this.#passed(subject, `pass-${factor}`, context))) return undefined;
    return {
      fail: async () => {
        const data = { ...attempt, tenantId, ...(token && { token }), now: this.#now() };
        await settle('fail', { type: 'FailSignIn', data });
      },
      pass: async (complete) => {
        await settle('pass', { type: 'PassSignIn', data: { ...attempt, complete, now: this.#now() } });
      },
    };
  }

  async #passed({ streamId }: SignInSubject, name: string, context: CommandContext): Promise<boolean> {
    const { commands } = await load(this.store, signIns, streamId);
    return commands.has(step(context, name).commandId);
  }

  #execute({ streamId, account }: SignInSubject, name: string, command: SignInCommand, context: CommandContext) {
    // A name's stream is most likely new, as an account's is most likely known.
    const presume = account.accountId === null ? ({ presume: 'no-stream' } as const) : {};
    return execute(this.store, signIns, streamId, command, step(context, name), presume);
  }

  /** Under the key of the day: nobody can try guesses against it later. */
  async #tokenOf({ streamId, account: { credential } }: SignInSubject, password: string): Promise<string> {
    const { key } = await this.vault.dayKey();
    return keyedToken(key, 'sign-in', streamId, credential?.credentialId ?? '', normalise(password.slice(0, 1024)));
  }

  /** Whoever resets the limits of the simulated world means these as well. */
  #clearedAt({ account }: SignInSubject): string | undefined {
    const ends = [signInsClearedAt(account), this.limiter.resetAt].filter((at) => at !== undefined);
    return ends.sort().at(-1);
  }

  #now = (): string => this.clock.now().toISOString();
}
