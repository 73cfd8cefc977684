import { randomUUID } from 'node:crypto';
import { RuleViolation, type Decider } from '#libs/domain/decider';
import { EventStore, type EventStoreOptions } from '#libs/eventstore/event-store';
import { execute, load } from '#libs/eventstore/execute';
import { StoreUnavailable } from '#libs/eventstore/errors';
import { added, context, counter, summarisedCounter, type Counter, type CounterEvent } from './counter';
import { ScriptedStore } from './scripted-store';
import { servers, type Server } from './stores';

describe.each(servers)('commands on %s', (_name, start) => {
  let server: Server;
  let stores: EventStore[] = [];
  const connect = (options: EventStoreOptions = {}): EventStore => {
    const store = EventStore.connect(server.url, options);
    stores.push(store);
    return store;
  };
  const countingReads = (store: EventStore): { reads: number } => {
    const counted = { reads: 0 };
    const read = store.readStream.bind(store);
    store.readStream = (...args) => (counted.reads++, read(...args));
    return counted;
  };

  beforeAll(async () => void (server = await start()));
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    stores = [];
  });
  afterAll(() => server.discard());

  it('appends what is decided, with ids, metadata and revision', async () => {
    const store = connect();
    const id = randomUUID();
    const asked = { ...context(), causationId: randomUUID(), policyVersion: 3, bodyMac: 'mac', clientRef: 'client-1' };
    const executed = await execute(store, counter, id, { type: 'Add', by: 2 }, asked);
    expect(executed).toMatchObject({ state: { total: 2 }, repeated: false, revision: 0n });
    const [stored] = await store.readStream(`counter-${id}`);
    expect(stored).toEqual({ ...executed.events[0], recordedAt: expect.any(Date) as Date });
    expect(stored).toMatchObject({ type: 'Added', data: { by: 2 }, metadata: asked });
  });

  it('appends nothing when nothing is decided, and says what it saw', async () => {
    const store = connect();
    const id = randomUUID();
    const nothing = await execute(store, counter, id, { type: 'Nothing' }, context());
    expect(nothing).toEqual({ state: { total: 0, additions: 0 }, events: [], repeated: false, revision: 'no-stream' });
    expect(await store.readStream(`counter-${id}`)).toEqual([]);
  });

  it('makes the command from the state when asked to', async () => {
    const store = connect();
    const id = randomUUID();
    await execute(store, counter, id, { type: 'Add', by: 5 }, context());
    const doubled = await execute(store, counter, id, ({ total }) => ({ type: 'Add' as const, by: total }), context());
    expect(doubled.state.total).toBe(10);
  });

  it('20 commands at once on one stream, from four processes’ worth of stores: each is decided on the true state', async () => {
    const id = randomUUID();
    const four = [connect(), connect(), connect(), connect()];
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        execute(four[n % 4]!, counter, id, { type: 'Add', by: 1, limit: 13 }, context()),
      ),
    );
    const done = results.filter(({ status }) => status === 'fulfilled');
    const refused = results.filter((result) => result.status === 'rejected' && result.reason instanceof RuleViolation);
    expect([done.length, refused.length]).toEqual([13, 7]);
    expect(await four[0]!.readStream(`counter-${id}`)).toHaveLength(13);
  });

  it('the same command again is recognised: by the same store, by another, and after others', async () => {
    const [here, there] = [connect(), connect()];
    const id = randomUUID();
    const asked = { ...context(), bodyMac: 'first' };
    const first = await execute(here, counter, id, { type: 'Add', by: 2 }, asked);
    await execute(here, counter, id, { type: 'Add', by: 1 }, context());
    for (const store of [here, there, connect({ cachedStreams: 0 })]) {
      const again = await execute(store, counter, id, { type: 'Add', by: 2 }, asked);
      expect(again).toMatchObject({ repeated: true, state: { total: 3 }, revision: 1n });
      expect(again.events.map((event) => event.id)).toEqual(first.events.map((event) => event.id));
    }
    const other = execute(there, counter, id, { type: 'Add', by: 9 }, { ...asked, bodyMac: 'second' });
    await expect(other).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('another body is told by the key of the day that its first one came on', async () => {
    const store = connect();
    const id = randomUUID();
    const asked = { ...context(), bodyMac: 'monday:a' };
    const add = (macs: object) => execute(store, counter, id, { type: 'Add', by: 2 }, { ...asked, ...macs });
    await add({});
    const next = { bodyMac: 'tuesday:x', earlierBodyMac: 'monday:a' };
    expect(await add(next)).toMatchObject({ repeated: true });
    const reused = { code: 'idempotency-key-reused' };
    await expect(add({ ...next, earlierBodyMac: 'monday:b' })).rejects.toMatchObject(reused);
    await expect(add({ bodyMac: undefined })).rejects.toMatchObject(reused);
    expect(await add({ bodyMac: 'thursday:x', earlierBodyMac: 'wednesday:x' })).toMatchObject({ repeated: true });
  });

  it('the same command twice at once, decided with different facts, yields one event and one answer', async () => {
    const [here, there] = [connect(), connect()];
    for (let round = 0; round < 20; round++) {
      const id = randomUUID();
      const asked = context();
      const [a, b] = await Promise.all([
        execute(here, counter, id, { type: 'Add', by: 100 + round }, asked, { presume: 'no-stream' }),
        execute(there, counter, id, { type: 'Add', by: 200 + round }, asked, { presume: 'no-stream' }),
      ]);
      expect(a.events[0]!.data).toEqual(b.events[0]!.data);
      expect([a.repeated, b.repeated].sort()).toEqual([false, true]);
      expect(await here.readStream(`counter-${id}`)).toHaveLength(1);
    }
  });

  it('two stores writing one stream in turn never see an old state', async () => {
    const [here, there] = [connect(), connect()];
    const id = randomUUID();
    for (let n = 1; n <= 10; n++) {
      const { state } = await execute(n % 2 ? here : there, counter, id, { type: 'Add', by: 1 }, context());
      expect(state.total).toBe(n);
      expect((await load(n % 2 ? there : here, counter, id)).state.total).toBe(n);
    }
  });

  it('a violation seen on a kept state is looked at again before it is thrown', async () => {
    const [here, there] = [connect(), connect()];
    const refund = {
      ...counter,
      evolve: (state: { total: number; additions: number }, event: Parameters<typeof counter.evolve>[1]) =>
        event.type === 'Added' && event.data.note === 'refund'
          ? { total: 0, additions: 0 }
          : counter.evolve(state, event),
    };
    const id = randomUUID();
    await execute(here, refund, id, { type: 'Add', by: 9 }, context());
    await there.append(`counter-${id}`, 0n, [{ ...added(), data: { by: 0, note: 'refund' } }]);
    const executed = await execute(here, refund, id, { type: 'Add', by: 3, limit: 10 }, context());
    expect(executed.state.total).toBe(3);
  });

  it('"nothing to do" seen on a kept state is looked at again before it is believed', async () => {
    const [here, there] = [connect(), connect()];
    const topUp: Decider<number, CounterEvent, Counter> = {
      category: counter.category,
      initial: counter.initial,
      decide: (to, { total }) => (total >= to ? [] : [{ type: 'Added', data: { by: to - total } }]),
      evolve: counter.evolve,
    };
    const id = randomUUID();
    await execute(here, topUp, id, 5, context());
    await there.append(`counter-${id}`, 0n, [{ ...added(), data: { by: -4 } }]);
    expect((await execute(here, topUp, id, 5, context())).state.total).toBe(5);
  });

  it('a kept state is decided on without reading', async () => {
    const store = connect();
    const id = randomUUID();
    const counted = countingReads(store);
    for (let n = 0; n < 5; n++)
      await execute(store, counter, id, { type: 'Add', by: 1 }, context(), { presume: 'no-stream' });
    expect(counted.reads).toBe(0);
  });

  it('a stream presumed new that exists is read after all', async () => {
    const [here, there] = [connect(), connect()];
    const id = randomUUID();
    await execute(there, counter, id, { type: 'Add', by: 4 }, context());
    const executed = await execute(here, counter, id, { type: 'Add', by: 1 }, context(), { presume: 'no-stream' });
    expect(executed.state.total).toBe(5);
  });

  it('the least recently used states are let go of', async () => {
    const store = connect({ cachedStreams: 2 });
    const ids = [randomUUID(), randomUUID(), randomUUID()];
    for (const id of ids) await execute(store, counter, id, { type: 'Add', by: 1 }, context());
    const counted = countingReads(store);
    await execute(store, counter, ids[2]!, { type: 'Add', by: 1 }, context());
    expect(counted.reads).toBe(0);
    await execute(store, counter, ids[0]!, { type: 'Add', by: 1 }, context());
    expect(counted.reads).toBe(1);
  });

  it('summaries come with the append that makes them due, and reading stops at them', async () => {
    const store = connect();
    const decider = summarisedCounter(10);
    const id = randomUUID();
    for (let n = 1; n <= 25; n++) await execute(store, decider, id, { type: 'Add', by: 1 }, context());
    const events = await store.readStream(`summarised10-${id}`);
    const summaries = events.filter(({ type }) => type === 'CounterSummarised');
    expect(summaries.map(({ revision }) => revision)).toEqual([10n, 21n]);
    expect(summaries[1]!.data).toMatchObject({ total: 20, additions: 20 });
    const elsewhere = connect();
    const evolved: string[] = [];
    const watched = {
      ...decider,
      evolve: (...args: Parameters<typeof decider.evolve>) => (evolved.push(args[1].type), decider.evolve(...args)),
    };
    expect((await load(elsewhere, watched, id)).state).toEqual({ total: 25, additions: 25 });
    expect(evolved).toEqual(['CounterSummarised', ...Array<string>(5).fill('Added')]);
  });

  it('a long stream without a summary is read whole, whatever else stands in it', async () => {
    const store = connect();
    const decider = summarisedCounter(10);
    const id = randomUUID();
    const stream = `summarised10-${id}`;
    const additions = (count: number) => Array.from({ length: count }, () => added());
    await store.append(stream, 'no-stream', [...additions(50), { ...added(), type: '$note' }, ...additions(50)]);
    expect((await load(store, decider, id)).state).toEqual({ total: 100, additions: 100 });
  });

  it('a command just before a summary, or with it, is still recognised after it', async () => {
    const decider = summarisedCounter(5);
    const id = randomUUID();
    const asked = Array.from({ length: 7 }, () => context());
    for (const each of asked) await execute(connect(), decider, id, { type: 'Add', by: 1 }, each);
    for (const each of asked) {
      const again = await execute(connect(), decider, id, { type: 'Add', by: 1 }, each);
      expect(again).toMatchObject({ repeated: true, state: { total: 7 } });
      expect(again.events[0]).toMatchObject({ type: 'Added', metadata: { commandId: each.commandId } });
    }
  });
});

