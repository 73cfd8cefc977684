import { Injectable } from '@nestjs/common';
import { decoy, type AccountCommand } from '#libs/domain/account/account';
import type { AccountState } from '#libs/domain/account/account.state';
import type { AccountEvent } from '#libs/domain/account/account.events';
import { closedToStrangers } from '#libs/domain/account/proofs';
import { RuleViolation } from '#libs/domain/decider';
import type { Family } from '#libs/domain/methods';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type Executed } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { derivedId, step } from '../steps.js';
import { failureNotices } from './failure-notices.js';
import { Recoveries, type RecoveryRequest } from './recoveries.js';
import { triedOn } from './tried-on.js';

export interface Reservation {
  readonly reservationId: string;
  readonly at: string;
}

/**
 * Tries are reserved on the account's stream before they are compared, and settled after: unsettled is spent. A gate's
 * passed one is settled with what the recovery does next on the account, or by the reconciler after a minute.
 */
@Injectable()
export class Ledger {
  constructor(
    private readonly store: EventStore,
    private readonly recoveries: Recoveries,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation blocked, after the recovery has noted it */
  async reserve(request: RecoveryRequest, family: Family): Promise<Reservation> {
    const { recoveryId, state, context } = request;
    const { proven, familiar, limits, source, passed } = state;
    if (!limits) throw new RuleViolation('recovery-closed');
    const reservationId = derivedId(context.commandId, 'reservation');
    const at = this.clock.now().toISOString();
    try {
      const { events } = await this.#execute(request, 'reserve', {
        type: 'ReserveProof',
        data: {
          reservationId,
          recoveryId,
          family,
          source,
          proven,
          ...(familiar && { familiar }),
          limits,
          passed,
          ...epochOf(state),
          now: at,
        },
      });
      const reserved = events.find((event) => event.type === 'ProofReserved');
      return { reservationId, at: reserved?.type === 'ProofReserved' ? reserved.data.at : at };
    } catch (error) {
      if (!(error instanceof RuleViolation)) throw error;
      if (error.code === 'blocked') await this.#passOn(request, error);
      if (error.code !== 'superseded') throw error;
      await this.recoveries.execute(
        request,
        { type: 'SupersedeRecovery', data: { ...(error.details.why === 'not-me' && { why: 'not-me' }), now: at } },
        'supersede',
      );
      throw new RuleViolation('recovery-closed');
    }
  }

  /** Before a stranger is even asked. @throws RuleViolation method-not-available */
  async refuseStrangers({ state }: RecoveryRequest, family: Family): Promise<void> {
    const { proven, familiar, limits } = state;
    if (!limits || proven || familiar || (family !== 'app' && family !== 'questions')) return;
    const [decider, id] = triedOn(state);
    const ledger = await load(this.store, decider, id);
    const now = this.clock.now().toISOString();
    if (closedToStrangers(ledger.state, { proven, familiar, family }, limits, now)) {
      throw new RuleViolation('method-not-available');
    }
  }

  /** What became of an answer to a challenge. */
  async settleAnswer(request: RecoveryRequest, reservation: Reservation, passed: boolean): Promise<void> {
    // Unsettled, a stranger's try would stand against their source, which other recoveries share.
    if (!passed || !request.state.proven) await this.settle(request, reservation, passed);
  }

  async settle(request: RecoveryRequest, { reservationId }: Reservation, passed: boolean): Promise<void> {
    const { limits } = request.state;
    if (!limits) return;
    const result = passed ? 'passed' : 'failed';
    const now = this.clock.now().toISOString();
    const settlement = { reservationId, recoveryId: request.recoveryId, result, limits, now } as const;
    await this.#execute(request, 'settle', (state) => ({
      type: 'SettleProof',
      data: passed ? settlement : { ...settlement, notices: failureNotices(state, reservationId) },
    }));
  }

  #execute(
    request: RecoveryRequest,
    name: string,
    command: AccountCommand | ((state: AccountState) => AccountCommand),
  ): Promise<Executed<AccountState, AccountEvent>> {
    const [decider, id] = triedOn(request.state);
    // A decoy's stream is most likely new, as an account's is most likely known.
    const presume = decider === decoy ? ({ presume: 'no-stream' } as const) : {};
    return execute(this.store, decider, id, command, step(request.context, name), presume);
  }

  async #passOn(request: RecoveryRequest, { details }: RuleViolation): Promise<void> {
    const { family, until } = details as { family: Family | 'all'; until: string };
    const now = this.clock.now().toISOString();
    await this.recoveries.execute(request, { type: 'BlockFamily', data: { family, until, now } }, 'block');
  }
}

/** A recovery begun before the account's password, contacts or state changed proves nothing any more. */
const epochOf = ({ subject }: RecoveryRequest['state']): { epoch?: number } =>
  subject?.kind === 'account' ? { epoch: subject.epoch } : {};
