import type { EventBatch, LoggedEvent } from './projected-event.js';

/** Events read ahead while earlier ones are being written, so that what waits is taken together. */
export class Inbox {
  #events: LoggedEvent[] = [];
  #position: bigint | undefined;
  #caughtUp = false;
  #ended = false;
  #failure: unknown;
  #changed = Promise.withResolvers<void>();
  #taken = Promise.withResolvers<void>();
  #full = Promise.withResolvers<void>();

  /** @param capacity events after which the reader waits */
  constructor(private readonly capacity: number) {}

  /** Reads to the end of the source, which is when its signal aborts. */
  async fill(source: AsyncIterable<EventBatch>): Promise<void> {
    try {
      for await (const { events, position, caughtUp } of source) {
        for (const event of events) this.#events.push(event);
        this.#position = position;
        this.#caughtUp = caughtUp;
        this.#change();
        if (this.#events.length >= this.capacity) this.#full.resolve();
        while (this.#events.length >= this.capacity && !this.#ended) await this.#taken.promise;
      }
    } catch (error) {
      this.#failure = error;
    }
    this.end();
  }

  end(): void {
    this.#ended = true;
    this.#change();
    this.#taken.resolve();
    this.#full.resolve();
  }

  /**
   * Everything that waits, at least one batch; undefined at the end.
   * @param linger called when the log was caught up with: how long to wait for company
   */
  async take(linger: () => Promise<void>): Promise<EventBatch | undefined> {
    while (this.#position === undefined && !this.#ended) await this.#changed.promise;
    if (this.#caughtUp && this.#events.length > 0 && !this.#ended) await Promise.race([linger(), this.#full.promise]);
    if (this.#failure) throw this.#failure as Error;
    if (this.#position === undefined || this.#ended) return undefined;
    const batch = { events: this.#events, position: this.#position, caughtUp: this.#caughtUp };
    this.#events = [];
    this.#position = undefined;
    this.#taken.resolve();
    this.#taken = Promise.withResolvers();
    this.#full = Promise.withResolvers();
    return batch;
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
