import { Injectable } from '@nestjs/common';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { AccountEvent } from '#libs/domain/account/account.events';
import type { AccountState } from '#libs/domain/account/account.state';
import {
  currentConfirmation,
  triesLeft,
  type Confirmation,
  type ConfirmationPurpose,
} from '#libs/domain/account/confirmations';
import type { Notice } from '#libs/domain/account/notices';
import type { Registering } from '#libs/domain/account/registrations';
import { RuleViolation } from '#libs/domain/decider';
import { traitsOf, type Method } from '#libs/domain/methods';
import type { Policy } from '#libs/domain/tenant/policy';
import { plus } from '#libs/domain/time';
import type { VaultRef } from '#libs/domain/vault-ref';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext, type Executed } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { matchingStep } from '../accounts/app-codes.js';
import { SecondFactor } from '../accounts/second-factor.js';
import { CarriedCodes } from '../delivery/carried-codes.js';
import { sameText } from '../same-text.js';
import { derivedId, step } from '../steps.js';
import { PhoneLimits } from '../telecom/phone-limits.js';
import { Throttle } from '../throttle.js';
import { changeNotices } from './change-notices.js';

/** What is to be confirmed. */
export interface Wish {
  readonly purpose: ConfirmationPurpose;
  readonly sessionId: string;
  readonly method: Method;
  readonly contact: VaultRef;
  readonly registers?: Registering;
}

export interface AskedConfirmation {
  readonly confirmationId: string;
  readonly expiresAt: string;
  /** As it stands in the log: of a repeated command, what the first one put there. */
  readonly contact: VaultRef;
}

interface Named {
  readonly purpose: ConfirmationPurpose;
  readonly confirmationId: string;
}

type Done = Executed<AccountState, AccountEvent>;

