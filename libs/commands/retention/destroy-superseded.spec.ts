import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { account, type AccountCommand } from '#libs/domain/account/account';
import type { DataOf } from '#libs/domain/events';
import { tenant, type TenantCommand } from '#libs/domain/tenant/tenant';
import { days, hours } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { execute } from '#libs/eventstore/execute';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { startProjector, type Projector } from '#libs/readmodels/projector';
import { openReadModels, type ReadModels } from '#libs/readmodels/rows';
import { AdjustableClock } from '#libs/runtime/clock';
import { MasterKey } from '#libs/vault/master-key';
import { Vault, type VaultRef } from '#libs/vault/vault';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { backup } from '../operations/backup.js';
import { projectedEvents, replay } from '../operations/replay.js';
import { checkBackup, restore } from '../operations/restore.js';
import { VaultReader } from '../operations/vault-reader.js';
import { ReadModelDomains } from '../tenants/read-model-domains.js';
import { Tenants } from '../tenants/tenants.js';
import { DestroySuperseded } from './destroy-superseded.js';

const masterKey = MasterKey.random();

/** One installation's stores, as a worker has them. */
class World {
  private constructor(
    readonly clock: AdjustableClock,
    readonly pool: pg.Pool,
    readonly store: EventStore,
    readonly vault: Vault,
    readonly readModels: ReadModels,
    readonly projector: Projector,
    private readonly server: EmbeddedEventStore,
    private readonly database: TestDatabase,
  ) {}

  static async open(
    clock: AdjustableClock,
    fill: (stores: { pool: pg.Pool; store: EventStore }) => Promise<void> = async () => undefined,
  ): Promise<World> {
    const database = await createTestDatabase();
    const pool = new pg.Pool({ connectionString: database.url });
    const server = await startEmbeddedEventStore({ databaseUrl: database.url });
    const store = EventStore.connect(server.url);
    await fill({ pool, store });
    const vault = await Vault.open({ pool, masterKey, clock });
    const projector = await startProjector({ pool, events: projectedEvents(store), log: store, coalesceMs: 5 });
    return new World(clock, pool, store, vault, openReadModels(pool), projector, server, database);
  }

  async close(): Promise<void> {
    await this.projector.close();
    await this.store.close();
    await this.server.close();
    await this.pool.end();
    await this.database.drop();
  }

  get now(): string {
    return this.clock.now().toISOString();
  }

  /** As a worker that has just started. */
  sweep = (looksPerRun = 100): DestroySuperseded =>
    new DestroySuperseded(this, new Tenants(this.store, new ReadModelDomains(this.readModels)), {
      looksPerRun,
      restMs: hours(1),
    });

  followed = async (): Promise<void> => this.projector.waitFor((await this.store.head())!);

