import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AccountEvent } from '#libs/domain/account/account.events';
import type { AccountState } from '#libs/domain/account/account.state';
import { verifiedMs } from '#libs/domain/account/assistance';
import { RuleViolation } from '#libs/domain/decider';
import { plus, type Instant } from '#libs/domain/time';
import type { Caller } from '../caller.js';
import { CarriedCodes } from '../delivery/carried-codes.js';
import { sameText } from '../same-text.js';
import type { Authenticated } from '../sessions/authenticate.js';
import { derivedId } from '../steps.js';
import { Assistants } from './assistants.js';
import { spoken } from './words/two-words.js';

export interface VerifiedCaller {
  verifiedUntil: Instant;
}

/** What the caller reads out, typed by the member. */
export class ConfirmWord extends Command<VerifiedCaller> {
  constructor(
    readonly accountId: string,
    readonly caseId: string,
    readonly word: string,
    readonly who: Authenticated,
    readonly caller: Caller,
  ) {
    super();
  }
}

@CommandHandler(ConfirmWord)
export class ConfirmWordHandler implements ICommandHandler<ConfirmWord> {
  constructor(
    private readonly assistants: Assistants,
    private readonly codes: CarriedCodes,
  ) {}

  /** @throws RuleViolation challenge-failed, challenge-not-current, challenge-expired, blocked, case-not-open, … */
  async execute({ accountId, caseId, word, who, caller }: ConfirmWord): Promise<VerifiedCaller> {
    const request = await this.assistants.request(who, accountId, `${caseId}/word/answer`, caller, caseId);
    const settled = await this.assistants.did(request, 'settle');
    const tryId = derivedId(request.context.commandId, 'try');
    const inCase = { member: request.member, caseId, tryId };
    const reserving = { type: 'ReserveWordTry', data: { ...inCase, now: this.assistants.now() } } as const;
    const { state, repeated } = await this.assistants.execute(request, reserving, 'reserve');
    // Begun before and never settled: spent, or a repetition would be a second guess.
    const correct = !settled && !repeated && (await this.#fits(state, word));
    const settling = { type: 'SettleWordTry', data: { ...inCase, correct, now: this.assistants.now() } } as const;
    const { events } = await this.assistants.execute(request, settling, 'settle');
    return answerOf(events);
  }

  async #fits({ tenantId, accountId, helpCase }: AccountState, typed: string): Promise<boolean> {
    const sent = helpCase?.word;
    if (!sent || accountId === null) return false;
    const expected = await this.codes.of({ tenantId, accountId }, sent.contact, sent.code);
    return expected !== undefined && sameText(spoken(expected), spoken(typed));
  }
}

function answerOf(events: readonly AccountEvent[]): VerifiedCaller {
  for (const { type, data } of events) {
    if (type === 'VerificationWordConfirmed') return { verifiedUntil: plus(data.at, verifiedMs) };
    if (type === 'VerificationWordFailed') throw new RuleViolation('challenge-failed', { triesLeft: data.triesLeft });
  }
  throw new RuleViolation('challenge-not-current');
}
