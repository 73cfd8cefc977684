import { randomBytes, randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { jest } from '@jest/globals';
import { Bell } from '#libs/eventstore-embedded/log/bell';
import { EventLog } from '#libs/eventstore-embedded/log/event-log';
import { followAll, followStream } from '#libs/eventstore-embedded/log/follow';
import { encodeReadResponse } from '#libs/eventstore-embedded/protocol/recorded-event';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { appendRequest } from '#libs/eventstore/append-stream';
import { Codec } from '#libs/eventstore/codec';
import { EventStore } from '#libs/eventstore/event-store';
import { readAllRequest, subscribeRequest } from '#libs/eventstore/read-request';
import type { NewEvent } from '#libs/eventstore/stored-event';
import { systemClock } from '#libs/runtime/clock';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { until } from '../../support/until';
import { added } from '../eventstore-client/counter';
import { query } from './stored';

// Two cores may be shared with much else.
jest.setTimeout(30_000);

describe('the embedded event store under load', () => {
  let database: TestDatabase;
  beforeEach(async () => void (database = await createTestDatabase()));
  afterEach(() => database.drop());

  const openLog = (): Promise<EventLog> =>
    EventLog.open({
      databaseUrl: database.url,
      schema: 'eventstore',
      clock: systemClock,
      encode: encodeReadResponse,
      patienceMs: 30_000,
      report: () => undefined,
    });

  it('closes while clients go on appending; what it acknowledged is there', async () => {
    const store = await startEmbeddedEventStore({ databaseUrl: database.url });
    const client = EventStore.connect(store.local, { limitMs: 1_000 });
    const acknowledged: string[] = [];
    const writer = async (): Promise<void> => {
      for (let event = added(); ; event = added()) {
        const done = client.append(`load-${event.id}`, 'no-stream', [event]).then(
          () => acknowledged.push(event.id),
          () => undefined,
        );
        if (!(await done)) return;
      }
    };
    // One after the other, so that some always wait while the others' transaction is under way.
    const writers: Promise<void>[] = [];
    for (let n = 0; n < 5; n++) {
      writers.push(writer());
      await new Promise(setImmediate);
    }
    await until('it is well under way', () => acknowledged.length > 100);
    await store.close();
    await Promise.all(writers);
    await client.close();
    const there = new Set(
      (await query<{ id: string }>(database.url, 'SELECT id FROM eventstore.events')).map(({ id }) => id),
    );
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
  });

  it('puts no more into one transaction than PostgreSQL takes in one message', async () => {
    const log = await openLog();
    const data = randomBytes(1024 * 1024);
    const writes = Array.from({ length: 40 }, (_, index) =>
      log.write({
        stream: `large-${index}`,
        expected: 'no-stream',
        deed: { append: [{ id: randomUUID(), type: 'Large', json: false, data, metadata: Buffer.alloc(0) }] },
      }),
    );
    expect((await Promise.all(writes)).map(({ kind }) => kind)).toEqual(writes.map(() => 'done'));
    await log.close();
    const transactions = 'SELECT count(DISTINCT xmin::text) AS found FROM eventstore.events';
    expect(Number((await query<{ found: string }>(database.url, transactions))[0]!.found)).toBe(5);
  });

  it('takes no appends from a client that does not take its answers', async () => {
    const store = await startEmbeddedEventStore({ databaseUrl: database.url });
    const deaf = store.local.batchAppend(encodeAppend, (bytes) => bytes);
    deaf.on('error', () => undefined);
    let taken = 0;
    for (let n = 0; n < 20_000; n++) {
      const request = appendRequest(`deaf-${n}`, 'no-stream', [encoded()]);
      request.setCorrelationId(new shared.UUID().setString(randomUUID()));
      deaf.write(request, () => (taken += 1));
    }
    const beside = EventStore.connect(store.local);
    for (let n = 0; n < 100; n++) await beside.append(`beside-${n}`, 'no-stream', [added()]);
    expect(taken).toBeGreaterThan(1_000);
    expect(taken).toBeLessThan(8_000);
    deaf.resume();
    await until('it has taken them all', () => taken === 20_000);
    deaf.cancel();
    await beside.close();
    await store.close();
  });

  it('reads little ahead for a client that does not take what it asked for', async () => {
    const store = await startEmbeddedEventStore({ databaseUrl: database.url });
    const client = EventStore.connect(store.local);
    const many = (): NewEvent[] => Array.from({ length: 1_000 }, () => added());
    for (let n = 0; n < 12; n++) await client.append(`many-${n}`, 'no-stream', many());
    const requests = [readAllRequest({ backwards: false, limit: 100_000 }), subscribeRequest(-1n, undefined)];
    const deaf = requests.map((request) => store.local.read(request, (bytes) => bytes).on('error', () => undefined));
    for (let n = 0; n < 100; n++) await client.append(`beside-${n}`, 'no-stream', [added()]);
    for (const call of deaf) {
      expect(call.readableLength).toBeLessThan(3_000);
      expect(call.handler.writableLength).toBeLessThanOrEqual(2);
      call.cancel();
    }
    await client.close();
    await store.close();
  });

  it('a follower that stops leaves nothing behind', async () => {
    const log = await openLog();
    let left = 0;
    const counted = <T extends Disposable>(kept: T): T => {
      const dispose = kept[Symbol.dispose].bind(kept);
      return Object.assign(kept, { [Symbol.dispose]: () => void ((left += 1), dispose()) });
    };
    const [listen, ringing] = [log.listen.bind(log), log.tail.ringing.bind(log.tail)];
    log.listen = (...args) => counted(listen(...args));
    log.tail.ringing = (...args) => counted(ringing(...args));
    const bells = [new Bell(), new Bell()] as const;
    const following = [followAll(log, 'start', undefined, bells[0]), followStream(log, 'followed', 'start', bells[1])];
    for (const follower of following) expect((await follower.next()).value).toEqual({ kind: 'caught-up' });
    const ended = following.map((follower) => follower.next());
    for (const bell of bells) bell.stop();
    expect(await Promise.all(ended)).toEqual(following.map(() => ({ done: true, value: undefined })));
    expect(left).toBe(2);
    await log.close();
  });
});

const encodeAppend = (request: { serializeBinary(): Uint8Array }): Uint8Array => request.serializeBinary();
const encoded = () => new Codec().encode(added());
