import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { RequestsThrottled, Throttled } from '#libs/domain/throttle/throttle.events';
import { EventStore } from '#libs/eventstore/event-store';
import { Clock } from '#libs/runtime/clock';

interface Count {
  readonly from: string;
  count: number;
  readonly sources: Set<string>;
}

/** Sources told apart within a minute. */
const sourcesKept = 1_000;

/** What the throttle refused, counted: one event a minute, however many requests there were. */
@Injectable()
export class ThrottleLog implements OnModuleDestroy {
  /** Milliseconds of real time from the first refusal to its event. */
  everyMs = 60_000;
  readonly #counts = new Map<Throttled, Count>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  note(what: Throttled, source: string): void {
    const counted = this.#counts.get(what) ?? { from: this.#now(), count: 0, sources: new Set<string>() };
    this.#counts.set(what, counted);
    counted.count++;
    if (counted.sources.size < sourcesKept) counted.sources.add(source);
    this.#timer ??= setTimeout(() => void this.#write().catch(() => undefined), this.everyMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#write().catch(() => undefined);
  }

  async #write(): Promise<void> {
    this.#timer = undefined;
    const counts = [...this.#counts];
    this.#counts.clear();
    for (const [what, { from, count, sources }] of counts) {
      const data: RequestsThrottled['data'] = { what, count, sources: sources.size, from, at: this.#now() };
      const id = randomUUID();
      const metadata = { correlationId: id, actor: { kind: 'system' as const, id: 'throttle' } };
      await this.store.append(`throttle-${id}`, 'no-stream', [{ id, type: 'RequestsThrottled', data, metadata }]);
    }
  }

  #now = (): string => this.clock.now().toISOString();
}
