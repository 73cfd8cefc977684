import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { account } from '#libs/domain/account/account';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { AdjustableClock } from '#libs/runtime/clock';
import { Directory } from '#libs/vault/directory';
import { MasterKey } from '#libs/vault/master-key';
import { Vault } from '#libs/vault/vault';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { settleNames } from './settle-names.js';

describe('names that a crash left between reserved and confirmed', () => {
  const clock = new AdjustableClock();
  let database: TestDatabase;
  let pool: pg.Pool;
  let server: EmbeddedEventStore;
  let store: EventStore;
  let directory: Directory;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url });
    server = await startEmbeddedEventStore({ databaseUrl: database.url });
    store = EventStore.connect(server.url);
    const vault = await Vault.open({ pool, masterKey: MasterKey.random(), clock });
    directory = await Directory.open({ pool, vault, clock });
  });
  afterAll(async () => {
    await store.close();
    await server.close();
    await pool.end();
    await database.drop();
  });

  it('are given when the account exists, free when it does not, and left alone while they are fresh', async () => {
    const [created, lost] = [randomUUID(), randomUUID()];
    await directory.reserve('tenant', 'created@contoso.example', created);
    await directory.reserve('tenant', 'lost@contoso.example', lost);
    const username = { ref: randomUUID(), sha256: '' };
    const person = { accountId: created, tenantId: 'tenant', origin: 'cloud', username, language: 'en' } as const;
    const data = { ...person, roles: [], groups: [], licensed: true, now: clock.now().toISOString() };
    const context = { commandId: randomUUID(), correlationId: randomUUID(), actor: { kind: 'system' } } as const;
    await execute(store, account, created, { type: 'CreateAccount', data }, context);

    expect(await settleNames({ store, directory, clock })).toBe(0);
    clock.setOffset(6 * 60_000);
    expect(await settleNames({ store, directory, clock })).toBe(2);
    expect(await directory.lookup('tenant', 'created@contoso.example')).toBe(created);
    expect(await directory.lookup('tenant', 'lost@contoso.example')).toBeUndefined();
    expect(await directory.reserve('tenant', 'lost@contoso.example', randomUUID())).toBe('reserved');
  });
});
