import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { EventStore } from '#libs/eventstore/event-store';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { systemClock as clock } from '#libs/runtime/clock';
import { Directory } from '#libs/vault/directory';
import { MasterKey } from '#libs/vault/master-key';
import { Vault } from '#libs/vault/vault';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database';
import { openInfrastructure } from '../infrastructure.js';
import { backup } from './backup.js';
import { checkBackup, restore, type RestoreOptions } from './restore.js';

const masterKey = MasterKey.random();
const tenant = 'contoso';

/** Log and database, in one place as the embedded Keyturn has them. */
class Stores {
  static async open(): Promise<Stores> {
    const database = await createTestDatabase();
    const server = await startEmbeddedEventStore({ databaseUrl: database.url });
    return new Stores(database, server);
  }

  readonly clock = clock;
  readonly pool: pg.Pool;
  readonly store: EventStore;

  private constructor(
    private readonly database: TestDatabase,
    private readonly server: EmbeddedEventStore,
  ) {
    this.pool = new pg.Pool({ connectionString: database.url });
    this.store = EventStore.connect(server.url);
  }

  /** Somebody with a name, as `CreateAccount` leaves them. */
  async person(name: string): Promise<string> {
    const vault = await Vault.open({ pool: this.pool, masterKey, clock });
    const directory = await Directory.open({ pool: this.pool, vault, clock });
    const accountId = randomUUID();
    await directory.reserve(tenant, name, accountId);
    const username = await vault.seal({ owner: accountId, place: 'account/username', value: name });
    await this.store.append(`account-${accountId}`, 'no-stream', [
      {
        id: randomUUID(),
        type: 'AccountCreated',
        data: { accountId, tenantId: tenant, username },
        metadata: { correlationId: accountId, actor: { kind: 'system' } },
      },
    ]);
    await directory.confirm(tenant, name, accountId);
    return accountId;
  }

  async lookup(name: string): Promise<string | undefined> {
    const vault = await Vault.open({ pool: this.pool, masterKey, clock });
    return (await Directory.open({ pool: this.pool, vault, clock })).lookup(tenant, name);
  }

  /** Whether the product starts on them. */
  async start(): Promise<void> {
    const urls = { databaseUrl: this.database.url, eventStoreUrl: this.server.url };
    await (await openInfrastructure({ ...urls, masterKey, clock })).close();
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.server.close();
    await this.pool.end();
    await this.database.drop();
  }
}

describe('a backup of log and vault', () => {
  let from: Stores;
  let into: Stores;

  beforeEach(async () => {
    [from, into] = [await Stores.open(), await Stores.open()];
  });
  afterEach(async () => {
    await from.close();
    await into.close();
  });

  const bring = async (
    lines: readonly string[],
    options?: RestoreOptions,
    key = masterKey,
    to = into,
  ): Promise<void> => {
    const read = async function* () {
      yield* await Promise.resolve(lines);
    };
    await restore({ ...to, masterKey: key }, read, await checkBackup(read()), options);
  };

  it('made while people come knows no name of those whom its log does not know', async () => {
    const early = await from.person('early@contoso.example');
    const making = backup(from);
    const lines = [(await making.next()).value as string];
    // The end of the log is noted by now.
    await from.person('late@contoso.example');
    for await (const line of making) lines.push(line);
    await bring(lines.map((line) => line.trimEnd()));
    expect(await into.lookup('early@contoso.example')).toBe(early);
    expect(await into.lookup('late@contoso.example')).toBeUndefined();
    await into.person('late@contoso.example');
    expect(await into.lookup('late@contoso.example')).toBeDefined();
    await into.start();
  });

  it('restored in part is nothing that anybody starts on, nor goes on restoring', async () => {
    for (const name of ['a', 'b', 'c']) await from.person(`${name}@contoso.example`);
    const lines = await linesOf(from);
    const broken = bring(lines, {
      onProgress: (done) => {
        if (done >= 2) throw new Error('killed');
      },
    });
    await expect(broken).rejects.toThrow('killed');
    await expect(into.start()).rejects.toMatchObject({
      name: 'StoresRefused',
      message: expect.stringContaining('a restore was broken off'),
    });
    await expect(bring(lines)).rejects.toThrow('The event store is not empty');
  });

  it('under another master key is refused before anything is written', async () => {
    const anna = await from.person('anna@contoso.example');
    const lines = await linesOf(from);
    let accepted = 0;
    const onAccepted = () => Promise.resolve(void accepted++);
    await expect(bring(lines, { onAccepted }, MasterKey.random())).rejects.toMatchObject({ name: 'MasterKeyRefused' });
    expect([accepted, await into.store.head()]).toEqual([0, undefined]);
    await bring(lines, { onAccepted });
    expect([accepted, await into.lookup('anna@contoso.example')]).toEqual([1, anna]);
  });

  it('is not restored where the vault has been used, log or not', async () => {
    await from.person('anna@contoso.example');
    await Vault.open({ pool: into.pool, masterKey, clock });
    await expect(bring(await linesOf(from))).rejects.toThrow('its vault is not empty');
    expect(await into.store.head()).toBeUndefined();
  });

  it('brings events back as they were recorded, also when it was made of a restored log', async () => {
    const anna = `account-${await from.person('anna@contoso.example')}`;
    const [before] = await from.store.readStream(anna);
    await bring(await linesOf(from));
    const [after] = await into.store.readStream(anna);
    const lasting = ({ id, type, data, revision, recordedAt }: StoredEvent) => ({
      id,
      type,
      data,
      revision,
      recordedAt,
    });
    expect(lasting(after!)).toEqual(lasting(before!));
    const further = await Stores.open();
    try {
      await bring(await linesOf(into), {}, masterKey, further);
      expect(lasting((await further.store.readStream(anna))[0]!)).toEqual(lasting(before!));
    } finally {
      await further.close();
    }
  });

  it('makes another log: what counted by the positions of the first does not fit it', async () => {
    await from.person('anna@contoso.example');
    const original = await from.store.identity();
    await bring(await linesOf(from));
    const restored = await into.store.identity();
    expect(restored).not.toBe(original);
    expect(await into.store.identity()).toBe(restored);
    expect(await from.store.identity()).toBe(original);
  });
});

async function linesOf(stores: Stores): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of backup(stores)) lines.push(line.trimEnd());
  return lines;
}
