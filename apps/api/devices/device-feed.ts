import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ApprovalsView } from '#libs/commands/devices/list-approvals';
import { RuleViolation } from '#libs/domain/decider';
import { EventStore } from '#libs/eventstore/event-store';
import { Clock } from '#libs/runtime/clock';
import { LiveFeed, type Look } from '../live-feed.js';

type Shown = Omit<ApprovalsView, 'streams'>;

/** Tells open devices what waits for their answer; a removed device's connection ends. */
@Injectable()
export class DeviceFeed implements OnModuleDestroy {
  readonly #feed: LiveFeed<Shown>;

  constructor(store: EventStore, clock: Clock) {
    this.#feed = new LiveFeed(store, clock, { prefixes: ['account-', 'recovery-'], event: 'approvals' });
  }

  /** Answers when the device has gone. @throws RuleViolation rate-limited */
  stream(deviceId: string, reply: FastifyReply, look: () => Promise<ApprovalsView>): Promise<void> {
    return this.#feed.stream(deviceId, reply, async (): Promise<Look<Shown>> => {
      try {
        const { streams, ...view } = await look();
        const [until] = view.approvals.map(({ expiresAt }) => expiresAt).sort();
        return { view, streams, until, last: false };
      } catch (error) {
        if (!(error instanceof RuleViolation) || !reply.raw.headersSent) throw error;
        return { view: { now: '', approvals: [] }, streams: [], last: true };
      }
    });
  }

  onModuleDestroy(): void {
    this.#feed.close();
  }
}
