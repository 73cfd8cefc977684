import { randomUUID } from 'node:crypto';
import { EventEmitter, getEventListeners } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { RecoveryView } from '#libs/commands/recovery/recovery-view';
import { StoreRefused, StoreUnavailable } from '#libs/eventstore/errors';
import { EventStore } from '#libs/eventstore/event-store';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { AdjustableClock } from '#libs/runtime/clock';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { until } from '../../../test/support/until';
import { RecoveryFeed } from './recovery-feed.js';

describe('the feed of recoveries', () => {
  let database: TestDatabase;
  let embedded: EmbeddedEventStore;
  let store: EventStore;
  let feed: RecoveryFeed;
  let recoveryId: string;
  let clock: AdjustableClock;
  let expiresAt: string;
  let step: number;
  let done: boolean;

  beforeAll(async () => {
    database = await createTestDatabase();
    embedded = await startEmbeddedEventStore({ databaseUrl: database.url });
  });
  beforeEach(() => {
    store = EventStore.connect(embedded.url);
    clock = new AdjustableClock();
    feed = new RecoveryFeed(store, clock);
    expiresAt = new Date(Date.now() + 900_000).toISOString();
    recoveryId = randomUUID();
    [step, done] = [0, false];
  });
  afterEach(async () => {
    feed.onModuleDestroy();
    await store.close();
  });
  afterAll(async () => {
    await embedded.close();
    await database.drop();
  });

  it('shows the recovery at once, after each change, and to its end', async () => {
    const reader = new Reader();
    const streaming = open(reader);
    await until('the first view is there', () => reader.views().length === 1);
    await move();
    await until('the change is shown', () => reader.views().includes(1));
    done = true;
    await move();
    await streaming;
    expect(reader.views()).toEqual([0, 1, 2]);
    expect(reader.ended).toBe(true);
  });

  it.each([
    ['does not answer', new StoreUnavailable('the head')],
    ['refuses', new StoreRefused('not now')],
  ])('goes on where it should when the store %s', async (_, trouble) => {
    const { head, follow } = store;
    const from: (bigint | undefined)[] = [];
    let calls = 0;
    store.head = () => (++calls <= 2 ? Promise.reject(trouble) : head.call(store));
    store.follow = (position, prefixes) => {
      from.push(position);
      return from.length === 1 ? Promise.reject(new StoreRefused('not yet')) : follow.call(store, position, prefixes);
    };
    await move();
    const reader = new Reader();
    void open(reader);
    await until('it follows', () => from.length === 2);
    expect(from).toEqual([await head.call(store), await head.call(store)]);
    await move();
    await until('the change is shown', () => reader.views().at(-1) === 2);
    reader.raw.emit('close');
  });

  it('opens ten streams of a recovery and an eleventh when one has closed', async () => {
    const readers = Array.from({ length: 10 }, () => new Reader());
    const streams = readers.map(open);
    await until('all have begun', () => readers.every((reader) => reader.views().length === 1));
    const refused = new Reader();
    await expect(open(refused)).rejects.toMatchObject({ code: 'rate-limited' });
    expect(refused.hijacked).toBe(false);
    readers[0]!.raw.emit('close');
    await streams[0];
    const next = new Reader();
    void open(next);
    await until('the next has begun', () => next.views().length === 1);
    feed.onModuleDestroy();
    await Promise.all(streams);
  });

  it('gives the place of a view that failed back', async () => {
    const failing = () => feed.stream(recoveryId, new Reader().reply, () => Promise.reject(new Error('no view')));
    for (let n = 0; n < 11; n++) await expect(failing()).rejects.toThrow('no view');
  });

  it('keeps nothing of readers that have gone', async () => {
    const added: AbortSignal[] = [];
    const add = EventTarget.prototype.addEventListener;
    AbortSignal.prototype.addEventListener = function (this: AbortSignal, ...args: Parameters<typeof add>) {
      added.push(this);
      add.apply(this, args);
    };
    try {
      for (let n = 0; n < 3; n++) {
        const reader = new Reader();
        const streaming = open(reader);
        await until('it has begun', () => reader.views().length === 1);
        reader.raw.emit('close');
        await streaming;
      }
    } finally {
      AbortSignal.prototype.addEventListener = add;
    }
    const alive = added.filter((signal) => !signal.aborted);
    expect(Math.max(...alive.map((signal) => getEventListeners(signal, 'abort').length))).toBeLessThanOrEqual(2);
  });

  it('shows what time alone changes, when it does and not before', async () => {
    const reader = new Reader();
    const look = () =>
      Promise.resolve({ step: now() < expiresAt ? 0 : 1, now: now(), expiresAt } as unknown as RecoveryView);
    const streaming = feed.stream(recoveryId, reader.reply, look);
    await until('it has begun', () => reader.views().length === 1);
    clock.setOffset(901_000);
    await until('the end is shown', () => reader.views().at(-1) === 1);
    expect(reader.views()).toEqual([0, 1]);
    reader.raw.emit('close');
    await streaming;
  });

  it('keeps nobody who comes while it ends', async () => {
    feed.onModuleDestroy();
    const reader = new Reader();
    await open(reader);
    expect([reader.views(), reader.ended]).toEqual([[0], true]);
  });

  const now = (): string => clock.now().toISOString();

  const open = (reader: Reader): Promise<void> =>
    feed.stream(recoveryId, reader.reply, () =>
      Promise.resolve({ step, now: now(), expiresAt, ...(done && { outcome: {} }) } as unknown as RecoveryView),
    );

  /** Something happens to the recovery. */
  async function move(): Promise<void> {
    const metadata = { correlationId: recoveryId, actor: { kind: 'system' } } as const;
    const event = { id: randomUUID(), type: 'Moved', data: {}, metadata };
    await store.append(`recovery-${recoveryId}`, step === 0 ? 'no-stream' : BigInt(step - 1), [event]);
    step++;
  }
});

/** A browser's connection, seen from the server. */
class Reader {
  readonly written: string[] = [];
  ended = false;
  hijacked = false;
  readonly raw = Object.assign(new EventEmitter(), {
    setHeader: () => undefined,
    writeHead: () => undefined,
    write: (text: string) => void this.written.push(text),
    end: () => void (this.ended = true),
  });
  readonly reply = {
    raw: this.raw,
    request: { method: 'GET' },
    getHeaders: () => ({}),
    hijack: () => {
      this.hijacked = true;
      return this.reply;
    },
  } as unknown as FastifyReply;

  /** The step that each view showed. */
  views = (): number[] =>
    this.written
      .filter((text) => text.startsWith('event: view'))
      .map((text) => JSON.parse(text.slice(text.indexOf('{'))).step as number);
}
