import pg from 'pg';
import { AdjustableClock } from '#libs/runtime/clock';
import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { eraseOwner } from './erasure.js';
import { MasterKey, masterKeyFromSettings } from './master-key.js';
import { Vault, type Sealed, type VaultRef } from './vault.js';

const minute = 60_000;
const contact = (owner: string, value = `${owner}@home.example`): Sealed => ({
  owner,
  place: 'account/contact',
  value,
});

describe('the vault', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  const clock = new AdjustableClock();
  const master = MasterKey.random();
  let vault: Vault;
  let elsewhere: Vault;
  const open = () => Vault.open({ pool, masterKey: master, clock });
  const change = (statement: string, ...values: unknown[]) => pool.query(statement, values);
  const text = async (ref: VaultRef, place = 'account/contact', by = vault) => (await by.read(ref, place))?.toString();

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url });
    [vault, elsewhere] = await Promise.all([open(), open()]);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  describe('keeps values', () => {
    it('and gives them back, in this process and another', async () => {
      const ref = await vault.seal(contact('anna'));
      expect(ref).toEqual({
        ref: expect.stringMatching(/^[0-9a-f-]{36}$/),
        sha256: expect.stringMatching(/^[\w-]{43}$/),
      });
      expect(await text(ref)).toBe('anna@home.example');
      expect(await text(ref, 'account/contact', elsewhere)).toBe('anna@home.example');
    });

    it('of several owners at once, new and known, in the order given', async () => {
      await vault.seal(contact('known'));
      const bytes = new Uint8Array([0, 255, 10]);
      const refs = await elsewhere.sealAll([
        contact('known', 'first'),
        contact('new', ''),
        { owner: 'known', place: 'account/photo', value: bytes, expiresAt: new Date(clock.now().getTime() + minute) },
      ]);
      const places = ['account/contact', 'account/contact', 'account/photo'];
      const wanted = refs.map((ref, index) => ({ ref, place: places[index]! })).reverse();
      expect((await vault.readAll(wanted)).map((value) => value?.toString('latin1'))).toEqual([
        '\0\xff\n',
        '',
        'first',
      ]);
    });

    it('for one new owner in one statement', async () => {
      const statements = await statementsOf(pool, () => vault.sealAll([contact('solo'), contact('solo', 'again')]));
      expect(statements).toHaveLength(1);
    });

    it('of one new owner from many callers at once under one key', async () => {
      const many = [vault, elsewhere, await open(), await open()];
      const refs = await Promise.all(
        Array.from({ length: 40 }, (_, n) => many[n % 4]!.seal(contact('crowd', `value ${n}`))),
      );
      const read = await vault.readAll(refs.map((ref) => ({ ref, place: 'account/contact' })));
      expect(read.map(String)).toEqual(refs.map((_, n) => `value ${n}`));
    });

    it('up to 64 KiB and no more', async () => {
      const ref = await vault.seal(contact('large', 'x'.repeat(65_536)));
      expect(await text(ref)).toHaveLength(65_536);
      await expect(vault.seal(contact('large', 'x'.repeat(65_537)))).rejects.toThrow(RangeError);
    });

    it('5 000 at a time and no more', async () => {
      const refs = await vault.sealAll(Array.from({ length: 5_000 }, (_, n) => contact(`mass-${n % 10}`)));
      const wanted = refs.map((ref) => ({ ref, place: 'account/contact' }));
      expect((await vault.readAll(wanted)).every(Boolean)).toBe(true);
      await expect(vault.readAll([...wanted, wanted[0]!])).rejects.toThrow(RangeError);
      await expect(vault.sealAll(Array.from({ length: 5_001 }, () => contact('mass')))).rejects.toThrow(RangeError);
      expect(await vault.readAll([])).toEqual([]);
      expect(await vault.sealAll([])).toEqual([]);
    }, 20_000);

    it('until they are superseded', async () => {
      const [old, current] = await vault.sealAll([contact('moved', 'old'), contact('moved', 'current')]);
      await vault.destroy([old!.ref]);
      expect(await text(old!)).toBeUndefined();
      expect(await text(current!)).toBe('current');
    });

    it('until they expire by the clock, removed or not', async () => {
      const ref = await vault.seal({ ...contact('brief'), expiresAt: new Date(clock.now().getTime() + 10 * minute) });
      clock.setOffset(9 * minute);
      await vault.destroyExpired();
      expect(await text(ref)).toBe('brief@home.example');
      clock.setOffset(10 * minute + 1);
      expect(await text(ref)).toBeUndefined();
      expect(await vault.destroyExpired()).toBeGreaterThan(0);
      expect((await change('SELECT FROM vault.sealed_values WHERE ref = $1', ref.ref)).rowCount).toBe(0);
    });
  });

  it('T15: gives a value up to the last millisecond before its time, and not at it', async () => {
    const end = Date.parse('2027-01-01T00:00:00.000Z');
    let now = end - 1;
    const exact = await Vault.open({ pool, masterKey: master, clock: { now: () => new Date(now) } });
    const ref = await exact.seal({ ...contact('exact'), expiresAt: new Date(end) });
    expect(await text(ref, 'account/contact', exact)).toBe('exact@home.example');
    await exact.destroyExpired();
    expect(await text(ref, 'account/contact', exact)).toBe('exact@home.example');
    now = end;
    expect(await text(ref, 'account/contact', exact)).toBeUndefined();
    await exact.destroyExpired();
    expect((await change('SELECT FROM vault.sealed_values WHERE ref = $1', ref.ref)).rowCount).toBe(0);
  });

  describe('notices', () => {
    const tampered = { name: 'VaultTampered' };

    it('swapped rows', async () => {
      const [one, two] = await vault.sealAll([contact('swap', 'one'), contact('swap', 'two')]);
      await change(
        `UPDATE vault.sealed_values v SET ciphertext = other.ciphertext FROM vault.sealed_values other
         WHERE (v.ref, other.ref) IN (($1, $2), ($2, $1))`,
        one!.ref,
        two!.ref,
      );
      await expect(vault.read(one!, 'account/contact')).rejects.toMatchObject({ ...tampered, subject: one!.ref });
    });

    it('a row swapped together with the hash the caller believes in', async () => {
      const [one, two] = await vault.sealAll([contact('swap', 'one'), contact('swap', 'two')]);
      await change(
        'UPDATE vault.sealed_values SET ciphertext = (SELECT ciphertext FROM vault.sealed_values WHERE ref = $2) WHERE ref = $1',
        one!.ref,
        two!.ref,
      );
      await expect(vault.read({ ref: one!.ref, sha256: two!.sha256 }, 'account/contact')).rejects.toMatchObject(
        tampered,
      );
    });

    it('a flipped bit, wherever it lies', async () => {
      const ref = await vault.seal(contact('flip'));
      const { rows } = await change('SELECT ciphertext FROM vault.sealed_values WHERE ref = $1', ref.ref);
      const ciphertext = rows[0]!.ciphertext as Buffer;
      for (let position = 0; position < ciphertext.length; position++) {
        const flipped = Buffer.from(ciphertext);
        flipped[position]! ^= 1;
        await change('UPDATE vault.sealed_values SET ciphertext = $2 WHERE ref = $1', ref.ref, flipped);
        await expect(vault.read(ref, 'account/contact')).rejects.toMatchObject(tampered);
      }
    });

    it('a truncated value', async () => {
      const ref = await vault.seal(contact('short'));
      for (const ciphertext of [Buffer.alloc(0), Buffer.alloc(27)]) {
        await change('UPDATE vault.sealed_values SET ciphertext = $2 WHERE ref = $1', ref.ref, ciphertext);
        await expect(vault.read(ref, 'account/contact')).rejects.toMatchObject(tampered);
      }
    });

    it('a value read as something else', async () => {
      const ref = await vault.seal(contact('place'));
      await expect(vault.read(ref, 'account/password-hash')).rejects.toMatchObject(tampered);
    });

    it('a value moved to another owner, with or without the key', async () => {
      const [ref] = await vault.sealAll([contact('mallory'), contact('victim')]);
      await change("UPDATE vault.sealed_values SET owner = 'victim' WHERE ref = $1", ref!.ref);
      await expect(vault.read(ref!, 'account/contact')).rejects.toMatchObject(tampered);
      await change(
        `UPDATE vault.owner_keys v SET (key_id, wrapped) = (SELECT key_id, wrapped FROM vault.owner_keys WHERE owner = 'mallory')
         WHERE owner = 'victim'`,
      );
      await expect(vault.read(ref!, 'account/contact')).rejects.toMatchObject(tampered);
    });

    it('an expiry put off', async () => {
      const ref = await vault.seal({ ...contact('later'), expiresAt: new Date(clock.now().getTime() + minute) });
      await change("UPDATE vault.sealed_values SET expires_at = expires_at + interval '1 day' WHERE ref = $1", ref.ref);
      await expect(vault.read(ref, 'account/contact')).rejects.toMatchObject(tampered);
      await change('UPDATE vault.sealed_values SET expires_at = NULL WHERE ref = $1', ref.ref);
      await expect(vault.read(ref, 'account/contact')).rejects.toMatchObject(tampered);
    });

    it('a wrapped key that was changed', async () => {
      const ref = await vault.seal(contact('wrapped'));
      await change(
        "UPDATE vault.owner_keys SET wrapped = set_byte(wrapped, 20, 1 - get_byte(wrapped, 20) % 2) WHERE owner = 'wrapped'",
      );
      await expect(elsewhere.read(ref, 'account/contact')).rejects.toMatchObject(tampered);
    });
  });

  describe('erases an owner', () => {
    it('at once in every process, and only that one', async () => {
      const [gone, stays] = await vault.sealAll([contact('gone'), contact('stays')]);
      expect(await text(gone!, 'account/contact', elsewhere)).toBe('gone@home.example');
      await vault.erase('gone');
      expect(await text(gone!, 'account/contact', elsewhere)).toBeUndefined();
      expect(await text(gone!)).toBeUndefined();
      expect(await text(stays!)).toBe('stays@home.example');
      expect((await change("SELECT FROM vault.sealed_values WHERE owner = 'gone'")).rowCount).toBe(0);
      expect((await change("SELECT wrapped FROM vault.owner_keys WHERE owner = 'gone'")).rows).toEqual([
        { wrapped: null },
      ]);
    });

    it('for good: nothing more is sealed for them, by anybody', async () => {
      const ref = await elsewhere.seal(contact('leaver'));
      await vault.erase('leaver');
      await vault.erase('leaver');
      for (const each of [vault, elsewhere, await open()]) {
        await expect(each.sealAll([contact('other'), contact('leaver')])).rejects.toMatchObject({
          name: 'OwnerErased',
        });
      }
      expect(await text(ref)).toBeUndefined();
    });

    it('who was never known', async () => {
      await vault.erase('stranger');
      await expect(vault.seal(contact('stranger'))).rejects.toMatchObject({ name: 'OwnerErased' });
    });

    it('before a seal that comes meanwhile, which waits and then finds them erased', async () => {
      await vault.seal(contact('meanwhile'));
      const client = await pool.connect();
      await client.query('BEGIN');
      await eraseOwner(client, 'meanwhile', clock.now());
      let settled = false;
      const sealing = Promise.allSettled([vault.seal(contact('meanwhile'))]).finally(() => (settled = true));
      while (!settled && (await change('SELECT FROM pg_locks WHERE NOT granted')).rowCount === 0);
      await client.query('COMMIT');
      client.release();
      expect(await sealing).toMatchObject([{ status: 'rejected', reason: { name: 'OwnerErased' } }]);
    });

    it('while others seal for them: nothing is left behind', async () => {
      const owners = Array.from({ length: 20 }, (_, n) => `racer-${n}`);
      await vault.sealAll(owners.map((owner) => contact(owner)));
      const work = owners.flatMap((owner) => [
        ...[vault, elsewhere].map((each) =>
          each.sealAll([contact(owner), contact(owner)]).catch((error) => error.name),
        ),
        vault.erase(owner),
        elsewhere.seal(contact(owner)).catch((error) => error.name),
      ]);
      await Promise.all(work);
      expect((await change("SELECT FROM vault.sealed_values WHERE owner LIKE 'racer-%'")).rowCount).toBe(0);
    });
  });

  it('refuses to open with another master key, in a sentence', async () => {
    const other = MasterKey.random();
    await expect(Vault.open({ pool, masterKey: other, clock })).rejects.toThrow(
      `The master key is not the one this vault was sealed with: it needs ${master.id}, and was given ${other.id}.`,
    );
    expect((await change('SELECT FROM vault.master_keys')).rowCount).toBe(1);
  });

  it('opens in many processes at once on an empty database, with one master key', async () => {
    const fresh = await createTestDatabase();
    const pools = Array.from({ length: 4 }, () => new pg.Pool({ connectionString: fresh.url }));
    const keys = [1, 2].map((n) =>
      masterKeyFromSettings(Buffer.from(Array.from({ length: 32 }, (_, i) => i * n)).toString('hex')),
    );
    const opened = await Promise.allSettled(
      pools.map((pool, n) => Vault.open({ pool, masterKey: keys[n % 2]!, clock })),
    );
    expect(opened.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    await Promise.all(pools.map((pool) => pool.end()));
    await fresh.drop();
  });

  it('leaves no plaintext in its tables', async () => {
    const canary = 'canary-4711@home.example';
    await vault.seal({ owner: 'canary', place: 'account/contact', value: canary });
    const { rows: tables } = await change(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'vault'",
    );
    const dump = await Promise.all(
      tables.map(({ table_name }) => change(`SELECT t::text FROM vault."${table_name}" t`)),
    );
    const all = JSON.stringify(dump.map(({ rows }) => rows));
    expect(all).toContain('canary'); // the owner's id is there, so the dump is a real one
    for (const form of [canary, Buffer.from(canary).toString('hex'), Buffer.from(canary).toString('base64')]) {
      expect(all).not.toContain(form);
    }
  });
});

async function statementsOf(pool: pg.Pool, work: () => Promise<unknown>): Promise<unknown[]> {
  const sent: unknown[] = [];
  const query = pool.query;
  pool.query = ((...args: unknown[]) => (sent.push(args[0]), Reflect.apply(query, pool, args))) as typeof pool.query;
  try {
    await work();
  } finally {
    pool.query = query;
  }
  return sent;
}
