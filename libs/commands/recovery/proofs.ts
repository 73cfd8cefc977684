import { Injectable } from '@nestjs/common';
import { account, decoy } from '#libs/domain/account/account';
import type { Challenge, RecoveryState } from '#libs/domain/recovery/recovery.state';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import type { Answer } from '#libs/domain/questions/answers';
import { SecondFactor } from '../accounts/second-factor.js';
import { RecoveryCodes } from '../delivery/recovery-codes.js';
import { Questions } from '../questions/questions.js';
import { sameText } from '../same-text.js';
import type { RecoveryRequest } from './recoveries.js';

/** Whether what the person typed answers the challenge. */
@Injectable()
export class Proofs {
  constructor(
    private readonly store: EventStore,
    private readonly codes: RecoveryCodes,
    private readonly secondFactor: SecondFactor,
    private readonly questions: Questions,
  ) {}

  /** @param typed a code, or answers to the questions that were asked */
  async hold(request: RecoveryRequest, challenge: Challenge, typed: string | readonly Answer[]): Promise<boolean> {
    if (typeof typed !== 'string') return this.questions.fit(challenge, typed);
    const digits = typed.normalize('NFKC').replace(/[\s-]/g, '');
    return challenge.method === 'app-code'
      ? this.#appCodeFits(request, challenge, digits)
      : this.#mailedCodeFits(request.state, challenge, digits);
  }

  async #mailedCodeFits(state: RecoveryState, challenge: Challenge, digits: string): Promise<boolean> {
    const expected = await this.codes.of(state, challenge);
    return expected !== undefined && sameText(expected, digits) && challenge.contact !== null;
  }

  /** F10: the step is claimed on the account before anything is passed, so that no second use gets through. */
  async #appCodeFits({ state, context }: RecoveryRequest, challenge: Challenge, digits: string): Promise<boolean> {
    const accountId = state.subject?.accountId;
    if (accountId === undefined) return this.#pretend(state);
    const owner = (await load(this.store, account, accountId)).state;
    const offered = state.offers.filter(({ method }) => method === challenge.method);
    const apps = owner.methods.filter(({ contact }) => offered.some((offer) => offer.contact?.ref === contact.ref));
    return this.secondFactor.claimAny(owner, apps, digits, context);
  }

  /** A decoy takes what an account takes: a read of its stream, and the claim's look into the vault. */
  async #pretend({ subject }: RecoveryState): Promise<false> {
    await load(this.store, decoy, subject?.kind === 'decoy' ? subject.token : 'nobody');
    await this.secondFactor.pretend();
    return false;
  }
}
