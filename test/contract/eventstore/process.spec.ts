import { freePort } from '#libs/runtime/embedded-postgres';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { ServedStore } from './served';
import { contents, EventStoreDBClient, events, failure, ids } from './stores';

describe('apps/eventstore', () => {
  let database: TestDatabase;
  beforeEach(async () => void (database = await createTestDatabase()));
  afterEach(() => database.drop());

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`says when it is ready, and on ${signal} finishes what it was given`, async () => {
      const store = await ServedStore.start(database.url, await freePort());
      expect(store.output()).toMatch(/^The event store is ready at esdb:\/\/127\.0\.0\.1:\d+\?tls=false\n$/);
      const client = EventStoreDBClient.connectionString(store.url);
      const proposed = events(30);
      await client.appendToStream('drained', proposed[0]!);
      const acknowledged = [proposed[0]!.id];
      const rest = Promise.allSettled(
        proposed.slice(1).map(async (event) => {
          await client.appendToStream('drained', event);
          acknowledged.push(event.id);
        }),
      );
      const stopped = store.end(signal);
      await rest;
      expect(await stopped).toBe(0);
      await client.dispose();

      const again = await startEmbeddedEventStore({ databaseUrl: database.url });
      const reader = EventStoreDBClient.connectionString(again.url);
      const kept = (await contents(reader, 'drained')).ids;
      expect(ids(proposed)).toEqual(expect.arrayContaining(kept));
      expect(kept).toEqual(expect.arrayContaining(acknowledged));
      await reader.dispose();
      await again.close();
    });
  }

  it('refuses to write beside another one, in plain words', async () => {
    const store = await ServedStore.start(database.url, await freePort());
    const refused = await failure(ServedStore.start(database.url, await freePort()));
    expect(refused.message).toMatch(/Another event store is already writing to the schema "eventstore"/);
    expect(refused.message).not.toMatch(/\n {4}at /);
    await store.end('SIGKILL');
    const next = await ServedStore.start(database.url, await freePort());
    expect(await next.end('SIGTERM')).toBe(0);
  });

  it('refuses a port that is none, and a missing database', async () => {
    expect((await failure(ServedStore.start(database.url, 70_000))).message).toMatch(/KEYTURN_EVENTSTORE_PORT/);
    expect((await failure(ServedStore.start('', await freePort()))).message).toMatch(/DATABASE_URL/);
  });
});
