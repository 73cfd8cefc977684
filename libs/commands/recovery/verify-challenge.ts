import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Language } from '#libs/domain/account/lifecycle';
import { RuleViolation } from '#libs/domain/decider';
import { traitsOf } from '#libs/domain/methods';
import { currentChallenge, refuseNotOpen } from '#libs/domain/recovery/recovery';
import type { RecoveryEvent } from '#libs/domain/recovery/recovery.events';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import type { Answer } from '#libs/domain/questions/answers';
import { Clock } from '#libs/runtime/clock';
import type { Caller } from '../caller.js';
import { atEvenPace } from '../even-pace.js';
import { refuseOtherAnswers } from '../questions/questions.js';
import { Ledger } from './ledger.js';
import { Proofs } from './proofs.js';
import { Recoveries, type RecoveryRequest } from './recoveries.js';
import { RecoveryViews, type RecoveryView } from './recovery-view.js';

export class VerifyChallenge extends Command<RecoveryView> {
  constructor(
    readonly recoveryId: string,
    readonly challengeId: string,
    /** A code, or answers to the questions that were asked. */
    readonly typed: string | readonly Answer[],
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(VerifyChallenge)
export class VerifyChallengeHandler implements ICommandHandler<VerifyChallenge> {
  constructor(
    private readonly recoveries: Recoveries,
    private readonly ledger: Ledger,
    private readonly proofs: Proofs,
    private readonly views: RecoveryViews,
    private readonly clock: Clock,
  ) {}

  execute({ recoveryId, challengeId, typed, caller }: VerifyChallenge): Promise<RecoveryView> {
    const command = () =>
      this.recoveries.command(recoveryId, `challenges/${challengeId}/answer`, caller, async (request) => {
        if (request.earlier)
          return this.#answer(request.earlier, await this.#disclose(request, request.state), caller.language);
        const now = this.clock.now().toISOString();
        refuseNotOpen(request.state, now);
        const challenge = currentChallenge(request.state, challengeId, now);
        if (traitsOf(challenge.method).elsewhere) throw new RuleViolation('answered-elsewhere');
        if ((challenge.method === 'security-questions') === (typeof typed === 'string')) {
          throw new RuleViolation('invalid-request', { field: typeof typed === 'string' ? 'answers' : 'code' });
        }
        if (typeof typed !== 'string') refuseOtherAnswers(challenge, typed);
        const reservation = await this.ledger.reserve(request, challenge.family);
        const correct = await this.proofs.hold(request, challenge, typed);
        const settled = await this.recoveries.execute(request, {
          type: 'SettleChallenge',
          data: {
            challengeId,
            reservationId: reservation.reservationId,
            reservedAt: reservation.at,
            correct,
            now: this.clock.now().toISOString(),
          },
        });
        await this.ledger.settleAnswer(request, reservation, correct);
        const state = correct ? await this.#disclose(request, settled.state) : settled.state;
        return this.#answer(settled.events, state, caller.language);
      });
    return atEvenPace(command);
  }

  /** Who was refused from the beginning learns it here, after proving a contact. */
  async #disclose(request: RecoveryRequest, state: RecoveryState): Promise<RecoveryState> {
    if (state.subject?.kind !== 'decoy') return state;
    const now = this.clock.now().toISOString();
    return (await this.recoveries.execute(request, { type: 'DiscloseRefusal', data: { now } }, 'disclose')).state;
  }

  async #answer(events: readonly RecoveryEvent[], state: RecoveryState, language: Language): Promise<RecoveryView> {
    for (const { type, data } of events) {
      if (type === 'FamilyBlocked') throw new RuleViolation('blocked', { family: data.family, until: data.until });
    }
    const failed = events.find(({ type }) => type === 'ChallengeFailed');
    if (failed?.type === 'ChallengeFailed') {
      const allowed = state.limits?.failuresPerFamily ?? failed.data.failures;
      throw new RuleViolation('challenge-failed', { triesLeft: allowed - failed.data.failures });
    }
    if (state.subject?.kind === 'decoy') {
      throw new RuleViolation('contact-administrator', { reason: state.outcome?.reason });
    }
    return this.views.of(state, language);
  }
}
