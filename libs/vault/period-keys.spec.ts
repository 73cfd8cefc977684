import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { MasterKey } from './master-key.js';
import { Vault } from './vault.js';

describe('keys of the installation, a day and a month', () => {
  let database: TestDatabase;
  let pools: pg.Pool[];
  let vaults: Vault[];
  let now: Date;
  const clock = { now: () => now };
  const at = (time: string): void => void (now = new Date(time));

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = Array.from({ length: 3 }, () => new pg.Pool({ connectionString: database.url }));
  });
  beforeEach(async () => {
    at('2026-11-22T09:00:00Z');
    await pools[0]!.query('DROP SCHEMA IF EXISTS vault CASCADE');
    const masterKey = MasterKey.random();
    vaults = await Promise.all(pools.map((pool) => Vault.open({ pool, masterKey, clock })));
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await database.drop();
  });
  const everywhere = <T>(ask: (vault: Vault) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: 15 }, (_, n) => ask(vaults[n % vaults.length]!)));

  it('are the same for all who ask at once, and each is another', async () => {
    const asked = [
      await everywhere((vault) => vault.installationKey('directory')),
      await everywhere((vault) => vault.installationKey('sources')),
      await everywhere(async (vault) => (await vault.dayKey()).key),
      await everywhere(async (vault) => (await vault.monthKey()).key),
    ];
    for (const keys of asked) {
      expect(keys[0]).toHaveLength(32);
      expect(keys).toEqual(keys.map(() => keys[0]));
    }
    expect(new Set(asked.map(([key]) => key!.toString('hex'))).size).toBe(4);
  });

  it('are not stored in clear', async () => {
    const keys = [await vaults[0]!.installationKey('directory'), (await vaults[0]!.dayKey()).key];
    const { rows } = await pools[0]!.query(
      'SELECT wrapped FROM vault.installation_keys UNION SELECT wrapped FROM vault.period_keys',
    );
    for (const key of keys) expect(rows.map(({ wrapped }) => wrapped.includes(key))).toEqual([false, false]);
  });

  it('change with the UTC day and month', async () => {
    at('2026-11-30T23:59:59.999Z');
    const [day, month] = [await vaults[0]!.dayKey(), await vaults[0]!.monthKey()];
    expect(await vaults[0]!.dayKey()).toEqual(day);
    at('2026-12-01T00:00:00Z');
    const [nextDay, nextMonth] = [await vaults[0]!.dayKey(), await vaults[0]!.monthKey()];
    expect(nextDay.keyId).not.toBe(day.keyId);
    expect(nextDay.key).not.toEqual(day.key);
    expect(nextMonth.key).not.toEqual(month.key);
    at('2026-12-02T00:00:00Z');
    expect(await vaults[0]!.monthKey()).toEqual(nextMonth);
  });

  it('T12: can be had for an hour after their day, and then by nobody', async () => {
    const day = await vaults[0]!.dayKey();
    at('2026-11-23T00:59:59.999Z');
    expect(await vaults[0]!.dayKeyById(day.keyId)).toEqual(day.key);
    expect(await vaults[1]!.dayKeyById(day.keyId)).toEqual(day.key);
    expect(await vaults[0]!.destroyDueKeys()).toBe(0);
    at('2026-11-23T01:00:00Z');
    for (const vault of vaults) expect(await vault.dayKeyById(day.keyId)).toBeUndefined();
    expect(await vaults[0]!.destroyDueKeys()).toBe(1);
    expect(await vaults[0]!.destroyDueKeys()).toBe(0);
    for (const vault of vaults) expect(await vault.dayKeyById(day.keyId)).toBeUndefined();
  });

  it('T12: leave nothing in the files of their table once destroyed', async () => {
    await vaults[0]!.dayKey();
    const { rows } = await pools[0]!.query<{ wrapped: Buffer }>('SELECT wrapped FROM vault.period_keys');
    expect(await fileOf(pools[0]!, 'vault.period_keys')).toContain(rows[0]!.wrapped.toString('latin1'));
    at('2026-11-24T00:00:00Z');
    await vaults[0]!.destroyDueKeys();
    expect(await fileOf(pools[0]!, 'vault.period_keys')).not.toContain(rows[0]!.wrapped.toString('latin1'));
  });

  it('of an erased person are gone from the files after a scrub', async () => {
    await vaults[0]!.sealAll(['gone', 'stays'].map((owner) => ({ owner, place: 'account/contact', value: owner })));
    const { rows } = await pools[0]!.query<{ wrapped: Buffer }>('SELECT wrapped FROM vault.owner_keys ORDER BY owner');
    const [gone, stays] = rows.map(({ wrapped }) => wrapped.toString('latin1'));
    await vaults[0]!.erase('gone');
    await vaults[0]!.scrub();
    const file = await fileOf(pools[0]!, 'vault.owner_keys');
    expect(file).toContain(stays);
    expect(file).not.toContain(gone);
  });

  it('of bodies stay until the next day is over, so that two requests within a day are compared', async () => {
    const [a, b] = [vaults[0]!, vaults[1]!];
    at('2027-03-01T23:59:00Z');
    const [first, ...none] = await a.bodyKeys();
    expect(none).toEqual([]);
    expect(first.keyId).not.toBe((await a.dayKey()).keyId);
    at('2027-03-02T23:58:00Z');
    for (const vault of [a, b, a]) expect((await vault.bodyKeys())[1]).toEqual(first);
    at('2027-03-03T00:00:00Z');
    expect((await b.bodyKeys())[1]).not.toEqual(first);
    at('2027-03-03T01:00:00Z');
    expect(await a.dayKeyById(first.keyId)).toBeUndefined();
    expect(await a.bodyKeys()).toHaveLength(2);
    at('2027-03-09T12:00:00Z');
    expect(await a.bodyKeys()).toHaveLength(1);
  });

  it('open under their own name and in their own time only', async () => {
    await vaults[0]!.installationKey('directory');
    await vaults[0]!.installationKey('sources');
    await vaults[0]!.dayKey();
    await pools[0]!.query(
      `UPDATE vault.installation_keys SET wrapped = (SELECT wrapped FROM vault.installation_keys WHERE name = 'directory')
       WHERE name = 'sources'`,
    );
    await pools[0]!.query("UPDATE vault.period_keys SET period = '2026-11-23'");
    at('2026-11-23T09:00:00Z');
    await expect(vaults[1]!.installationKey('sources')).rejects.toMatchObject({ name: 'VaultTampered' });
    await expect(vaults[1]!.dayKey()).rejects.toMatchObject({ name: 'VaultTampered' });
    expect(await vaults[1]!.installationKey('directory')).toHaveLength(32);
  });

  it('are unknown for an id nobody issued', async () => {
    expect(await vaults[0]!.dayKeyById('00000000-0000-4000-8000-000000000000')).toBeUndefined();
  });
});

async function fileOf(pool: pg.Pool, table: string): Promise<string> {
  await pool.query('CHECKPOINT');
  const { rows } = await pool.query<{ bytes: Buffer }>(
    'SELECT pg_read_binary_file(pg_relation_filepath($1)) AS bytes',
    [table],
  );
  return rows[0]!.bytes.toString('latin1');
}
