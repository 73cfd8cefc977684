import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { EventStore } from '#libs/eventstore/event-store';
import { subscribe } from '#libs/eventstore/subscription';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { until } from '../../support/until';
import { added } from '../eventstore-client/counter';
import { PostgresProxy } from './postgres-proxy';
import { query, rows } from './stored';
import { contents, events, EventStoreDBClient, failure, NO_STREAM, type Client, type Proposed } from './stores';

describe('the embedded event store and a database that fails half-way', () => {
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let store: EmbeddedEventStore;
  let client: Client;
  let open = true;
  let reported: string[];

  const close = async (): Promise<void> => {
    open = false;
    await store.close();
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    reported = [];
    let databaseUrl;
    ({ proxy, url: databaseUrl } = await PostgresProxy.before(database.url));
    store = await startEmbeddedEventStore({
      databaseUrl,
      patienceMs: 300,
      report: ({ message }) => reported.push(message),
    });
    client = EventStoreDBClient.connectionString(store.url);
    open = true;
  });
  afterEach(async () => {
    await client.dispose();
    if (open) await close();
    proxy.close();
    await database.drop();
  });

  const appended = (stream: string, proposed: Proposed[] = events(1)): Promise<boolean> =>
    client.appendToStream(stream, proposed, { expectedRevision: NO_STREAM }).then(
      () => true,
      () => false,
    );

  /** Commits an append whose answer never comes, then cuts the wire. */
  const appendInDoubt = async (stream: string, proposed: Proposed[]): Promise<void> => {
    proxy.mute();
    const doubtful = failure(client.appendToStream(stream, proposed));
    await until('PostgreSQL has it', async () => (await rows(database.url, stream)) >= proposed.length);
    proxy.cut();
    expect(await doubtful).toMatchObject({ type: 'unavailable' });
  };

  for (const [title, stream] of [
    ['a commit', 'known'],
    ['a question before a commit', 'new'],
  ] as const) {
    it(`gives up a session that says nothing to ${title}, and takes the next`, async () => {
      await client.appendToStream('known', events(1));
      proxy.mute();
      expect(await failure(client.appendToStream(stream, events(1)))).toMatchObject({ type: 'unavailable' });
      proxy.cut();
      await until('it writes again', () => appended('afterwards'));
    });
  }

  it('what waits behind a commit in doubt fails with it, and is repeated', async () => {
    const clients = [0, 1].map(() => EventStore.connect(store.local, { timeoutMs: 60_000, limitMs: 60_000 }));
    await clients[0]!.append('doubtful-1', 'no-stream', [added()]);
    proxy.mute();
    const doubtful = clients[0]!.append('doubtful-1', 0n, [added()]);
    await until('PostgreSQL has it', async () => (await rows(database.url, 'doubtful-1')) === 2);
    const waiting = clients[1]!.append('waiting-1', 'no-stream', [added()]);
    await until('the session is given up', () => reported.length > 0);
    proxy.cut();
    expect(await Promise.all([doubtful, waiting])).toMatchObject([{ revision: 1n }, { revision: 0n }]);
    for (const each of clients) await each.close();
  });

  it('does not write to a database that has lost what was acknowledged', async () => {
    await client.appendToStream('restored', events(3));
    await query(database.url, 'DELETE FROM eventstore.events WHERE position = 3');
    proxy.cut();
    await until('it has seen so', () => reported.includes('PostgreSQL holds 2 events where 3 were acknowledged.'));
    expect(await appended('other')).toBe(false);
    expect(await rows(database.url, 'other')).toBe(0);
  });

  it('gives up a read that gets no answer', async () => {
    expect(await failure(contents(client, 'nothing'))).toMatchObject({ type: 'stream-not-found' });
    proxy.mute();
    expect(await failure(contents(client, 'unread'))).toMatchObject({ type: 'unavailable' });
    proxy.cut();
    await until('it writes again', () => appended('unread'));
    expect((await contents(client, 'unread')).revisions).toEqual([0]);
  });

  it('a new session that fails before it is taken up does not keep the lock', async () => {
    await client.appendToStream('locked', events(1));
    // What was committed in doubt is read by another session, and that one does not come.
    const arranged = appendInDoubt('locked', events(3));
    proxy.turnAway('keyturn-eventstore-reader');
    await arranged;
    await until('a reader was turned away', () => proxy.turnedAway > 0);
    proxy.turnAway(undefined);
    await until('it writes again', () => appended('afterwards'));
    expect((await contents(client, 'locked')).revisions).toEqual([0, 1, 2, 3]);
  });

  it('closed while it connects again, it leaves no session behind', async () => {
    await client.appendToStream('closing', events(1));
    proxy.hold();
    await until('it connects again', () => proxy.held > 0);
    const closed = close();
    proxy.accept();
    await closed;
    const next = await startEmbeddedEventStore({ databaseUrl: database.url });
    await next.close();
  });

  it('closes although the database is gone without a word', async () => {
    await client.appendToStream('swallowed', events(1));
    proxy.swallow();
    await close();
  });

  it('what a follower was shown after a doubtful commit can be read from then on', async () => {
    await client.appendToStream('doubt', events(1));
    const follower = EventStore.connect(store.local);
    const after = (await follower.head())!;
    const shown = (async () => {
      for await (const { events } of subscribe(follower, { from: after, signal: new AbortController().signal })) {
        if (events.length > 0) return { events, read: await follower.readStream('doubt') };
      }
      throw new Error('the subscription ended');
    })();
    await appendInDoubt('doubt', events(3_000));
    const { events: seen, read } = (await shown)!;
    expect(read.map(({ id }) => id)).toEqual(expect.arrayContaining(seen.map(({ id }) => id)));
    await follower.close();
  });
});
