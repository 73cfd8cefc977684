import { randomUUID } from 'node:crypto';
import { projectedEvents } from '#libs/commands/operations/replay';
import { EventStore } from '#libs/eventstore/event-store';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { userById } from '#libs/readmodels/users';
import { users } from '#libs/readmodels/users';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { Harness } from './harness';

const on = Harness.forEachTest();

describe('projector on a real event store', () => {
  let database: TestDatabase;
  let server: EmbeddedEventStore;
  let store: EventStore;

  beforeEach(async () => {
    database = await createTestDatabase();
    server = await startEmbeddedEventStore({ databaseUrl: database.url });
    store = EventStore.connect(server.url);
  });
  afterEach(async () => {
    await store.close();
    await server.close();
    await database.drop();
  });

  const create = (accountId: string) =>
    store.append(`account-${accountId}`, 'no-stream', [
      {
        id: randomUUID(),
        type: 'AccountCreated',
        data: {
          accountId,
          tenantId: 't',
          origin: 'cloud',
          username: { ref: 'r', sha256: 's' },
          language: 'en',
          roles: [],
          groups: [],
          licensed: true,
          at: '2026-01-01T00:00:00.000Z',
        },
        metadata: { correlationId: accountId, actor: { kind: 'system' } },
      },
    ]);

  const start = () => on.start({ log: store, events: projectedEvents(store), coalesceMs: 60_000 });

  it('holds what was appended as soon as somebody waits for it', async () => {
    const projector = await start();
    await projector.ready();
    for (const accountId of ['a', 'b', 'c']) {
      const { position } = await create(accountId);
      await projector.waitFor(position);
      expect(await userById(on.db, accountId)).toMatchObject({ account_id: accountId });
    }
  });

  it('reaches the end of the log also where that holds nothing it projects', async () => {
    const projector = await start();
    await create('a');
    await store.append('other-1', 'no-stream', [
      { id: randomUUID(), type: 'Foreign', data: {}, metadata: { correlationId: 'o', actor: { kind: 'system' } } },
    ]);
    await projector.waitFor((await store.head())!);
    expect(on.parked).toEqual([]);
  });

  it('resumes from its checkpoint, and refuses the store of somebody else', async () => {
    await create('a');
    await on.project({ log: store, events: projectedEvents(store) });
    await create('b');
    await on.project({ log: store, events: projectedEvents(store) });
    expect(await on.count(users.table)).toBe(2);
    expect(await on.count('audit_2')).toBe(2);
    const other = { identity: () => Promise.resolve('other'), head: () => store.head() };
    await expect(on.start({ log: other })).rejects.toThrow('but the event store holds the log other');
  });
});
