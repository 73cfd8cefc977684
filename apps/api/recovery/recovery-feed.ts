import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RecoveryView } from '#libs/commands/recovery/recovery-view';
import { EventStore } from '#libs/eventstore/event-store';
import { LiveFeed } from '../live-feed.js';

/** Tells open pages that their recovery moved on. */
@Injectable()
export class RecoveryFeed implements OnModuleDestroy {
  readonly #feed: LiveFeed<RecoveryView>;

  constructor(store: EventStore) {
    this.#feed = new LiveFeed(store, { prefixes: ['recovery-'], event: 'view' });
  }

  /** Answers when the reader has gone or the recovery is closed. @throws RuleViolation rate-limited */
  stream(recoveryId: string, reply: FastifyReply, look: () => Promise<RecoveryView>): Promise<void> {
    const streams = [`recovery-${recoveryId}`];
    return this.#feed.stream(recoveryId, reply, async () => {
      const view = await look();
      return { view, streams, last: view.outcome !== undefined };
    });
  }

  onModuleDestroy(): void {
    this.#feed.close();
  }
}
