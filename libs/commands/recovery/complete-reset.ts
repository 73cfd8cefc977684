import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import { RuleViolation } from '#libs/domain/decider';
import { recovery } from '#libs/domain/recovery/recovery';
import type { SubmittedWriteback } from '#libs/domain/recovery/recovery.events';
import type { RecoveryState, Submission } from '#libs/domain/recovery/recovery.state';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, recall, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId, step } from '../steps.js';
import { completeUnlock } from './complete-unlock.js';
import { requestWriteback } from './request-writeback.js';
import { ResetNotices } from './reset-notices.js';
import { recogniseSource } from './recognise-source.js';

/**
 * Takes a submitted password, or unlock, to its end: the commit on the account, then the outcome on the recovery. The request that
 * submitted it runs this at once; after a crash the reconciler does, and every step finds what was done before.
 */
export class CompleteReset extends Command<RecoveryState> {
  constructor(readonly recoveryId: string) {
    super();
  }
}

@CommandHandler(CompleteReset)
export class CompleteResetHandler implements ICommandHandler<CompleteReset> {
  constructor(
    private readonly store: EventStore,
    private readonly notices: ResetNotices,
    private readonly clock: Clock,
  ) {}

  async execute({ recoveryId }: CompleteReset): Promise<RecoveryState> {
    const state = await this.#submitted(recoveryId);
    if (state.phase === 'submitted' && state.unlocking) return completeUnlock(this.store, this.clock, state);
    const { submission, subject } = state;
    if (state.phase !== 'submitted' || !submission || subject?.kind !== 'account') return state;
    const context = contextOf(state, submission);
    const { writeback } = submission;
    const failure = writeback
      ? await this.#requestWriteback(state, submission, writeback, context)
      : await this.#commit(state, submission, subject, context);
    // The directory has the last word: its agent's receipt ends the recovery.
    if (writeback && !failure) return state;
    const now = this.clock.now().toISOString();
    const command = failure
      ? ({ type: 'SupersedeRecovery', data: { ...(failure === 'not-me' && { why: 'not-me' as const }), now } } as const)
      : ({ type: 'SucceedRecovery', data: { credentialId: submission.credentialId, now } } as const);
    const [closed] = await Promise.all([
      execute(this.store, recovery, recoveryId, command, step(context, 'close')),
      failure ? undefined : recogniseSource(this.store, state, now, context),
    ]);
    return closed.state;
  }

  /** Whoever submitted it here a moment ago need not read it again. */
  async #submitted(recoveryId: string): Promise<RecoveryState> {
    const { state } = await recall(this.store, recovery, recoveryId);
    return state.phase === 'submitted' ? state : (await load(this.store, recovery, recoveryId)).state;
  }

  /** @returns why it was not asked for; undefined when it was, now or before */
  async #requestWriteback(
    state: RecoveryState,
    { credentialId, credential: sealed }: Submission,
    writeback: SubmittedWriteback,
    context: CommandContext,
  ): Promise<string | undefined> {
    const wish = { ...writeback, kind: 'reset', credentialId, sealed } as const;
    const named = step(context, 'request-writeback');
    const refused = await requestWriteback(this.store, this.clock, state, wish, named);
    return refused && String(refused.details.why);
  }

  /** @returns why the account did not get this recovery's password; undefined when it did */
  async #commit(
    { recoveryId, tenantId, gates, passed }: RecoveryState,
    { credentialId, credential }: Submission,
    { accountId, epoch }: { accountId: string; epoch: number },
    context: CommandContext,
  ): Promise<string | undefined> {
    const told = await this.notices.of(tenantId ?? '', 'password-was-reset', context);
    const families = gates.map(({ family }) => family);
    const provedWith = gates.flatMap(({ contact }) => contact?.ref ?? []);
    const reset = { recoveryId, credentialId, credential, epoch, passed, families, provedWith };
    const now = this.clock.now().toISOString();
    try {
      await execute(
        this.store,
        account,
        accountId,
        (owner): AccountCommand => ({
          type: 'ResetPassword',
          data: { ...reset, ...told(owner), now },
        }),
        step(context, 'commit'),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof RuleViolation) || error.code !== 'superseded') throw error;
      const { state } = await load(this.store, account, accountId);
      return state.usedRecoveries.includes(recoveryId) ? undefined : String(error.details.why);
    }
  }
}

/** The same for whoever completes it: the steps' ids follow from the submission. */
function contextOf({ recoveryId, policyVersion }: RecoveryState, { credentialId }: Submission): CommandContext {
  return {
    commandId: derivedId(credentialId, 'complete'),
    correlationId: recoveryId,
    actor: { kind: 'system' },
    policyVersion,
  };
}
