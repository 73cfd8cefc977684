import { randomUUID } from 'node:crypto';
import { EventStore } from '#libs/eventstore/event-store';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { subscribe, type Batch, type SubscribeOptions } from '#libs/eventstore/subscription';
import { until } from '../../support/until';
import { added } from './counter';
import { servers, type Server } from './stores';

describe.each(servers)('subscriptions to %s', (_name, start) => {
  let server: Server;
  let store: EventStore;
  let followed: AbortController;

  beforeAll(async () => void (server = await start()));
  beforeEach(() => {
    store = EventStore.connect(server.url, { timeoutMs: 1_000 });
    followed = new AbortController();
  });
  afterEach(async () => {
    followed.abort();
    await store.close();
  });
  afterAll(() => server.discard());

  /** Collects in the background; `take` may hold a batch back. */
  const follow = (options: Omit<SubscribeOptions, 'signal'>, take: (batch: Batch) => unknown = () => undefined) => {
    const batches: Batch[] = [];
    const ended = (async () => {
      for await (const batch of subscribe(store, { ...options, signal: followed.signal })) {
        batches.push(batch);
        await take(batch);
      }
    })();
    const events = (): StoredEvent[] => batches.flatMap((batch) => batch.events);
    return { batches, events, ended };
  };
  const write = async (category: string, count: number): Promise<string[]> => {
    const stream = `${category}-${randomUUID()}`;
    const events = Array.from({ length: count }, () => added());
    await store.append(stream, 'no-stream', events);
    return events.map(({ id }) => id);
  };
  const ids = (events: readonly StoredEvent[]): string[] => events.map(({ id }) => id);

  it('first what is there, then what comes, in order', async () => {
    const category = unique();
    const written = await write(category, 3);
    const { events, batches } = follow({ prefixes: [`${category}-`] });
    await until('it caught up', () => batches.at(-1)?.caughtUp);
    expect(ids(events())).toEqual(written);
    written.push(...(await write(category, 2)));
    await until('new events came', () => events().length === 5);
    expect(ids(events())).toEqual(written);
  });

  it('begins after the position given', async () => {
    const category = unique();
    await write(category, 3);
    const { batches } = follow({ prefixes: [`${category}-`] });
    await until('all came', () => batches.flatMap((batch) => batch.events).length === 3);
    const { position } = batches.flatMap((batch) => batch.events)[1]!;
    const later = follow({ prefixes: [`${category}-`], from: position });
    await until('the rest came', () => later.batches.at(-1)?.caughtUp);
    expect(later.events().map(({ revision }) => revision)).toEqual([2n]);
  });

  it('without prefixes, everything but the store’s own events', async () => {
    const from = await store.head();
    const written = await write(unique(), 2);
    const { events } = follow({ ...(from === undefined ? {} : { from }) });
    await until('both came', () => events().length === 2);
    expect(ids(events())).toEqual(written);
  });

  it('the position moves on while only others’ events come', async () => {
    const { batches } = follow({ prefixes: ['nobody-'] });
    await until('it caught up', () => batches.at(-1)?.caughtUp);
    await write(unique(), 1);
    const before = (await store.head())!;
    await write(unique(), 100);
    // a checkpoint is due in every 32 events looked at
    await until('the checkpoint follows', () => batches.at(-1)!.position > before);
    expect(batches.flatMap((batch) => batch.events)).toEqual([]);
  });

  it('a slow reader is not buried: batches stay within their size', async () => {
    const category = unique();
    for (let n = 0; n < 10; n++) await write(category, 30);
    const gate = Promise.withResolvers<void>();
    const { batches, events } = follow({ prefixes: [`${category}-`], maxBatch: 25 }, () => gate.promise);
    await until('a batch came', () => batches.length === 1);
    for (let n = 0; n < 10; n++) await write(category, 30);
    gate.resolve();
    await until('all came', () => events().length === 600);
    expect(Math.max(...batches.map((batch) => batch.events.length))).toBeLessThanOrEqual(25);
    const inOrder = events().map(({ position }) => position);
    expect(inOrder).toEqual([...inOrder].sort((a, b) => Number(a - b)));
    expect(new Set(ids(events())).size).toBe(600);
  });

  it('a restarted store is found again: nothing missed, repeated or reordered', async () => {
    const category = unique();
    const interruptions: unknown[] = [];
    const { events } = follow({ prefixes: [`${category}-`], onInterruption: (cause) => interruptions.push(cause) });
    const written: string[] = [];
    for (let round = 0; round < 4; round++) {
      written.push(...(await write(category, 20)));
      await server.stop();
      await server.restart();
    }
    written.push(...(await write(category, 20)));
    await until('all came', () => events().length >= written.length, 20_000);
    expect(ids(events())).toEqual(written);
    expect(interruptions.length).toBeGreaterThan(0);
  }, 40_000);

  it('ends when aborted: while waiting, and while a batch is worked on', async () => {
    const waiting = follow({ prefixes: ['nobody-'] });
    await until('it caught up', () => waiting.batches.at(-1)?.caughtUp);
    followed.abort();
    await waiting.ended;
    followed = new AbortController();
    await write('somebody', 1);
    const working = follow({ prefixes: ['somebody-'] }, () => followed.abort());
    await working.ended;
    expect(working.batches).toHaveLength(1);
  });

  it('a reader that stops half-way leaves nothing open', async () => {
    const calls: { destroyed: boolean }[] = [];
    const open = store.follow.bind(store);
    store.follow = async (...args) => {
      const call = await open(...args);
      calls.push(call);
      return call;
    };
    for await (const _batch of subscribe(store, { signal: followed.signal })) break;
    await until('the call is over', () => calls[0]!.destroyed);
    expect(calls).toHaveLength(1);
  });
});

const unique = (): string => `c${randomUUID().replaceAll('-', '')}`;
