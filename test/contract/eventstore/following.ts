import type { AllStreamSubscription, StreamSubscription } from '@eventstore/db-client';
import { events, ids, type Proposed, type StoreUnderTest } from './stores';

export interface Following {
  ids: string[];
  types: string[];
  caughtUp: number;
  notify(): void;
  until(condition: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Notes what a subscription delivers. */
export function follow(
  subscription: AllStreamSubscription | StreamSubscription,
  onEvent = (): unknown => undefined,
): Following {
  const waiting = new Set<() => void>();
  let failed: Error | undefined;
  const notify = (): void => waiting.forEach((check) => check());
  const following: Following = {
    ids: [],
    types: [],
    caughtUp: 0,
    notify,
    until: (condition) =>
      new Promise((done, fail) => {
        const check = (): void => {
          if (failed) fail(failed);
          else if (condition()) done();
          else return;
          waiting.delete(check);
        };
        waiting.add(check);
        check();
      }),
    stop: () => subscription.unsubscribe(),
  };
  subscription.on('data', ({ event }: { event?: { id: string; type: string } }) => {
    following.ids.push(event!.id);
    following.types.push(event!.type);
    onEvent();
    notify();
  });
  subscription.on('caughtUp', () => {
    following.caughtUp += 1;
    // The event before it may still be on its way through the object stream.
    setImmediate(notify);
  });
  subscription.on('error', (error: Error) => {
    failed = error;
    notify();
  });
  return following;
}

export async function appendMany(store: StoreUnderTest, stream: string, count: number): Promise<string[]> {
  const written: Proposed[] = [];
  while (written.length < count) {
    const proposed = events(500);
    await store.client.appendToStream(stream, proposed);
    written.push(...proposed);
  }
  return ids(written);
}
