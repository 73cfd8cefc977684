import { EventStore } from '#libs/eventstore/event-store';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { systemClock } from '#libs/runtime/clock';
import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { ThrottleLog } from './throttle-log.js';

describe('what the throttle refused', () => {
  let database: TestDatabase;
  let server: EmbeddedEventStore;
  let store: EventStore;
  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startEmbeddedEventStore({ databaseUrl: database.url });
    store = EventStore.connect(server.url);
  });
  afterAll(async () => {
    await store.close();
    await server.close();
    await database.drop();
  });

  const written = async () => {
    const events = [];
    for await (const event of store.readAll({ prefixes: ['throttle-'] })) events.push(event);
    return events;
  };

  it('is one counted event, however much there was', async () => {
    const log = new ThrottleLog(store, systemClock);
    for (let n = 0; n < 500; n++) log.note('start', `source-${n % 7}`);
    log.note('captcha', 'source-1');
    expect(await written()).toEqual([]);
    await log.onModuleDestroy();
    expect((await written()).map(({ data }) => data)).toMatchObject([
      { what: 'start', count: 500, sources: 7 },
      { what: 'captcha', count: 1, sources: 1 },
    ]);
  });

  it('is written by itself after a while, and nothing when nothing was refused', async () => {
    const log = new ThrottleLog(store, systemClock);
    log.everyMs = 20;
    log.note('sign-in', 'source-1');
    while ((await written()).length < 3) await new Promise((resume) => setTimeout(resume, 10));
    await log.onModuleDestroy();
    expect(await written()).toHaveLength(3);
  });
});
