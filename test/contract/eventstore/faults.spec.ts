import { startEmbeddedEventStore, type EmbeddedEventStore, type Faults } from '#libs/eventstore-embedded/server';
import { AdjustableClock } from '#libs/runtime/clock';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { PostgresProxy } from './postgres-proxy';
import { query, rows } from './stored';
import {
  ANY,
  collect,
  contents,
  END,
  events,
  EventStoreDBClient,
  failure,
  ids,
  NO_STREAM,
  STREAM_EXISTS,
  type Client,
} from './stores';

/** A call that carries credentials is sent on its own. */
const credentials = { username: 'admin', password: 'changeit' };

describe('the embedded event store when things go wrong', () => {
  let database: TestDatabase;
  let faults: Faults;
  let clock: AdjustableClock;
  let proxy: PostgresProxy;
  let proxied: string;
  let store: EmbeddedEventStore;
  let client: Client;

  const start = async (): Promise<void> => {
    store = await startEmbeddedEventStore({ databaseUrl: proxied, faults, clock });
    client = EventStoreDBClient.connectionString(store.url);
  };
  const stop = async (): Promise<void> => {
    await client.dispose();
    await store.close();
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    ({ proxy, url: proxied } = await PostgresProxy.before(database.url));
    faults = {};
    clock = new AdjustableClock();
    await start();
  });
  afterEach(async () => {
    await stop();
    proxy.close();
    await database.drop();
  });

  it('a committed append whose answer is lost is there, and its repeat gets the answer', async () => {
    const proposed = events(2);
    faults.answers = 'lost';
    const lost = client.appendToStream('lost', proposed, { expectedRevision: NO_STREAM });
    expect(await failure(lost)).toMatchObject({ type: 'unavailable' });
    faults.answers = 'given';
    const repeat = await client.appendToStream('lost', proposed, { expectedRevision: NO_STREAM });
    expect(repeat).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(await contents(client, 'lost')).toEqual({ ids: ids(proposed), revisions: [0, 1] });
  });

  it('a withheld answer never comes; the event is there', async () => {
    const proposed = events(1);
    faults.answers = 'withheld';
    let settled = false;
    const pending = client.appendToStream('withheld', proposed, { deadline: 50 }).finally(() => (settled = true));
    pending.catch(() => {});
    await eventually(async () => expect((await contents(client, 'withheld')).ids).toEqual(ids(proposed)));
    expect(settled).toBe(false);
  });

  it('an append that takes too long is answered at its deadline', async () => {
    faults.delayMs = 1_500;
    const begun = performance.now();
    const late = client.appendToStream('late', events(1), { deadline: 100 });
    expect(await failure(late)).toMatchObject({ type: 'deadline-exceeded' });
    expect(performance.now() - begun).toBeLessThan(1_500);
    // The next one waits as long, so the first has had its turn by then: too late, it was not written.
    const next = events(1);
    await client.appendToStream('late', next, { expectedRevision: ANY });
    expect((await contents(client, 'late')).ids).toEqual(ids(next));
  });

  it('an append whose fate PostgreSQL did not tell is unavailable, never a success; followers see it if it happened', async () => {
    await client.appendToStream('doubt', events(1));
    const seen: string[] = [];
    const subscription = client.subscribeToAll({ fromPosition: END });
    subscription.on('data', ({ event }) => seen.push(event!.id)).on('error', () => {});
    await new Promise((caughtUp) => subscription.once('caughtUp', () => caughtUp(undefined)));
    const proposed = events(3);
    proxy.mute();
    const doubtful = failure(client.appendToStream('doubt', proposed, { expectedRevision: 0n }));
    await eventually(async () => expect(await rows(database.url, 'doubt')).toBe(4));
    proxy.cut();
    expect(await doubtful).toMatchObject({ type: 'unavailable' });
    await eventually(async () => {
      const repeat = await client.appendToStream('doubt', proposed, { expectedRevision: 0n });
      expect(repeat.nextExpectedRevision).toBe(3n);
    });
    const next = events(1);
    await client.appendToStream('doubt', next, { expectedRevision: 3n });
    await eventually(async () => expect(seen).toEqual(ids([...proposed, ...next])));
    expect(await positions(client)).toEqual([1n, 2n, 3n, 4n, 5n]);
  });

  it('loses nothing acknowledged while its sessions are terminated under load', async () => {
    const acknowledged: string[] = [];
    const writer = async (stream: string): Promise<void> => {
      let revision = -1;
      while (revision < 100) {
        const proposed = events(2);
        const expectedRevision = revision < 0 ? NO_STREAM : BigInt(revision);
        for (;;) {
          // Unknown outcome: the same append again.
          const result = await client.appendToStream(stream, proposed, { expectedRevision }).catch((error) => {
            if (error.type === 'wrong-expected-version') throw error;
          });
          if (!result) {
            await new Promise((done) => setTimeout(done, 5));
            continue;
          }
          revision = Number(result.nextExpectedRevision);
          acknowledged.push(...ids(proposed));
          break;
        }
      }
    };
    const writing = Promise.all(Array.from({ length: 8 }, (_, index) => writer(`load-${index}`)));
    for (let turn = 1; turn <= 5; turn++) {
      await eventually(async () => expect(acknowledged.length).toBeGreaterThan(turn * 100));
      await terminateSessions(database.url);
    }
    await writing;
    const all = (await collect(client.readAll())).map(({ event }) => event!);
    expect(all.map(({ id }) => id).toSorted()).toEqual(acknowledged.toSorted());
    expect(await positions(client)).toEqual(all.map((_, index) => BigInt(index + 1)));
  });

  it('refuses at once while PostgreSQL is away, and goes on when it is back', async () => {
    const proposed = events(1);
    await client.appendToStream('away', proposed);
    proxy.cut({ refuse: true });
    await eventually(async () =>
      expect(await failure(client.appendToStream('away', events(1)))).toMatchObject({ type: 'unavailable' }),
    );
    expect((await contents(client, 'away')).ids).toEqual(ids(proposed));
    expect(await failure(contents(client, 'not in memory'))).toMatchObject({ type: 'unavailable' });
    proxy.accept();
    await eventually(async () => void (await client.appendToStream('away', events(1), { expectedRevision: 0n })));
  });

  it('does not write once another store has taken the schema over', async () => {
    await client.appendToStream('taken', events(1));
    proxy.cut({ refuse: true });
    const other = await eventually(() => startEmbeddedEventStore({ databaseUrl: database.url }));
    proxy.accept();
    expect(await failure(client.appendToStream('taken', events(1)))).toMatchObject({ type: 'unavailable' });
    const otherClient = EventStoreDBClient.connectionString(other.url);
    await otherClient.appendToStream('taken', events(1), { expectedRevision: 0n });
    expect(await failure(client.appendToStream('taken', events(1)))).toMatchObject({ type: 'unavailable' });
    await otherClient.dispose();
    await other.close();
    await eventually(async () => void (await client.appendToStream('taken', events(1), { expectedRevision: 1n })));
    expect(await positions(client)).toEqual([1n, 2n, 3n]);
  });

  it('refuses to start where another writes, but not in another schema', async () => {
    const refused = await failure(startEmbeddedEventStore({ databaseUrl: database.url }));
    expect(refused.message).toMatch(/Another event store is already writing/);
    const beside = await startEmbeddedEventStore({ databaseUrl: database.url, schema: 'be"side' });
    const besideClient = EventStoreDBClient.connectionString(beside.url);
    await besideClient.appendToStream('beside', events(1));
    expect(await failure(collect(client.readStream('beside')))).toMatchObject({ type: 'stream-not-found' });
    await besideClient.dispose();
    await beside.close();
  });

  for (const [way, options] of Object.entries({ 'batch append': {}, 'single append': { credentials } })) {
    it(`refuses what PostgreSQL cannot hold without harm to the appends beside it: ${way}`, async () => {
      const poison = [
        client.appendToStream('n'.repeat(5_000), events(1), options),
        client.appendToStream('nul\0', events(1), options),
        client.appendToStream('typed', events(1, 'Nul\0'), options),
        client.appendToStream('$$$$meta', events(1), options),
      ].map(failure);
      const beside = Array.from({ length: 20 }, (_, index) =>
        client.appendToStream(`beside-${index}`, events(1), options),
      );
      expect(await Promise.all(beside)).toHaveLength(20);
      for (const refused of await Promise.all(poison)) expect(refused.type).toBe('unknown');
      expect(await positions(client)).toHaveLength(20);
    });
  }

  it('knows after a restart what it knew before', async () => {
    const [first, second] = [events(2), events(1)];
    await client.appendToStream('kept', first, { expectedRevision: NO_STREAM });
    await client.appendToStream('kept', second, { expectedRevision: ANY });
    await client.setStreamMetadata('kept', { maxCount: 2 });
    await client.appendToStream('gone', events(1));
    await client.deleteStream('gone');
    await client.appendToStream('closed', events(1));
    await client.tombstoneStream('closed');
    const before = await positions(client);
    await stop();
    await start();
    expect(await positions(client)).toEqual(before);
    await client.appendToStream('kept', first, { expectedRevision: NO_STREAM });
    await client.appendToStream('kept', second, { expectedRevision: ANY });
    expect((await contents(client, 'kept')).revisions).toEqual([1, 2]);
    expect(await failure(client.appendToStream('gone', events(1), { expectedRevision: STREAM_EXISTS }))).toMatchObject({
      type: 'stream-deleted',
    });
    expect(await failure(client.appendToStream('closed', events(1)))).toMatchObject({ type: 'stream-deleted' });
    await client.appendToStream('gone', events(1), { expectedRevision: NO_STREAM });
    expect((await contents(client, 'gone')).revisions).toEqual([1]);
  });

  it('a subscriber resumes where it stood when the store comes back', async () => {
    const proposed = events(40);
    const seen: string[] = [];
    let at: { commit: bigint; prepare: bigint } | 'start' = 'start';
    const follow = (until: number): Promise<void> =>
      new Promise((done) => {
        const subscription = client.subscribeToAll({ fromPosition: at });
        subscription.on('error', () => done());
        subscription.on('data', ({ event }) => {
          seen.push(event!.id);
          at = event!.position;
          if (seen.length === until) done();
        });
      });
    await client.appendToStream('resumed', proposed.slice(0, 20));
    await follow(20);
    const interrupted = follow(Infinity);
    await stop();
    await interrupted;
    await start();
    await client.appendToStream('resumed', proposed.slice(20));
    await follow(40);
    expect(seen).toEqual(ids(proposed));
  });

  it('$maxAge hides events once they are older, by the injected clock', async () => {
    await client.appendToStream('aging', events(2));
    await client.setStreamMetadata('aging', { maxAge: 60 });
    clock.setOffset(50_000);
    await client.appendToStream('aging', events(1));
    expect((await contents(client, 'aging')).revisions).toEqual([0, 1, 2]);
    clock.setOffset(70_000);
    expect((await contents(client, 'aging')).revisions).toEqual([2]);
    const [first] = await collect(client.readStream('aging', { direction: 'backwards', fromRevision: END }));
    const followed = await new Promise((shown) =>
      client.subscribeToStream('aging').once('data', ({ event }) => shown(event!.id)),
    );
    expect(followed).toBe(first!.event!.id);
    clock.setOffset(120_000);
    expect((await contents(client, 'aging')).revisions).toEqual([]);
  });
});

const terminateSessions = (databaseUrl: string): Promise<unknown> =>
  query(
    databaseUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );

const positions = async (client: Client): Promise<bigint[]> =>
  (await collect(client.readAll())).map(({ event }) => event!.position.commit);

/** Tries until it succeeds; the last failure is the test's. */
async function eventually<Result>(attempt: () => Promise<Result>, ms = 10_000): Promise<Result> {
  const deadline = Date.now() + ms;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((done) => setTimeout(done, 20));
    }
  }
}
