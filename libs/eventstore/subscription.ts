import { streamNameFilter } from '@eventstore/db-client';
import { isSystem, type EventStore } from './event-store.js';
import type { StoredEvent } from './stored-event.js';

export interface SubscribeOptions {
  /** events after this commit position; −1n or absent: from the beginning */
  readonly from?: bigint;
  /** stream names begin with one of these */
  readonly prefixes?: readonly string[];
  readonly signal: AbortSignal;
  /** 500 */
  readonly maxBatch?: number;
}

export interface Batch {
  /** in the order of the log; none when only the position moved */
  readonly events: StoredEvent[];
  /** everything up to here was seen; −1n before the first event */
  readonly position: bigint;
  /** nothing more was waiting when this batch was made */
  readonly caughtUp: boolean;
}

/**
 * Every event after a position, in order, without gaps or repetitions, until the signal aborts. A store that goes away
 * is awaited, and reading resumes after the last batch taken. Nothing is read ahead beyond one batch.
 */
export async function* subscribe(store: EventStore, options: SubscribeOptions): AsyncGenerator<Batch, void, undefined> {
  const { signal, maxBatch = 500 } = options;
  let position = options.from ?? -1n;
  for (let pause = 50; !signal.aborted; pause = Math.min(pause * 2, 2_000)) {
    try {
      for await (const batch of follow(store, position, options, maxBatch)) {
        position = batch.position;
        pause = 50;
        yield batch;
      }
    } catch (error) {
      if (signal.aborted) return;
      void error;
    }
    await new Promise<void>((resume) => {
      const timer = setTimeout(resume, pause);
      signal.addEventListener('abort', () => (clearTimeout(timer), resume()), { once: true });
    });
  }
}

async function* follow(
  store: EventStore,
  from: bigint,
  { prefixes, signal }: SubscribeOptions,
  maxBatch: number,
): AsyncGenerator<Batch, void, undefined> {
  let position = from;
  let checkpoint = from;
  let live = false;
  let announced = false;
  let failure: unknown;
  let wake = () => {};
  const subscription = store.client.subscribeToAll(
    {
      fromPosition: from < 0n ? 'start' : { commit: from, prepare: from },
      ...(prefixes
        ? {
            filter: streamNameFilter({
              prefixes: [...prefixes],
              checkpointReached: async (_, { commit }) => ((checkpoint = commit), wake()),
            }),
          }
        : {}),
    },
    { highWaterMark: maxBatch },
  );
  const end = () => wake();
  subscription.on('readable', () => wake());
  subscription.on('caughtUp', () => ((live = true), (announced = false), wake()));
  subscription.on('fellBehind', () => (live = false));
  subscription.on('error', (error) => ((failure = error ?? new Error('subscription failed')), wake()));
  for (const ended of ['end', 'close'])
    subscription.on(ended, () => ((failure ??= new Error('subscription ended')), wake()));
  signal.addEventListener('abort', end);
  try {
    for (;;) {
      const events: StoredEvent[] = [];
      const before = position;
      for (let next; events.length < maxBatch && (next = subscription.read() as { event?: never } | null);) {
        const { event, commitPosition } = next as {
          event?: Parameters<typeof store.codec.incoming>[0];
          commitPosition?: bigint;
        };
        if (!event) continue;
        const stored = store.codec.incoming(event);
        position = commitPosition ?? stored.position;
        if (!isSystem(stored)) events.push(stored);
      }
      const drained = subscription.readableLength === 0;
      if (drained && checkpoint > position) position = checkpoint;
      const caughtUp = live && drained;
      if (events.length > 0 || position > before || (caughtUp && !announced)) {
        announced = caughtUp;
        yield { events, position, caughtUp };
        if (signal.aborted) return;
        continue;
      }
      if (signal.aborted) return;
      if (failure) throw failure;
      await new Promise<void>((resume) => {
        wake = resume;
        if (signal.aborted || failure || subscription.readableLength > 0) resume();
      });
      wake = () => {};
    }
  } finally {
    signal.removeEventListener('abort', end);
    void subscription.unsubscribe().catch(() => undefined);
  }
}
