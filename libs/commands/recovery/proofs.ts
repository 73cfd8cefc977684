import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { account } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import type { Challenge, RecoveryState } from '#libs/domain/recovery/recovery.state';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { matchingStep } from '../accounts/app-codes.js';
import { RecoveryCodes } from '../delivery/recovery-codes.js';
import { step } from '../steps.js';
import type { RecoveryRequest } from './recoveries.js';

/** Whether what the person typed answers the challenge. */
@Injectable()
export class Proofs {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly codes: RecoveryCodes,
    private readonly clock: Clock,
  ) {}

  async hold(request: RecoveryRequest, challenge: Challenge, typed: string): Promise<boolean> {
    const digits = typed.normalize('NFKC').replace(/[\s-]/g, '');
    return challenge.method === 'app-code'
      ? this.#appCodeFits(request, challenge, digits)
      : this.#mailedCodeFits(request.state, challenge, digits);
  }

  async #mailedCodeFits(state: RecoveryState, challenge: Challenge, digits: string): Promise<boolean> {
    const expected = await this.codes.of(state, challenge);
    return expected !== undefined && same(expected, digits) && challenge.contact !== null;
  }

  /** F10: the step is claimed on the account before anything is passed, so that no second use gets through. */
  async #appCodeFits({ state, context }: RecoveryRequest, challenge: Challenge, digits: string): Promise<boolean> {
    const seed = await this.vault.read(challenge.contact ?? nowhere, 'account/contact');
    const used = seed && matchingStep(seed.toString(), digits, this.clock.now());
    const accountId = state.subject?.accountId;
    if (used === undefined || accountId === undefined) return false;
    const { methods } = (await load(this.store, account, accountId)).state;
    const registered = methods.find(({ contact }) => contact.ref === challenge.contact?.ref);
    if (!registered) return false;
    const now = this.clock.now().toISOString();
    const claim = { type: 'UseAppCode', data: { methodId: registered.methodId, step: used, now } } as const;
    try {
      await execute(this.store, account, accountId, claim, step(context, 'use-app-code'));
      return true;
    } catch (error) {
      if (error instanceof RuleViolation && error.code === 'code-reused') return false;
      throw error;
    }
  }
}

const nowhere = { ref: '00000000-0000-4000-8000-000000000000', sha256: '' };

/** In the same time wherever they differ. */
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
