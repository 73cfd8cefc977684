import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { writeback, type WritebackState } from '#libs/domain/writeback/writeback';
import type { Errand } from '#libs/domain/writeback/writeback.events';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { Vault } from '#libs/vault/vault';
import { recogniseSource } from '../recovery/recognise-source.js';
import { derivedId, step } from '../steps.js';
import { closingOf } from './closing.js';
import { verdictOf, type Verdict } from './verdict.js';
import { WritebackNotices } from './writeback-notices.js';

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
    private readonly notices: WritebackNotices,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  async execute({ writebackId }: SettleWriteback): Promise<void> {
    const { state } = await load(this.store, writeback, writebackId);
    const { errand } = state;
    const verdict = errand && verdictOf(state);
    if (!errand || !verdict) return;
    const context: CommandContext = {
      commandId: derivedId(writebackId, 'settle', verdict.kind === 'done' ? 'done' : verdict.result),
      correlationId: errand.recoveryId,
      actor: { kind: 'system' },
    };
    const before = errand.kind === 'change' ? undefined : await this.#recovery(errand);
    const told = await this.notices.of(errand, verdict, context);
    await execute(
      this.store,
      account,
      errand.accountId,
      (owner): AccountCommand =>
        verdict.kind === 'done'
          ? this.#written(state, errand, before, told(owner))
          : {
              type: 'RecordWritebackFailed',
              data: { ...this.#settled(errand), result: verdict.result, ...told(owner) },
            },
      step(context, 'account'),
    );
    if (before) await this.#close(verdict, errand, before, context);
    // Whatever it was, nobody needs it any more.
    if (errand.sealed) await this.vault.destroy([errand.sealed.ref]);
  }

  async #recovery({ recoveryId }: Errand): Promise<RecoveryState> {
    return (await load(this.store, recovery, recoveryId)).state;
  }

  #settled = ({ writebackId, recoveryId }: Errand) => ({
    writebackId,
    recoveryId,
    now: this.clock.now().toISOString(),
  });

  #written(
    { report }: WritebackState,
    errand: Errand,
    before: RecoveryState | undefined,
    { notices, alerts }: ReturnType<Awaited<ReturnType<WritebackNotices['of']>>>,
  ): AccountCommand {
    const { writes = 0, fenced = true } = report ?? {};
    const settled = { ...this.#settled(errand), writes, fenced };
    const { gates = [], passed = [] } = before ?? {};
    if (errand.kind === 'unlock') return { type: 'RecordUnlockWritten', data: { ...settled, passed, notices } };
    const credentialId = errand.credentialId ?? derivedId(errand.writebackId, 'credential');
    const families = gates.map(({ family }) => family);
    const provedWith = gates.flatMap(({ contact }) => contact?.ref ?? []);
    const proved = { families, passed, provedWith };
    return { type: 'RecordPasswordWritten', data: { ...settled, credentialId, ...proved, notices, alerts } };
  }

  async #close(verdict: Verdict, errand: Errand, before: RecoveryState, context: CommandContext): Promise<void> {
    const now = this.clock.now().toISOString();
    if (verdict.kind === 'done') await recogniseSource(this.store, before, now, context);
    const command = closingOf(verdict, errand, before, now);
    if (command) await execute(this.store, recovery, errand.recoveryId, command, step(context, 'close'));
  }
}
