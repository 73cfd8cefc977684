import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, type AccountCommand } from '#libs/domain/account/account';
import { disownedSince } from '#libs/domain/account/disputes';
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

interface Known {
  readonly verdict: Verdict;
  readonly errand: Errand;
  /** Its owner said "this was not me" after it was asked for. */
  readonly disowned: boolean;
}

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
    const { state: owner } = await execute(
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
    if (before) await this.#close({ verdict, errand, disowned: disownedSince(owner, errand.fence) }, before, context);
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
    const settled = { ...this.#settled(errand), fence: errand.fence, writes, fenced };
    const { gates = [], passed = [] } = before ?? {};
    if (errand.kind === 'unlock') {
      const { fence: _, ...unlocked } = settled;
      return { type: 'RecordUnlockWritten', data: { ...unlocked, passed, notices } };
    }
    const credentialId = errand.credentialId ?? derivedId(errand.writebackId, 'credential');
    const families = gates.map(({ family }) => family);
    const provedWith = gates.flatMap(({ contact }) => contact?.ref ?? []);
    const proved = { families, passed, provedWith };
    return { type: 'RecordPasswordWritten', data: { ...settled, credentialId, ...proved, notices, alerts } };
  }

  async #close(known: Known, before: RecoveryState, context: CommandContext): Promise<void> {
    const { verdict, errand, disowned } = known;
    const now = this.clock.now().toISOString();
    if (verdict.kind === 'done' && !disowned) await recogniseSource(this.store, before, now, context);
    if (await this.#closed(known, before, step(context, 'close'))) return;
    // It was closed by another verdict between the look and the word: what is true now corrects that.
    await this.#closed(known, await this.#recovery(errand), step(context, 'correct'));
  }

  /** @returns false when the recovery was no longer as it was when it was looked at */
  async #closed(
    { verdict, errand, disowned }: Known,
    before: RecoveryState,
    context: CommandContext,
  ): Promise<boolean> {
    const command = closingOf(verdict, errand, before, this.clock.now().toISOString(), disowned);
    if (!command) return true;
    const { events, repeated } = await execute(this.store, recovery, errand.recoveryId, command, context);
    return repeated || events.length > 0;
  }
}
