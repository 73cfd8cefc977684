import type { EventStore } from './event-store.js';
import { Feed, type Batch } from './feed.js';
import { isFinal } from './patience.js';

export type { Batch } from './feed.js';

export interface SubscribeOptions {
  /** commit position of the last event already seen; −1n or absent: from the beginning */
  readonly from?: bigint;
  /** stream names begin with one of these */
  readonly prefixes?: readonly string[];
  readonly signal: AbortSignal;
  /** events in one batch, and events read ahead; 500 */
  readonly maxBatch?: number;
  /** told of each interruption; reading goes on by itself */
  readonly onInterruption?: (cause: unknown) => void;
}

/**
 * Every event after a position, in order, none missed or repeated, until the signal aborts. A store that goes away is
 * awaited and reading resumes after the last batch taken. At most one batch is read ahead.
 * @throws StoreRefused, EventUnreadable (what came before it has been given)
 */
export async function* subscribe(store: EventStore, options: SubscribeOptions): AsyncGenerator<Batch, void, undefined> {
  const { prefixes, signal, maxBatch = 500 } = options;
  let position = options.from ?? -1n;
  for (let pause = 20; !signal.aborted; pause = Math.min(pause * 2, 2_000)) {
    const feed = new Feed(store, position, maxBatch);
    const cancel = (): void => feed.end();
    signal.addEventListener('abort', cancel);
    try {
      feed.open(prefixes);
      for (let batch = await feed.next(); batch; batch = await feed.next()) {
        position = batch.position;
        pause = 20;
        yield batch;
      }
    } catch (error) {
      if (isFinal(error)) throw error;
      options.onInterruption?.(error);
    } finally {
      signal.removeEventListener('abort', cancel);
      feed.end();
    }
    await sleep(pause, signal);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    if (signal.aborted) return resume();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resume();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
