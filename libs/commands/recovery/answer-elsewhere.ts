import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RuleViolation } from '#libs/domain/decider';
import { currentChallenge, recovery, refuseNotOpen } from '#libs/domain/recovery/recovery';
import type { RecoveryEvent } from '#libs/domain/recovery/recovery.events';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import type { Actor } from '#libs/eventstore/stored-event';
import { Clock } from '#libs/runtime/clock';
import { derivedId, step } from '../steps.js';
import { Ledger, type Reservation } from './ledger.js';
import type { RecoveryRequest } from './recoveries.js';

/** `too-late`: the challenge was over, superseded or closed with its recovery before this answer came. */
export type ElsewhereResult = 'passed' | 'failed' | 'denied' | 'too-late';

/**
 * An answer that comes from the phone or device itself and not from the page: a key pressed in a call, an approval in an
 * app. A challenge takes one such answer; the same one delivered twice changes nothing.
 */
export class AnswerElsewhere extends Command<ElsewhereResult> {
  /** @param actor the provider or device that reports it */
  constructor(
    readonly recoveryId: string,
    readonly challengeId: string,
    readonly answer: 'approved' | 'wrong' | 'denied',
    readonly actor: Actor,
  ) {
    super();
  }
}

@CommandHandler(AnswerElsewhere)
export class AnswerElsewhereHandler implements ICommandHandler<AnswerElsewhere> {
  constructor(
    private readonly store: EventStore,
    private readonly ledger: Ledger,
    private readonly clock: Clock,
  ) {}

  async execute({ recoveryId, challengeId, answer, actor }: AnswerElsewhere): Promise<ElsewhereResult> {
    const { state, commands, revision } = await load(this.store, recovery, recoveryId);
    const { policyVersion } = state;
    const context = { commandId: derivedId(challengeId, 'answer'), correlationId: recoveryId, actor, policyVersion };
    const request: RecoveryRequest = { recoveryId, state, context, revision, earlier: null };
    try {
      // Told before: only finds what was written then.
      if (commands.has(context.commandId)) return await this.#settle(request, challengeId, answer, neverMade);
      const now = this.clock.now().toISOString();
      refuseNotOpen(state, now);
      const { family } = currentChallenge(state, challengeId, now);
      const reservation = await this.ledger.reserve(request, family);
      const result = await this.#settle(request, challengeId, answer, reservation);
      await this.ledger.settleAnswer(request, reservation, result === 'passed');
      if (result === 'passed') await this.#disclose(request);
      return result;
    } catch (error) {
      if (error instanceof RuleViolation) return 'too-late';
      throw error;
    }
  }

  /** Who was refused from the beginning learns it at the portal, after proving a contact. */
  async #disclose({ recoveryId, state, context }: RecoveryRequest): Promise<void> {
    if (state.subject?.kind !== 'decoy') return;
    const command = { type: 'DiscloseRefusal', data: { now: this.clock.now().toISOString() } } as const;
    await execute(this.store, recovery, recoveryId, command, step(context, 'disclose'));
  }

  async #settle(
    { recoveryId, context }: RecoveryRequest,
    challengeId: string,
    answer: AnswerElsewhere['answer'],
    { reservationId, at: reservedAt }: Reservation,
  ): Promise<ElsewhereResult> {
    const verdict = { correct: answer === 'approved', denied: answer === 'denied', final: true };
    const data = { challengeId, reservationId, reservedAt, ...verdict, now: this.clock.now().toISOString() };
    const command = { type: 'SettleChallenge', data } as const;
    return resultIn((await execute(this.store, recovery, recoveryId, command, context)).events);
  }
}

const neverMade: Reservation = { reservationId: '', at: '' };

function resultIn(events: readonly RecoveryEvent[]): ElsewhereResult {
  for (const { type } of events) {
    if (type === 'ChallengePassed') return 'passed';
    if (type === 'ChallengeDenied') return 'denied';
  }
  return 'failed';
}