/** Sends codes and calls to signed-in people, and compares what they answer: reserved first, as every try. */
@Injectable()
export class Confirmations {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly codes: CarriedCodes,
    private readonly secondFactor: SecondFactor,
    private readonly throttle: Throttle,
    private readonly phones: PhoneLimits,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation cool-down, blocked */
  async ask(accountId: string, wish: Wish, policy: Policy, context: CommandContext): Promise<AskedConfirmation> {
    const { channel, digits = 6, lifetimeMs } = traitsOf(wish.method);
    const { state, commands } = await load(this.store, account, accountId);
    if (!commands.has(context.commandId)) await this.#admit(state, wish, policy);
    const { keyId } = await this.vault.dayKey();
    const now = this.clock.now().toISOString();
    const confirmationId = derivedId(context.commandId, 'confirmation');
    const expiresAt = plus(now, wish.registers && !channel ? registeringMs : lifetimeMs);
    const code = { keyId, digits, purpose: wish.purpose, subjectId: confirmationId };
    const noticeId = derivedId(context.commandId, 'notice');
    const notice: Notice | undefined =
      channel && channel !== 'push'
        ? { noticeId, template: 'verification-code', contact: wish.contact, channel, expiresAt, code }
        : undefined;
    const asked = { ...wish, confirmationId, keyId, digits, expiresAt, limits: policy.limits, now };
    const done = await this.#execute(
      accountId,
      { type: 'AskConfirmation', data: { ...asked, ...(notice && { notice }) } },
      context,
    );
    return askedIn(done.events);
  }

  /**
   * Takes what was typed. @returns the confirmation that passed
   * @throws RuleViolation challenge-failed, challenge-expired, challenge-not-current, blocked
   */
  async answer(
    accountId: string,
    named: Named,
    typed: string,
    policy: Policy,
    context: CommandContext,
  ): Promise<Confirmation> {
    const { state, commands } = await load(this.store, account, accountId);
    if (commands.has(context.commandId)) {
      return this.#outcome(await this.#execute(accountId, neverDecided(named), context), named, policy);
    }
    const now = this.clock.now().toISOString();
    const confirmation = currentConfirmation(state, named, now);
    if (traitsOf(confirmation.method).channel === 'voice') throw new RuleViolation('challenge-not-current');
    const tryId = derivedId(context.commandId, 'try');
    const { limits } = policy;
    await this.#execute(
      accountId,
      { type: 'ReserveConfirmation', data: { ...named, tryId, limits, now } },
      step(context, 'reserve'),
    );
    const proof = await this.#compare(state, confirmation, typed, context);
    const settled = { ...named, tryId, now: this.clock.now().toISOString() };
    const done = proof
      ? await this.pass(accountId, { ...settled, ...proof }, policy, context)
      : await this.#execute(accountId, { type: 'FailConfirmation', data: settled }, context);
    return this.#outcome(done, named, policy);
  }

  /** The append that makes it count: a registration's method, and the notice of it to every address, are part of it. */
  async pass(
    accountId: string,
    settled: Named & { tryId?: string; appStep?: number; now: string },
    { gatesRequired, limits: { coolingOffHours } }: Policy,
    context: CommandContext,
  ): Promise<Done> {
    return execute(
      this.store,
      account,
      accountId,
      (state): AccountCommand => {
        const { registers, contact } = state.confirmations[settled.purpose] ?? {};
        const change = registers && { ...registers, ...(contact && { contact }) };
        const notices = change ? changeNotices(state, change, context.commandId) : [];
        const registration = { gatesRequired, coolingOffHours };
        return { type: 'PassConfirmation', data: { ...settled, registration, notices } };
      },
      context,
    );
  }

  /** How often something may be sent: to an account by mail; to a number by phone, and from an account to any number. */
  async #admit({ accountId, tenantId }: AccountState, wish: Wish, policy: Policy): Promise<void> {
    const { method, contact, purpose } = wish;
    const { channel } = traitsOf(method);
    const { limits } = policy;
    if (channel === 'email') {
      // Whoever is signed in is at home, wherever they are: strangers use up nothing of theirs.
      await this.throttle.sending(channel, accountId ?? '', limits.emailsPer10Minutes, signedIn);
    }
    if (channel !== 'sms' && channel !== 'voice') return;
    const number = (await this.vault.read(contact, 'account/contact'))?.toString() ?? '';
    await this.phones.admit({ tenantId, channel, number, by: { accountId: accountId ?? '', purpose } }, limits, policy);
  }

  async #compare(
    state: AccountState,
    confirmation: Confirmation,
    typed: string,
    context: CommandContext,
  ): Promise<{ appStep?: number } | undefined> {
    const digits = typed.normalize('NFKC').replace(/[\s-]/g, '');
    const { contact, keyId, purpose, confirmationId: subjectId } = confirmation;
    if (confirmation.method === 'app-code') {
      if (purpose === 'registration') return this.#newAppFits(contact, digits);
      const app = state.methods.find((one) => one.contact.ref === contact.ref);
      return app && (await this.secondFactor.claim(state, app, digits, context)) ? {} : undefined;
    }
    const owner = { tenantId: state.tenantId, accountId: state.accountId ?? '' };
    const expected = await this.codes.of(owner, contact, { keyId, digits: confirmation.digits, purpose, subjectId });
    return expected !== undefined && sameText(expected, digits) ? {} : undefined;
  }

  async #newAppFits(contact: VaultRef, digits: string): Promise<{ appStep: number } | undefined> {
    const seed = await this.vault.read(contact, 'account/contact');
    const appStep = seed && matchingStep(seed.toString(), digits, this.clock.now());
    return appStep === undefined ? undefined : { appStep };
  }

  #outcome({ state, events }: Done, { purpose, confirmationId }: Named, { limits }: Policy): Confirmation {
    const confirmation = state.confirmations[purpose];
    const passed = events.find(({ type }) => type === 'ConfirmationPassed');
    if (passed && confirmation?.confirmationId === confirmationId) return confirmation;
    const now = this.clock.now().toISOString();
    const left = confirmation ? triesLeft(state, confirmation.contact.ref, limits, now) : 0;
    throw new RuleViolation(passed ? 'challenge-not-current' : 'challenge-failed', { triesLeft: left });
  }

  #execute(accountId: string, command: AccountCommand, context: CommandContext): Promise<Done> {
    return execute(this.store, account, accountId, command, context);
  }
}

const signedIn = { familiar: true, proven: true };

/** Scanning a picture and setting up an app takes longer than reading a code. */
const registeringMs = 15 * 60_000;

function askedIn(events: readonly AccountEvent[]): AskedConfirmation {
  for (const { type, data } of events) {
    if (type !== 'ConfirmationAsked') continue;
    const { confirmationId, expiresAt, contact } = data;
    return { confirmationId, expiresAt, contact };
  }
  throw new RuleViolation('challenge-not-current');
}

/** Only finds what the command did before. */
const neverDecided = (named: Named): AccountCommand => ({ type: 'DenyConfirmation', data: { ...named, now: '' } });
