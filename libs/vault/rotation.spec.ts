import pg from 'pg';
import { systemClock as clock } from '#libs/runtime/clock';
import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { type MasterKey, masterKeyFromSettings } from './master-key.js';
import { Vault, type VaultRef } from './vault.js';

const [oldKey, newKey] = ['old', 'new'].map((name) =>
  Buffer.from(`${name} 0123456789 abcdefghijklmnopqrstuvwxyz`).subarray(0, 32).toString('hex'),
);
const ring = (...keys: (string | undefined)[]): MasterKey => masterKeyFromSettings(keys.join(','));
const owners = Array.from({ length: 1_200 }, (_, n) => `owner-${n}`);
const place = 'account/contact';

describe('a new master key', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let refs: VaultRef[];
  let installation: Buffer;
  let day: { keyId: string; key: Buffer };

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 4 });
  });
  beforeEach(async () => {
    await pool.query('DROP SCHEMA IF EXISTS vault CASCADE');
    const vault = await Vault.open({ pool, masterKey: ring(oldKey), clock });
    refs = await vault.sealAll(owners.map((owner) => ({ owner, place, value: owner })));
    [installation, day] = await Promise.all([vault.installationKey('directory'), vault.dayKey()]);
    await vault.erase('owner-7');
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const wrappedWith = async (): Promise<Record<string, number>> => {
    const { rows } = await pool.query(`SELECT master_key_id AS id, count(*)::int AS keys FROM (
      SELECT master_key_id FROM vault.owner_keys UNION ALL SELECT master_key_id FROM vault.installation_keys
      UNION ALL SELECT master_key_id FROM vault.period_keys) k WHERE master_key_id IS NOT NULL GROUP BY 1`);
    return Object.fromEntries(rows.map(({ id, keys }) => [id, keys]));
  };
  const expectAllReadable = async (vault: Vault): Promise<void> => {
    const values = await vault.readAll(refs.map((ref) => ({ ref, place })));
    expect(values.map((value) => value?.toString())).toEqual(
      owners.map((owner) => (owner === 'owner-7' ? undefined : owner)),
    );
    expect(await vault.installationKey('directory')).toEqual(installation);
    expect(await vault.dayKeyById(day.keyId)).toEqual(day.key);
  };

  it('wraps every key anew, changes no value and retires the old one', async () => {
    const { rows: before } = await pool.query('SELECT * FROM vault.sealed_values ORDER BY ref');
    const vault = await Vault.open({ pool, masterKey: ring(oldKey), clock });
    await vault.rotateMasterKey(ring(newKey));
    expect(await wrappedWith()).toEqual({ [ring(newKey).id]: owners.length - 1 + 2 });
    expect((await pool.query('SELECT * FROM vault.sealed_values ORDER BY ref')).rows).toEqual(before);
    await expectAllReadable(vault);
    await expectAllReadable(await Vault.open({ pool, masterKey: ring(newKey), clock }));
    await expect(Vault.open({ pool, masterKey: ring(oldKey), clock })).rejects.toThrow(`it needs ${ring(newKey).id}`);
  });

  it('goes on after a kill half-way, needing both keys until then', async () => {
    const dying = dyingAfter(pool, 2);
    const vault = await Vault.open({ pool: dying, masterKey: ring(oldKey), clock });
    await expect(vault.rotateMasterKey(ring(newKey))).rejects.toThrow('killed');
    expect(Object.keys(await wrappedWith())).toHaveLength(2);
    for (const half of [ring(oldKey), ring(newKey)]) {
      await expect(Vault.open({ pool, masterKey: half, clock })).rejects.toMatchObject({ name: 'MasterKeyRefused' });
    }
    const both = await Vault.open({ pool, masterKey: ring(newKey, oldKey), clock });
    await expectAllReadable(both);
    await both.rotateMasterKey(ring(newKey));
    expect(Object.keys(await wrappedWith())).toEqual([ring(newKey).id]);
    await expectAllReadable(await Vault.open({ pool, masterKey: ring(newKey), clock }));
  });

  it('is used at once by processes that hold both keys', async () => {
    const running = await Vault.open({ pool, masterKey: ring(oldKey, newKey), clock });
    await (await Vault.open({ pool, masterKey: ring(newKey, oldKey), clock })).rotateMasterKey(ring(newKey));
    await expectAllReadable(running);
  });

  it('stops a process that still wraps with the retired one', async () => {
    const running = await Vault.open({ pool, masterKey: ring(oldKey, newKey), clock });
    await (await Vault.open({ pool, masterKey: ring(oldKey), clock })).rotateMasterKey(ring(newKey));
    await expect(running.seal({ owner: 'newcomer', place, value: 'x' })).rejects.toThrow('has been retired');
    await expect(running.monthKey()).rejects.toThrow('has been retired');
    await expect(running.installationKey('made later')).rejects.toThrow('has been retired');
    expect(await running.seal({ owner: 'owner-1', place, value: 'known owners go on' })).toBeDefined();
  });

  it('brings nobody back who is erased meanwhile', async () => {
    const other = await Vault.open({ pool, masterKey: ring(oldKey), clock });
    const racing = before(pool, /UPDATE vault.owner_keys/, () => other.erase('owner-1'));
    await (await Vault.open({ pool: racing, masterKey: ring(oldKey), clock })).rotateMasterKey(ring(newKey));
    const { rows } = await pool.query("SELECT wrapped FROM vault.owner_keys WHERE owner = 'owner-1'");
    expect(rows).toEqual([{ wrapped: null }]);
    expect(await wrappedWith()).toEqual({ [ring(newKey).id]: owners.length - 2 + 2 });
  });

  it('names a key that somebody changed, and does not retire the old one', async () => {
    await pool.query("UPDATE vault.owner_keys SET wrapped = decode(repeat('00', 60), 'hex') WHERE owner = 'owner-3'");
    const vault = await Vault.open({ pool, masterKey: ring(oldKey), clock });
    await expect(vault.rotateMasterKey(ring(newKey))).rejects.toThrow(/owner-3/);
    expect((await pool.query('SELECT FROM vault.master_keys')).rowCount).toBe(2);
  });
});

/** The same pool, whose connection is lost for good after so many updates of owners' keys. */
function dyingAfter(pool: pg.Pool, updates: number): pg.Pool {
  let left = updates;
  return before(pool, /UPDATE vault.owner_keys/, () => {
    if (left-- <= 0) throw new Error('killed');
  });
}

/** The same pool, where something happens just before each of these statements. */
function before(pool: pg.Pool, statement: RegExp, happens: () => void | Promise<void>): pg.Pool {
  return new Proxy(pool, {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name, target);
      return async (...args: unknown[]) => {
        if (statement.test(String(args[0]))) await happens();
        return Reflect.apply(target.query, target, args) as unknown;
      };
    },
  });
}
