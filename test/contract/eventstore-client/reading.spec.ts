import { randomUUID } from 'node:crypto';
import { EventStore } from '#libs/eventstore/event-store';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { added } from './counter';
import { servers, type Server } from './stores';

describe.each(servers)('reading from %s', (_name, start) => {
  let server: Server;
  let store: EventStore;
  beforeAll(async () => {
    server = await start();
    store = EventStore.connect(server.url);
  });
  afterAll(async () => {
    await store.close();
    await server.discard();
  });
  const all = async (options: Parameters<EventStore['readAll']>[0]): Promise<StoredEvent[]> => {
    const found: StoredEvent[] = [];
    for await (const event of store.readAll(options)) found.push(event);
    return found;
  };

  it('an empty log has no head', async () => {
    expect(await store.head()).toBeUndefined();
    expect(await all({})).toEqual([]);
    expect(await all({ backwards: true })).toEqual([]);
  });

  it('a stream forwards and backwards, from a revision, up to a number', async () => {
    const stream = `read-${randomUUID()}`;
    const appended = await store.append(
      stream,
      'no-stream',
      Array.from({ length: 5 }, (_, n) => added(n)),
    );
    const by = async (options: Parameters<EventStore['readStream']>[1]) =>
      (await store.readStream(stream, options)).map(({ data }) => (data as { by: number }).by);
    expect(await by({})).toEqual([0, 1, 2, 3, 4]);
    expect(await by({ from: 3n })).toEqual([3, 4]);
    expect(await by({ limit: 2 })).toEqual([0, 1]);
    expect(await by({ backwards: true, limit: 2 })).toEqual([4, 3]);
    expect(await by({ backwards: true, from: 1n })).toEqual([1, 0]);
    expect(await by({ from: 9n })).toEqual([]);
    expect((await store.readStream(stream)).at(-1)).toMatchObject({ revision: 4n, position: appended.position });
    expect(await store.head()).toBe(appended.position);
  });

  it('a stream nobody wrote is empty in both directions', async () => {
    expect(await store.readStream(`none-${randomUUID()}`)).toEqual([]);
    expect(await store.readStream(`none-${randomUUID()}`, { backwards: true })).toEqual([]);
  });

  it('the whole log over page borders: forwards, backwards, from a position, by prefix, up to a number', async () => {
    const prefix = `p${randomUUID()}-`;
    for (let n = 0; n < 6; n++)
      await store.append(
        `${prefix}${n}`,
        'no-stream',
        Array.from({ length: 220 }, () => added(n)),
      );
    const forwards = await all({ prefixes: [prefix] });
    expect(forwards.map(({ data }) => (data as { by: number }).by)).toEqual(
      Array.from({ length: 1320 }, (_, n) => Math.floor(n / 220)),
    );
    expect((await all({ prefixes: [prefix], backwards: true })).map(({ id }) => id)).toEqual(
      forwards.map(({ id }) => id).reverse(),
    );
    const middle = forwards[660]!;
    expect((await all({ from: middle.position })).map(({ id }) => id)).toEqual(forwards.slice(660).map(({ id }) => id));
    expect((await all({ from: middle.position, backwards: true, limit: 3 })).map(({ id }) => id)).toEqual(
      [659, 658, 657].map((n) => forwards[n]!.id),
    );
    expect(await all({ prefixes: [prefix], limit: 1_100 })).toHaveLength(1_100);
  }, 20_000);

  it('a log has one identity, also when two processes start at once', async () => {
    const other = EventStore.connect(server.url);
    const [a, b] = await Promise.all([store.identity(), other.identity()]);
    expect(a).toBe(b);
    expect(await store.identity()).toBe(a);
    expect(await store.readStream('keyturn-log')).toMatchObject([
      { type: 'LogIdentified', data: { logId: a }, revision: 0n },
    ]);
    await other.close();
  });
});
