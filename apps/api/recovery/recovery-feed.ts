import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RecoveryView } from '#libs/commands/recovery/recovery-view';
import { isBefore } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { Clock } from '#libs/runtime/clock';
import { LiveFeed } from '../live-feed.js';

/** Tells open pages that their recovery moved on. */
@Injectable()
export class RecoveryFeed implements OnModuleDestroy {
  readonly #feed: LiveFeed<RecoveryView>;

  constructor(store: EventStore, clock: Clock) {
    this.#feed = new LiveFeed(store, clock, { prefixes: ['recovery-'], event: 'view' });
  }

  /** Answers when the reader has gone or the recovery is closed. @throws RuleViolation rate-limited */
  stream(recoveryId: string, reply: FastifyReply, look: () => Promise<RecoveryView>): Promise<void> {
    const streams = [`recovery-${recoveryId}`];
    return this.#feed.stream(recoveryId, reply, async () => {
      const view = await look();
      return { view, streams, until: nextEnd(view), last: view.outcome !== undefined };
    });
  }

  onModuleDestroy(): void {
    this.#feed.close();
  }
}

/** A code expires and a recovery runs out of time without a word in the log, or before there is one. */
const nextEnd = ({ challenge, expiresAt, now }: RecoveryView): string | undefined =>
  [challenge?.expiresAt, expiresAt]
    .filter((end) => end !== undefined)
    .filter((end) => isBefore(now, end))
    .sort()[0];
