import type { Upcaster } from '#libs/eventstore/codec';
import { EventNotStorable, EventTooLarge, StoreUnavailable, WrongExpectedRevision } from '#libs/eventstore/errors';
import { EventStore, type EventStoreOptions } from '#libs/eventstore/event-store';
import { subscribe } from '#libs/eventstore/subscription';
import { until } from '../../support/until';
import { added } from './counter';
import { ScriptedStore } from './scripted-store';
import { startStoreProcess, type StoreProcess } from './store-process';
import { startValve } from './valve';

/** The hazards of the published client, measured against version 6.2.1; each must be harmless here. */
describe('the hazards of @eventstore/db-client', () => {
  let server: ScriptedStore;
  const open: EventStore[] = [];
  const connect = (url: string, options: EventStoreOptions = {}): EventStore => {
    const store = EventStore.connect(url, { timeoutMs: 300, limitMs: 5_000, ...options });
    open.push(store);
    return store;
  };

  beforeEach(async () => void (server = await new ScriptedStore().start()));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
    server.stop();
  });

  it('a server that never answers an append: our own time limit, then the same append again', async () => {
    server.faults.push('ignore', 'lose-answer');
    const appended = await connect(server.url).append('silent-1', 'no-stream', [added(), added()]);
    expect(appended.revision).toBe(1n);
    expect(server.appends).toBe(3);
    // not a word came on them, so each may have been stuck
    expect(server.calls).toBe(3);
    expect(server.ofStream('silent-1')).toHaveLength(2);
  });

  it('a server that never answers again: unavailable within the limit, not for ever', async () => {
    server.faults.push(...Array<'ignore'>(50).fill('ignore'));
    const began = performance.now();
    await expect(connect(server.url, { limitMs: 500 }).append('silent-2', 'no-stream', [added()])).rejects.toThrow(
      StoreUnavailable,
    );
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('a server that never answers a read: unavailable within the limit', async () => {
    server.muteReads = true;
    await expect(connect(server.url, { limitMs: 400 }).readStream('silent-3')).rejects.toThrow(StoreUnavailable);
    await expect(connect(server.url).ready()).rejects.toThrow(StoreUnavailable);
  });

  it('a subscription that is never confirmed: given up and asked for again', async () => {
    server.muteReads = true;
    const store = connect(server.url);
    await store.append('unconfirmed-1', 'no-stream', [added()]);
    const interruptions: unknown[] = [];
    const options = {
      signal: new AbortController().signal,
      onInterruption: (cause: unknown) => interruptions.push(cause),
    };
    const first = (async () => {
      for await (const { events } of subscribe(store, options)) if (events.length > 0) return events;
      throw new Error('the subscription ended');
    })();
    await until('it gave up', () => interruptions.length > 0);
    server.muteReads = false;
    expect(await first).toMatchObject([{ stream: 'unconfirmed-1' }]);
    expect(interruptions[0]).toMatchObject({ message: 'the subscription was not confirmed' });
  });

  it('a server that ends the stream of appends without answering', async () => {
    server.faults.push('end-stream');
    await connect(server.url).append('ended-1', 'no-stream', [added()]);
    expect(server.ofStream('ended-1')).toHaveLength(1);
  });

  it('a stream of appends that fails after the commit: the answer is lost, the event is written once', async () => {
    server.faults.push('fail-stream-after-commit');
    const { revision } = await connect(server.url).append('lost-1', 'no-stream', [added()]);
    expect(revision).toBe(0n);
    expect(server.appends).toBe(2);
    expect(server.ofStream('lost-1')).toHaveLength(1);
  });

  it("one client's broken stream does not reject another client's appends", async () => {
    const other = await new ScriptedStore().start();
    const patient = connect(other.url, { timeoutMs: 2_000 });
    other.faults.push('answer-later');
    const pending = patient.append('b-1', 'no-stream', [added()]);
    await until('the append arrived', () => other.appends === 1);
    server.faults.push('fail-stream');
    await connect(server.url).append('a-1', 'no-stream', [added()]);
    other.releaseAnswers();
    await expect(pending).resolves.toMatchObject({ revision: 0n });
    expect(other.appends).toBe(1);
    other.stop();
  });

  it('an answer that comes after its append was given up on is ignored', async () => {
    const store = connect(server.url);
    server.faults.push('answer-later');
    const late = store.append('late-0', 'no-stream', [added()]);
    // this one is answered, so the call is not given up on together with the late one
    await store.append('in-time', 'no-stream', [added()]);
    await late;
    expect(server.calls).toBe(1);
    server.releaseAnswers();
    await expect(store.append('late-1', 'no-stream', [added()])).resolves.toMatchObject({ revision: 0n });
    expect(server.ofStream('late-0')).toHaveLength(1);
  });

  it('a conflict names the revision the stream has', async () => {
    const store = connect(server.url);
    await store.append(
      'forty-one',
      'no-stream',
      Array.from({ length: 42 }, () => added()),
    );
    const conflict = await store.append('forty-one', 3n, [added()]).catch((error: unknown) => error);
    expect(conflict).toBeInstanceOf(WrongExpectedRevision);
    expect(conflict).toMatchObject({ actual: 41n });
    await expect(store.append('nothing-yet', 3n, [added()])).rejects.toMatchObject({ actual: 'no-stream' });
  });

  it('a payload JSON cannot carry is refused before anything is sent', async () => {
    const store = connect(server.url);
    for (const data of [{ at: new Date() }, { n: 1n }, { gone: undefined }, { list: [NaN] }, { map: new Map() }]) {
      await expect(store.append('odd-1', 'no-stream', [{ ...added(), data }])).rejects.toThrow(EventNotStorable);
    }
    expect(server.appends).toBe(0);
  });

  it('an append beyond the server’s limit is refused before anything is sent', async () => {
    const large = { ...added(), data: { text: 'x'.repeat(1024 * 1024) } };
    await expect(connect(server.url).append('large-1', 'no-stream', [large])).rejects.toThrow(EventTooLarge);
    expect(server.appends).toBe(0);
  });

  it('every append names a revision: a second first append is a conflict, not "any"', async () => {
    const store = connect(server.url);
    await store.append('explicit-1', 'no-stream', [added()]);
    await expect(store.append('explicit-1', 'no-stream', [added()])).rejects.toThrow(WrongExpectedRevision);
    await expect(store.append('explicit-1', 0n, [added()])).resolves.toMatchObject({ revision: 1n });
  });

  it('a stored event that cannot be read is named, by reads and subscriptions, and never skipped', async () => {
    const broken: Upcaster = {
      type: 'Added',
      from: 1,
      up(data) {
        if (data.by === 2) throw new Error('unexpected');
        return data;
      },
    };
    const store = connect(server.url, { upcasters: [broken] });
    await connect(server.url).append('bad-1', 'no-stream', [added(1), added(2), added(3)]);
    await expect(store.readStream('bad-1')).rejects.toMatchObject({ name: 'EventUnreadable', revision: 1n });
    const seen: unknown[] = [];
    const following = (async () => {
      for await (const { events } of subscribe(store, { signal: new AbortController().signal })) seen.push(...events);
    })();
    await expect(following).rejects.toMatchObject({ name: 'EventUnreadable', stream: 'bad-1', revision: 1n });
    expect(seen).toMatchObject([{ data: { by: 1 } }]);
  });

  it('a closed store says so at once', async () => {
    const store = connect(server.url);
    await store.ready();
    await store.close();
    await expect(store.append('closed-1', 'no-stream', [added()])).rejects.toThrow('closed');
    await expect(store.readStream('closed-1')).rejects.toThrow('closed');
  });

  it('a connection that swallows everything is replaced while the append is still repeated', async () => {
    const valve = await startValve(server.url);
    const store = connect(`${valve.url}&keepAliveInterval=200&keepAliveTimeout=200`);
    await store.append('valve-1', 'no-stream', [added()]);
    valve.swallow();
    const began = performance.now();
    await store.append('valve-1', 0n, [added()]);
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(server.ofStream('valve-1')).toHaveLength(2);
    valve.close();
  });

  describe('with the server as a process', () => {
    let child: StoreProcess;
    beforeEach(async () => void (child = await startStoreProcess()));
    afterEach(() => child.kill());

    it('SIGSTOP: unavailable within the limit; SIGCONT: works again, and nothing was written twice', async () => {
      const store = connect(child.url, { limitMs: 800 });
      await until('the store answers', () => isReady(store));
      await store.append('stopped-1', 'no-stream', [added()]);
      child.signal('SIGSTOP');
      const event = added();
      await expect(store.append('stopped-1', 0n, [event])).rejects.toThrow(StoreUnavailable);
      await expect(store.ready()).rejects.toThrow(StoreUnavailable);
      child.signal('SIGCONT');
      await until('the store answers', () => isReady(store));
      await expect(store.append('stopped-1', 0n, [event])).resolves.toMatchObject({ revision: 1n });
      expect(await store.readStream('stopped-1')).toHaveLength(2);
    });

    it('SIGKILL: unavailable; a new process on the same address is found', async () => {
      const store = connect(child.url, { limitMs: 800 });
      await until('the store answers', () => isReady(store));
      await store.append('killed-1', 'no-stream', [added()]);
      await child.kill();
      await expect(store.append('killed-1', 0n, [added()])).rejects.toThrow(StoreUnavailable);
      child = await startStoreProcess(child.port);
      await until('the store answers', () => isReady(store));
      await expect(store.append('killed-1', 'no-stream', [added()])).resolves.toMatchObject({ revision: 0n });
    });
  });
});

const isReady = (store: EventStore): Promise<boolean> =>
  store.ready().then(
    () => true,
    () => false,
  );
