import { account } from '#libs/domain/account/account';
import { load } from '#libs/eventstore/execute';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { startProjector, type Projector } from '#libs/readmodels/projector';
import { systemClock as clock } from '#libs/runtime/clock';
import { MasterKey } from '#libs/vault/master-key';
import { PasswordHasher } from '#libs/vault/password-hasher';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { openInfrastructure, type Infrastructure } from '../infrastructure.js';
import { foundTenant, type FoundingRequest } from './found-tenant.js';
import { projectedEvents } from './replay.js';

describe('a tenant founded by the operator', () => {
  let database: TestDatabase;
  let server: EmbeddedEventStore;
  let infrastructure: Infrastructure;
  let projector: Projector;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startEmbeddedEventStore({ databaseUrl: database.url });
    const urls = { databaseUrl: database.url, eventStoreUrl: server.url };
    infrastructure = await openInfrastructure({ ...urls, masterKey: MasterKey.random(), clock });
    const { pool, store } = infrastructure;
    projector = await startProjector({ pool, events: projectedEvents(store), log: store, coalesceMs: 5 });
    await projector.ready();
  });
  afterAll(async () => {
    await projector.close();
    await infrastructure.close();
    await server.close();
    await database.drop();
  });

  const request = (domain: string): FoundingRequest => ({
    organisation: 'Litware',
    domain,
    plan: 'p1',
    admin: `root@${domain}`,
    adminEmail: 'root@home.example',
    language: 'en',
  });

  it('is founded by a second try when the first broke off, with the app that its administrator then has', async () => {
    const busy = { ...infrastructure, hasher: new PasswordHasher({ concurrency: 0, queue: 0 }) };
    await expect(foundTenant(busy, request('litware.example'))).rejects.toMatchObject({ name: 'HasherBusy' });
    const { store, vault, hasher } = infrastructure;
    await projector.waitFor((await store.head())!);
    const { accountId, password, appUri } = await foundTenant(infrastructure, request('litware.example'));
    const { state } = await load(store, account, accountId);
    const app = state.methods.filter(({ method }) => method === 'app-code');
    expect(app).toHaveLength(1);
    const seed = (await vault.read(app[0]!.contact, 'account/contact'))!.toString();
    expect(new URL(appUri).searchParams.get('secret')).toBe(seed);
    const hash = (await vault.read(state.credential!.credential!, 'account/password-hash'))!.toString();
    expect(await hasher.verify(hash, password)).toBe(true);
  });
});
