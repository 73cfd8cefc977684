import { Injectable } from '@nestjs/common';
import { RuleViolation } from '#libs/domain/decider';
import { recovery } from '#libs/domain/recovery/recovery';
import type { RecoveryState } from '#libs/domain/recovery/recovery.state';
import { isBefore, type Instant } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { OpenSlots } from '#libs/runtime/open-slots';
import { derivedId } from '../steps.js';

export interface Opening {
  readonly recoveryId: string;
  readonly source: string;
  /** An account's id, or the keyed token of a name nobody has. */
  readonly subject: string;
  readonly most: number;
  readonly expiresAt: Instant;
}

/**
 * So many recoveries may be open per source and account. One more ends the oldest that has proved nothing: a stranger holds
 * no place by starting, and whoever has proved something keeps theirs. Only when all have proved something, which takes
 * the account's owner, is the new one refused.
 */
@Injectable()
export class OpenRecoveries {
  constructor(
    private readonly store: EventStore,
    private readonly slots: OpenSlots,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation rate-limited with `retryAfterMs` */
  async makeRoom({ recoveryId, source, subject, most, expiresAt }: Opening): Promise<void> {
    const key = `${source}:${subject}`;
    const others = await this.slots.enter(key, recoveryId, new Date(expiresAt));
    if (others.length < most) return;
    const now = this.clock.now().toISOString();
    const states = await Promise.all(others.map(async (id) => (await load(this.store, recovery, id)).state));
    const open = states.filter((state) => state.phase !== 'closed' && isBefore(now, state.expiresAt));
    const closed = others.filter((id) => !open.some((state) => state.recoveryId === id));
    await this.slots.leave(key, closed);
    if (open.length < most) return;
    const oldest = open.find(({ proven, phase }) => !proven && phase === 'open');
    if (!oldest) {
      await this.slots.leave(key, [recoveryId]);
      throw new RuleViolation('rate-limited', { retryAfterMs: untilFirstEnds(open, now) });
    }
    await this.#abandon(oldest.recoveryId, now);
    await this.slots.leave(key, [oldest.recoveryId]);
  }

  async #abandon(recoveryId: string, now: Instant): Promise<void> {
    const actor = { kind: 'system', id: 'open-recoveries' } as const;
    const context = { commandId: derivedId(recoveryId, 'abandon'), correlationId: recoveryId, actor };
    await execute(this.store, recovery, recoveryId, { type: 'AbandonRecovery', data: { now } }, context);
  }
}

const untilFirstEnds = (open: readonly RecoveryState[], now: Instant): number =>
  Math.min(...open.map(({ expiresAt }) => Date.parse(expiresAt))) - Date.parse(now);
