import { collect, contents, EventStoreDBClient, events } from './stores';
import { createTestDatabase } from '../../support/database';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';

describe('connect through gossip', () => {
  it('finds the embedded store as a cluster of one', async () => {
    const database = await createTestDatabase();
    const store = await startEmbeddedEventStore({ databaseUrl: database.url });
    const client = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${store.port}?tls=false`);
    await client.appendToStream('discovered', events(2));
    expect((await contents(client, 'discovered')).revisions).toEqual([0, 1]);
    expect(await collect(client.readAll())).toHaveLength(2);
    await client.dispose();
    await store.close();
    await database.drop();
  });
});
