import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { RegisteredMethod } from '#libs/domain/account/registered-methods';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { nowhere } from '../nowhere.js';
import { step } from '../steps.js';
import { matchingStep } from './app-codes.js';

/** An authenticator app's code, accepted once: the step is claimed on the account before anything follows from it. */
@Injectable()
export class SecondFactor {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** The work of a claim that comes to nothing, for an account that does not exist. */
  async pretend(): Promise<void> {
    await this.vault.read(nowhere, 'account/contact');
    matchingStep('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', '000000', this.clock.now());
  }

  /** @returns whether this code is one of these apps', now and for the first time */
  async claimAny(
    owner: AccountState,
    apps: readonly RegisteredMethod[],
    code: string,
    context: CommandContext,
  ): Promise<boolean> {
    for (const app of apps) if (await this.claim(owner, app, code, context)) return true;
    return false;
  }

  /** @returns whether this code is one of the app's, now and for the first time */
  async claim(
    { accountId }: AccountState,
    { methodId, contact }: RegisteredMethod,
    code: string,
    context: CommandContext,
  ): Promise<boolean> {
    const now = this.clock.now();
    const seed = await this.vault.read(contact, 'account/contact');
    const used = seed && matchingStep(seed.toString(), code, now);
    if (used === undefined || accountId === null) return false;
    const claim = { type: 'UseAppCode', data: { methodId, step: used, now: now.toISOString() } } as const;
    try {
      await execute(this.store, account, accountId, claim, step(context, 'use-app-code'));
      return true;
    } catch (error) {
      if (error instanceof RuleViolation && error.code === 'code-reused') return false;
      throw error;
    }
  }
}
