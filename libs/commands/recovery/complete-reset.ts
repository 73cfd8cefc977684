import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { Alert } from '#libs/domain/account/alerts';
import type { Notice } from '#libs/domain/account/notices';
import { RuleViolation } from '#libs/domain/decider';
import { familyOf } from '#libs/domain/methods';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryState, Submission } from '#libs/domain/recovery/recovery.state';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, recall, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId, step } from '../steps.js';
import { Tenants } from '../tenants/tenants.js';

/**
 * Takes a submitted password to its end: the commit on the account, then the outcome on the recovery. The request that
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
    private readonly tenants: Tenants,
    private readonly clock: Clock,
  ) {}

  async execute({ recoveryId }: CompleteReset): Promise<RecoveryState> {
    const state = await this.#submitted(recoveryId);
    const { submission, subject } = state;
    if (state.phase !== 'submitted' || !submission || subject?.kind !== 'account') return state;
    const context = contextOf(state, submission);
    const failure = await this.#commit(state, submission, subject, context);
    const now = this.clock.now().toISOString();
    const command = failure
      ? ({ type: 'SupersedeRecovery', data: { ...(failure === 'not-me' && { why: 'not-me' as const }), now } } as const)
      : ({ type: 'SucceedRecovery', data: { credentialId: submission.credentialId, now } } as const);
    return (await execute(this.store, recovery, recoveryId, command, step(context, 'close'))).state;
  }

  /** Whoever submitted it here a moment ago need not read it again. */
  async #submitted(recoveryId: string): Promise<RecoveryState> {
    const { state } = await recall(this.store, recovery, recoveryId);
    return state.phase === 'submitted' ? state : (await load(this.store, recovery, recoveryId)).state;
  }

  /** @returns why the account did not get this recovery's password; undefined when it did */
  async #commit(
    { recoveryId, tenantId, gates, passed }: RecoveryState,
    { credentialId, credential }: Submission,
    { accountId, epoch }: { accountId: string; epoch: number },
    context: CommandContext,
  ): Promise<string | undefined> {
    const { policy } = await this.tenants.byId(tenantId ?? '');
    const provedWith = gates.flatMap(({ contact }) => contact?.ref ?? []);
    const now = this.clock.now().toISOString();
    try {
      await execute(
        this.store,
        account,
        accountId,
        ({ methods, roles }): AccountCommand => {
          const addresses = policy.notifications.users ? methods.filter((m) => familyOf(m.method) === 'email') : [];
          const notices: Notice[] = addresses.map(({ methodId, contact }) => ({
            noticeId: derivedId(context.commandId, 'notice', methodId),
            template: 'password-was-reset',
            contact,
          }));
          const alerts: Alert[] =
            policy.notifications.administrators && roles.length > 0
              ? [{ alertId: derivedId(context.commandId, 'alert'), template: 'administrator-was-reset' }]
              : [];
          const families = gates.map(({ family }) => family);
          const reset = { recoveryId, credentialId, credential, epoch, passed, families, provedWith };
          return { type: 'ResetPassword', data: { ...reset, notices, alerts, now } };
        },
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
