import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account } from '#libs/domain/account/account';
import { approvalOf, type ApprovalAnswer } from '#libs/domain/account/devices';
import { RuleViolation } from '#libs/domain/decider';
import { currentChallenge, recovery, refuseNotOpen } from '#libs/domain/recovery/recovery';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { RecoveryCodes } from '../delivery/recovery-codes.js';
import { AnswerElsewhere } from '../recovery/answer-elsewhere.js';
import { sameText } from '../same-text.js';
import { derivedId } from '../steps.js';
import type { AuthenticatedDevice } from './authenticate-device.js';

export interface ApprovalWish {
  readonly answer: 'approve' | 'deny';
  /** The number the portal shows; an approval without it is none. */
  readonly number?: string;
}

export type ApprovalResult = 'approved' | 'wrong-number' | 'denied';

/** A device's signed answer to a challenge. One is taken of each challenge, right or wrong; sent again it changes nothing. */
export class AnswerApproval extends Command<ApprovalResult> {
  constructor(
    readonly by: AuthenticatedDevice,
    readonly approvalId: string,
    readonly wish: ApprovalWish,
  ) {
    super();
  }
}

@CommandHandler(AnswerApproval)
export class AnswerApprovalHandler implements ICommandHandler<AnswerApproval> {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
    private readonly codes: RecoveryCodes,
    private readonly commands: CommandBus,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation approval-closed, invalid-request */
  async execute({ by, approvalId, wish }: AnswerApproval): Promise<ApprovalResult> {
    const { deviceId } = by.device;
    const owner = await load(this.store, account, by.accountId);
    const approval = approvalOf(owner.state, approvalId);
    if (!approval) throw new RuleViolation('approval-closed');
    const { recoveryId } = approval;
    const commandId = derivedId(approvalId, 'answer', deviceId);
    // Told before: what was recorded then is carried on, in case nobody did.
    const answer = owner.commands.has(commandId)
      ? approval.answer!
      : await this.#record(by, { approvalId, recoveryId, commandId }, wish);
    const actor = { kind: 'device', id: deviceId } as const;
    const result = await this.commands.execute(new AnswerElsewhere(recoveryId, approvalId, answer, actor));
    if (result === 'too-late') throw new RuleViolation('approval-closed');
    return results[answer];
  }

  async #record(
    { accountId, device, proof: signed }: AuthenticatedDevice,
    { approvalId, recoveryId, commandId }: { approvalId: string; recoveryId: string; commandId: string },
    wish: ApprovalWish,
  ): Promise<ApprovalAnswer> {
    const answer = await this.#verdict(recoveryId, approvalId, wish);
    const { deviceId } = device;
    const proof = await this.vault.seal({ owner: accountId, place: 'account/approval-proof', value: signed });
    const data = { challengeId: approvalId, deviceId, answer, proof, now: this.clock.now().toISOString() };
    const context = { commandId, correlationId: recoveryId, actor: { kind: 'device', id: deviceId } } as const;
    await execute(this.store, account, accountId, { type: 'AnswerApproval', data }, context);
    return answer;
  }

  async #verdict(recoveryId: string, challengeId: string, { answer, number }: ApprovalWish): Promise<ApprovalAnswer> {
    const { state } = await load(this.store, recovery, recoveryId);
    const now = this.clock.now().toISOString();
    try {
      refuseNotOpen(state, now);
      const challenge = currentChallenge(state, challengeId, now);
      if (answer === 'deny') return 'denied';
      if (number === undefined) throw new RuleViolation('invalid-request', { field: 'number' });
      const expected = await this.codes.of(state, challenge);
      return expected !== undefined && sameText(expected, number.normalize('NFKC').trim()) ? 'approved' : 'wrong';
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.code === 'invalid-request') throw error;
      throw new RuleViolation('approval-closed');
    }
  }
}

const results: Record<ApprovalAnswer, ApprovalResult> = {
  approved: 'approved',
  wrong: 'wrong-number',
  denied: 'denied',
};
