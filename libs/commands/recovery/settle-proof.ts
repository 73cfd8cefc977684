import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { account, decoy, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryEvent } from '#libs/domain/recovery/recovery.events';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId } from '../steps.js';
import { failureNotices } from './failure-notices.js';

/** A try that was reserved and never settled, because its process died in between. */
export class SettleProof extends Command<void> {
  /** @param stream where it was reserved: `account-<id>` or `decoy-<token>` */
  constructor(
    readonly stream: string,
    readonly recoveryId: string,
    readonly reservationId: string,
  ) {
    super();
  }
}

/** Settles it as its recovery's stream shows. Until that says anything it stays unsettled, which counts as spent. */
@CommandHandler(SettleProof)
export class SettleProofHandler implements ICommandHandler<SettleProof> {
  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ stream, recoveryId, reservationId }: SettleProof): Promise<void> {
    const events = (await this.store.readStream(`recovery-${recoveryId}`)) as unknown as RecoveryEvent[];
    const state = events.reduce(recovery.evolve, recovery.initial);
    const result = resultIn(events, reservationId) ?? (state.phase === 'closed' ? 'failed' : undefined);
    if (!result || !state.limits) return;
    const separator = stream.indexOf('-');
    const decider = stream.slice(0, separator) === decoy.category ? decoy : account;
    const data = { reservationId, recoveryId, result, limits: state.limits, now: this.clock.now().toISOString() };
    const actor = { kind: 'system', id: 'reconciler' } as const;
    const context = { commandId: derivedId(reservationId, 'settle'), correlationId: recoveryId, actor };
    const command = (owner: AccountState): AccountCommand => ({
      type: 'SettleProof',
      data: { ...data, notices: failureNotices(owner, reservationId) },
    });
    await execute(this.store, decider, stream.slice(separator + 1), command, context);
  }
}

function resultIn(events: readonly RecoveryEvent[], reservationId: string): 'passed' | 'failed' | undefined {
  for (const { type, data } of events) {
    if (!('reservationId' in data) || data.reservationId !== reservationId) continue;
    return type === 'ChallengePassed' ? 'passed' : 'failed';
  }
  return undefined;
}