  async onTenant(tenantId: string, command: TenantCommand): Promise<void> {
    await execute(this.store, tenant, tenantId, command, this.#context());
    await this.followed();
  }

  async onAccount(accountId: string, command: AccountCommand): Promise<void> {
    await execute(this.store, account, accountId, command, this.#context());
    await this.followed();
  }

  seal = (owner: string, value: string): Promise<VaultRef> =>
    this.vault.seal({ owner, place: 'account/contact', value });
  opened = async (ref: VaultRef): Promise<string | undefined> =>
    (await this.vault.read(ref, 'account/contact'))?.toString();
  shown = async (ref: VaultRef, owner?: string): Promise<string | undefined> =>
    (await new VaultReader(this.vault, this.readModels).read([{ ref, place: 'account/contact' }], owner)).get(ref.ref);

  destructions = async (accountId: string) =>
    (await this.store.readStream(`account-${accountId}`)).filter(({ type }) => type === 'SupersededDataDestroyed');

  async tenant(retentionDays: number): Promise<string> {
    const tenantId = randomUUID();
    const beginning = { tenantId, organisation: tenantId, plan: 'p1', trial: false, domains: [] } as const;
    await this.onTenant(tenantId, {
      type: 'CreateTenant',
      data: { ...beginning, policy: { retentionDays }, now: this.now },
    });
    return tenantId;
  }

  /** Somebody who has just given up an address. */
  async moved(tenantId: string): Promise<{ accountId: string; old: VaultRef; present: VaultRef }> {
    const accountId = randomUUID();
    const [username, old, present] = await Promise.all(
      ['name', 'old@home.example', 'new@home.example'].map((value) => this.seal(accountId, value)),
    );
    const now = this.now;
    const created = {
      accountId,
      tenantId,
      origin: 'cloud',
      username: username!,
      language: 'en',
      licensed: true,
    } as const;
    const contact = (methodId: string, ref: VaultRef): AccountCommand => ({
      type: 'RegisterMethod',
      data: { methodId, method: 'email', contact: ref, by: 'import', now },
    });
    await this.onAccount(accountId, { type: 'CreateAccount', data: { ...created, roles: [], groups: [], now } });
    await this.onAccount(accountId, contact('m1', old!));
    await this.onAccount(accountId, contact('m2', present!));
    await this.onAccount(accountId, { type: 'RemoveMethod', data: { methodId: 'm1', notices: [], now } });
    return { accountId, old: old!, present: present! };
  }

  #context = () => ({ commandId: randomUUID(), correlationId: randomUUID(), actor: { kind: 'system' } as const });
}

describe('superseded data', () => {
  let world: World;
  let clock: AdjustableClock;

  beforeEach(async () => {
    clock = new AdjustableClock();
    world = await World.open(clock);
  });
  afterEach(() => world.close());

  const later = (ms: number): void => clock.setOffset(clock.offsetMs + ms);

  it('are destroyed after the days of the policy, and the log says so', async () => {
    const { accountId, old, present } = await world.moved(await world.tenant(10));
    later(days(10) - hours(1));
    expect(await world.sweep().run()).toBe(0);
    expect(await world.opened(old)).toBe('old@home.example');
    later(hours(1));
    expect(await world.sweep().run()).toBe(1);
    expect(await world.opened(old)).toBeUndefined();
    expect(await world.opened(present)).toBe('new@home.example');

    const [event, ...more] = await world.destructions(accountId);
    expect(more).toEqual([]);
    const { values, retentionDays, at } = event!.data as DataOf<'SupersededDataDestroyed'>;
    expect([values, retentionDays]).toEqual([
      [{ ref: old.ref, what: 'email', supersededAt: expect.any(String) as string }],
      10,
    ]);
    expect(event!.metadata).toMatchObject({ policyVersion: 1, actor: { kind: 'system', id: 'retention' } });
    await world.followed();
    expect(await world.shown(old)).toBe(`destroyed under the retention rule on ${at}`);
    expect(await world.sweep().run()).toBe(0);
  });

  it('that are gone without a record are recorded after a crash, and once', async () => {
    const { accountId, old } = await world.moved(await world.tenant(10));
    later(days(10));
    // What a crash between the two leaves.
    await world.vault.destroy([old.ref]);
    expect(await world.shown(old, accountId)).toBe('missing');
    expect(await world.sweep().run()).toBe(1);
    // Before the row has followed.
    await world.sweep().run();
    expect(await world.destructions(accountId)).toHaveLength(1);
    await world.followed();
    expect(await world.shown(old)).toMatch(/^destroyed under the retention rule on /);
  });

  it('are not told from an erased person’s by what is missing alone', async () => {
    const { accountId, present } = await world.moved(await world.tenant(10));
    await world.vault.erase(accountId);
    expect(await world.shown(present, accountId)).toBe('erased');
  });

  it('go by the policy of the day, also where they were superseded under another one', async () => {
    const tenantId = await world.tenant(90);
    const { old } = await world.moved(tenantId);
    later(days(20));
    const sweep = world.sweep();
    expect(await sweep.run()).toBe(0);
    await world.onTenant(tenantId, { type: 'ChangePolicy', data: { changes: { retentionDays: 20 }, now: world.now } });
    expect(await sweep.run()).toBe(0);
    later(hours(1));
    expect(await sweep.run()).toBe(1);
    expect(await world.opened(old)).toBeUndefined();
  });

  it('are looked through in parts, tenant by tenant, and one that fails holds up no other', async () => {
    const tenants = await Promise.all([10, 10].map((n) => world.tenant(n)));
    const people = [];
    for (const tenantId of [...tenants, ...tenants, ...tenants]) people.push(await world.moved(tenantId));
    const [ghost] = [...tenants].sort();
    await world.pool.query(
      `INSERT INTO readmodels.superseded_data_1 (account_id, tenant_id, held, hashes, superseded, others_since, hash_count)
       SELECT '00000000-0000-4000-8000-000000000000', $1, '{}', '[]', superseded, others_since, 0
       FROM readmodels.superseded_data_1 LIMIT 1`,
      [ghost],
    );
    later(days(10));
    const sweep = world.sweep(4);
    await expect(sweep.run()).rejects.toThrow('1 accounts keep superseded data');
    expect(await sweep.run()).toBe(3);
    const opened = await Promise.all(people.map(({ old }) => world.opened(old)));
    expect(opened.filter((value) => value !== undefined)).toEqual([]);
  });

  it('and what became of them come out alike when the rows are made anew', async () => {
    const { old } = await world.moved(await world.tenant(10));
    await world.moved(await world.tenant(20));
    later(days(10));
    expect(await world.sweep().run()).toBe(1);
    await world.followed();
    for (const model of ['superseded_data', 'destroyed_data']) {
      const [result] = await replay(world, { model, compareOnly: true });
      expect(result).toMatchObject({ differences: 0 });
    }
    expect(await world.shown(old)).toMatch(/^destroyed/);
  });

  it('that a backup brings back go again at the next start', async () => {
    const { accountId, old } = await world.moved(await world.tenant(10));
    const lines: string[] = [];
    for await (const chunk of backup(world)) lines.push(...chunk.split('\n').filter((line) => line !== ''));
    later(days(10));
    await world.sweep().run();

    const read = async function* () {
      yield* await Promise.resolve(lines);
    };
    const checked = await checkBackup(read());
    const restored = await World.open(clock, (stores) => restore({ ...stores, clock, masterKey }, read, checked));
    try {
      await restored.followed();
      expect(await restored.opened(old)).toBe('old@home.example');
      expect(await restored.sweep().run()).toBe(1);
      expect(await restored.opened(old)).toBeUndefined();
      expect(await restored.destructions(accountId)).toHaveLength(1);
    } finally {
      await restored.close();
    }
  });
});
