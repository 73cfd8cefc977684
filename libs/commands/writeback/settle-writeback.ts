import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { OutcomeReason } from '#libs/domain/outcome';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryCommand } from '#libs/domain/recovery/recovery.commands';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { writeback, type WritebackState } from '#libs/domain/writeback/writeback';
import type { Errand, WritebackResult } from '#libs/domain/writeback/writeback.events';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { ResetNotices } from '../recovery/reset-notices.js';
import { derivedId, step } from '../steps.js';

/** Draws the consequences of what is known of a writeback: on the account, then on the recovery. Repeated, it goes on. */
export class SettleWriteback extends Command<void> {
  constructor(readonly writebackId: string) {
    super();
  }
}

@CommandHandler(SettleWriteback)
export class SettleWritebackHandler implements ICommandHandler<SettleWriteback> {
  constructor(
    private readonly store: EventStore,
    private readonly notices: ResetNotices,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  async execute({ writebackId }: SettleWriteback): Promise<void> {
    const { state } = await load(this.store, writeback, writebackId);
    const { errand } = state;
    const verdict = errand && verdictOf(state);
    if (!errand || !verdict) return;
    const { recoveryId } = errand;
    const context: CommandContext = {
      commandId: derivedId(writebackId, 'settle', verdict.kind === 'done' ? 'done' : verdict.reason),
      correlationId: recoveryId,
      actor: { kind: 'system' },
    };
    const before = (await load(this.store, recovery, recoveryId)).state;
    if (verdict.kind === 'done') await this.#written(state, errand, before, context);
    const command = await this.#closing(verdict, errand, before);
    if (command) await execute(this.store, recovery, recoveryId, command, step(context, 'close'));
    if (errand.sealed) await this.vault.destroy([errand.sealed.ref]);
  }

  async #written(
    { report }: WritebackState,
    { accountId, writebackId, recoveryId, kind }: Errand,
    state: RecoveryState,
    context: CommandContext,
  ): Promise<void> {
    const { writes = 0, fenced = true } = report ?? {};
    const settled = { writebackId, recoveryId, writes, fenced, now: this.clock.now().toISOString() };
    const told = await this.notices.of(state.tenantId ?? '', 'password-was-reset', context);
    const credentialId = state.submission?.credentialId ?? derivedId(writebackId, 'credential');
    await execute(
      this.store,
      account,
      accountId,
      (owner): AccountCommand => {
        if (kind === 'unlock') return { type: 'RecordUnlockWritten', data: { ...settled, notices: [] } };
        const { notices, alerts } = told(owner);
        const families = state.gates.map(({ family }) => family);
        return { type: 'RecordPasswordWritten', data: { ...settled, credentialId, families, notices, alerts } };
      },
      step(context, 'written'),
    );
  }

  async #closing(verdict: Verdict, { accountId }: Errand, state: RecoveryState): Promise<RecoveryCommand | undefined> {
    const now = this.clock.now().toISOString();
    const credentialId = state.submission?.credentialId ?? '';
    if (state.phase === 'closed') {
      // It was given up as lost, and now there is word of it.
      if (verdict.kind !== 'done' || state.outcome?.reason !== 'writeback-timed-out') return undefined;
      const method = state.gates.at(-1)?.method;
      const outcome = { result: 'succeeded', reason: 'reset', ...(method && { method }) } as const;
      return { type: 'CorrectOutcome', data: { outcome, now } };
    }
    if (verdict.kind === 'done') return { type: 'SucceedRecovery', data: { credentialId, now } };
    if (verdict.kind === 'failed') return { type: 'FailRecovery', data: { reason: verdict.reason, now } };
    const { epoch } = (await load(this.store, account, accountId)).state;
    return { type: 'RejectPassword', data: { credentialId, reasons: [verdict.reason], epoch, now } };
  }
}

type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'rejected'; readonly reason: 'directory-policy' }
  | { readonly kind: 'failed'; readonly reason: OutcomeReason<'failed'> };

/** Undefined while nobody can say. */
function verdictOf({ phase, report }: WritebackState): Verdict | undefined {
  if (phase === 'expired' || phase === 'lost') return { kind: 'failed', reason: 'writeback-timed-out' };
  return report ? verdicts[report.result] : undefined;
}

const failed = (reason: OutcomeReason<'failed'>): Verdict => ({ kind: 'failed', reason });

const verdicts: Readonly<Record<WritebackResult, Verdict>> = {
  succeeded: { kind: 'done' },
  stale: failed('superseded'),
  'rejected-by-policy': { kind: 'rejected', reason: 'directory-policy' },
  'wrong-password': failed('problem-on-premises'),
  'permission-denied': failed('problem-on-premises'),
  'user-not-found': failed('problem-on-premises'),
  protected: failed('account-protected'),
  disabled: failed('account-disabled'),
  expired: failed('writeback-timed-out'),
  unreachable: failed('problem-on-premises'),
  unreadable: failed('problem-on-premises'),
};