describe('commands on a store that loses answers', () => {
  it('an answer lost after the commit: one event, an ordinary answer', async () => {
    const server = await new ScriptedStore().start();
    const store = EventStore.connect(server.url, { timeoutMs: 100 });
    server.faults.push('lose-answer', 'fail-stream-after-commit');
    const executed = await execute(store, counter, 'lost', { type: 'Add', by: 1 }, context(), { presume: 'no-stream' });
    expect(executed).toMatchObject({ repeated: false, state: { total: 1 } });
    expect(server.ofStream('counter-lost')).toHaveLength(1);
    await store.close();
    server.stop();
  });

  it('an outcome that stays unknown is an error; the same command later finds what it did', async () => {
    const server = await new ScriptedStore().start();
    const store = EventStore.connect(server.url, { timeoutMs: 100, limitMs: 250 });
    const asked = context();
    server.faults.push('lose-answer', ...Array<'ignore'>(20).fill('ignore'));
    const first = execute(store, counter, 'unknown', { type: 'Add', by: 1 }, asked);
    const queued = execute(store, counter, 'unknown', { type: 'Add', by: 1 }, context());
    await expect(first).rejects.toThrow(StoreUnavailable);
    await expect(queued).rejects.toThrow(StoreUnavailable);
    server.faults.length = 0;
    const again = await execute(store, counter, 'unknown', { type: 'Add', by: 1 }, asked);
    expect(again).toMatchObject({ repeated: true, state: { total: 1 } });
    await store.close();
    server.stop();
  });

  it('100 commands at once on one stream of one process take turns: not one conflict', async () => {
    const server = await new ScriptedStore().start();
    const store = EventStore.connect(server.url);
    const add = () => execute(store, counter, 'busy', { type: 'Add', by: 1 }, context());
    await Promise.all(Array.from({ length: 100 }, add));
    expect(server.ofStream('counter-busy')).toHaveLength(100);
    expect(server.appends).toBe(100);
    expect(server.reads).toBe(1);
    await store.close();
    server.stop();
  });

  it('a log that is shorter than the state kept of it is read from its beginning', async () => {
    const server = await new ScriptedStore().start();
    const store = EventStore.connect(server.url);
    for (let n = 0; n < 3; n++) await execute(store, counter, 'cut', { type: 'Add', by: 1 }, context());
    server.log.length = 1;
    expect((await execute(store, counter, 'cut', { type: 'Add', by: 1 }, context())).state.total).toBe(2);
    await store.close();
    server.stop();
  });
});
