import pg from 'pg';
import { AdjustableClock } from '#libs/runtime/clock';
import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { exportErasures, exportVault } from './backup.js';
import { Directory } from './directory.js';
import { MasterKey } from './master-key.js';
import { checkExport, importVault } from './restore.js';
import { Vault, type VaultRef } from './vault.js';

const place = 'account/contact';
const tenant = 'contoso';

describe('a backup of the vault', () => {
  const clock = new AdjustableClock();
  const masterKey = MasterKey.random();
  let databases: TestDatabase[];
  let pool: pg.Pool;
  let other: pg.Pool;
  let vault: Vault;
  let refs: Record<'anna' | 'ben' | 'brief' | 'lasting', VaultRef>;
  let backup: string[];

  beforeAll(async () => {
    databases = [await createTestDatabase(), await createTestDatabase()];
    [pool, other] = databases.map(({ url }) => new pg.Pool({ connectionString: url })) as [pg.Pool, pg.Pool];
  });
  beforeEach(async () => {
    for (const each of [pool, other]) await each.query('DROP SCHEMA IF EXISTS vault CASCADE');
    vault = await Vault.open({ pool, masterKey, clock });
    const [anna, ben, brief, lasting] = await vault.sealAll([
      { owner: 'anna', place, value: 'Ännä 🐎' },
      { owner: 'ben', place, value: 'Ben' },
      { owner: 'ben', place, value: 'a new password', expiresAt: later({ minutes: 10 }) },
      { owner: 'tenant:東京 🐎', place, value: 'a client', expiresAt: later({ minutes: 90 * 24 * 60 }) },
    ]);
    refs = { anna: anna!, ben: ben!, brief: brief!, lasting: lasting! };
    const directory = await Directory.open({ pool, vault, clock });
    for (const name of ['anna', 'ben']) {
      await directory.reserve(tenant, `${name}@contoso.example`, name);
      await directory.confirm(tenant, `${name}@contoso.example`, name);
    }
    await vault.dayKey();
    backup = await all(exportVault(pool, clock));
  });
  afterAll(async () => {
    await Promise.all([pool.end(), other.end()]);
    for (const database of databases) await database.drop();
  });

  const later = ({ minutes }: { minutes: number }): Date => new Date(clock.now().getTime() + minutes * 60_000);
  const look = async (at: pg.Pool) => {
    const opened = await Vault.open({ pool: at, masterKey, clock });
    const directory = await Directory.open({ pool: at, vault: opened, clock });
    const read = async (ref: VaultRef) => (await opened.read(ref, place))?.toString();
    const lookup = (name: string) => directory.lookup(tenant, `${name}@contoso.example`);
    const [anna, ben, brief, lasting] = await Promise.all([refs.anna, refs.ben, refs.brief, refs.lasting].map(read));
    return { anna, ben, brief, lasting, directory: [await lookup('anna'), await lookup('ben')] };
  };

  it('brings everything back into an empty database but short-lived values and day keys', async () => {
    await importVault(other, chunks(backup, 7), { clock });
    expect(await look(other)).toEqual({
      anna: 'Ännä 🐎',
      ben: 'Ben',
      brief: undefined,
      lasting: 'a client',
      directory: ['anna', 'ben'],
    });
    expect((await other.query('SELECT FROM vault.period_keys')).rowCount).toBe(0);
  });

  it('is of one moment: what is sealed while it is made is in it whole or not at all', async () => {
    const making = exportVault(pool, clock);
    const lines: string[] = [];
    for await (const line of making) {
      lines.push(line);
      if (lines.length === 2) await vault.seal({ owner: 'newcomer', place, value: 'late' });
    }
    expect(lines.length).toBe(backup.length);
    await importVault(other, chunks(lines), { clock });
    const orphans =
      'SELECT FROM vault.sealed_values v WHERE NOT EXISTS (SELECT FROM vault.owner_keys WHERE owner = v.owner)';
    expect((await other.query(orphans)).rowCount).toBe(0);
  });

  it('holds no key and no plaintext that could be read without the master key', async () => {
    const text = backup.join('');
    for (const plain of [
      'Ännä',
      'a client',
      'contoso.example',
      (await vault.installationKey('directory')).toString('hex'),
    ]) {
      expect(text).not.toContain(plain);
      expect(text).not.toContain(Buffer.from(plain).toString('hex'));
    }
    await importVault(other, chunks(backup), { clock });
    const stranger = MasterKey.random();
    await expect(Vault.open({ pool: other, masterKey: stranger, clock })).rejects.toMatchObject({
      name: 'MasterKeyRefused',
    });
  });

  it('older than an erasure does not bring the erased back, restored in place', async () => {
    await vault.erase('anna');
    await importVault(pool, chunks(backup), { clock, replace: true });
    expect(await look(pool)).toMatchObject({ anna: undefined, ben: 'Ben', directory: [undefined, 'ben'] });
    expect((await pool.query("SELECT FROM vault.sealed_values WHERE owner = 'anna'")).rowCount).toBe(0);
    const restored = await Vault.open({ pool, masterKey, clock });
    await expect(restored.seal({ owner: 'anna', place, value: 'back' })).rejects.toMatchObject({ name: 'OwnerErased' });
  });

  it('older than an erasure does not bring the erased back, restored elsewhere with the list kept apart', async () => {
    await vault.erase('anna');
    const erasures = await all(exportErasures(pool));
    await importVault(other, chunks(backup), { clock, erasures: chunks(erasures, 5) });
    expect(await look(other)).toMatchObject({ anna: undefined, ben: 'Ben', directory: [undefined, 'ben'] });
    expect(await all(exportErasures(other))).toEqual(erasures);
  });

  it('is not restored with a list of the erased that was cut or changed', async () => {
    await vault.erase('anna');
    await vault.erase('ben');
    const erasures = await all(exportErasures(pool));
    const changed = erasures.map((line) => line.replace('anna', 'Anna'));
    for (const lines of [
      erasures.slice(0, -1),
      erasures.slice(0, 1),
      erasures.toSpliced(1, 1),
      changed,
      [],
      ['null\n'],
    ]) {
      await expect(importVault(other, chunks(backup), { clock, erasures: chunks(lines) })).rejects.toThrow(
        'The list of erased persons is damaged or was cut off; nothing was restored.',
      );
      expect((await other.query('SELECT FROM vault.owner_keys')).rowCount).toBe(0);
    }
  });

  it('shows that a list of the erased is older than itself', async () => {
    const older = await all(exportErasures(pool));
    await vault.erase('anna');
    const newer = await all(exportErasures(pool));
    backup = await all(exportVault(pool, clock));
    await expect(checkExport(chunks(backup), masterKey, chunks(older))).rejects.toThrow('1 are not in a list');
    await expect(checkExport(chunks(backup), masterKey)).rejects.toThrow('1 are not in a list');
    await checkExport(chunks(backup), masterKey, chunks(newer));
  });

  it('tells whether a master key opens it, before anything is restored', async () => {
    const stranger = MasterKey.random();
    await expect(checkExport(chunks(backup), stranger)).rejects.toThrow(
      `it needs ${masterKey.id}, and was given ${stranger.id}. Nothing was restored.`,
    );
    const both = MasterKey.random();
    both.adopt(masterKey);
    await checkExport(chunks(backup), both);
  });

  it('gives no name to an account that the log does not know', async () => {
    await importVault(other, chunks(backup), { clock, accounts: new Set(['ben', 'carol']) });
    expect(await look(other)).toMatchObject({ anna: 'Ännä 🐎', directory: [undefined, 'ben'] });
  });

  it('is restored whole or not at all', async () => {
    const changed = backup.map((line, index) =>
      index === 3 ? line.replace(/.(?="}}\n$)/, (digit) => (digit === '0' ? '1' : '0')) : line,
    );
    expect(changed).not.toEqual(backup);
    const broken = [
      backup.slice(0, -1),
      backup.slice(0, 3),
      backup.toSpliced(2, 1),
      changed,
      [...backup, backup[2]!],
      [],
    ];
    for (const lines of [...broken, [backup.join('').slice(0, -40)], ['null\n']]) {
      await expect(importVault(other, chunks(lines), { clock })).rejects.toThrow(/damaged or was cut off|duplicate/);
      expect((await other.query('SELECT FROM vault.owner_keys')).rowCount).toBe(0);
    }
    await expect(importVault(other, chunks(['{"format":"else"}\n']), { clock })).rejects.toThrow('not a backup');
    const newer = ['{"format":"keyturn-vault","schema":999}\n'];
    await expect(importVault(other, chunks(newer), { clock })).rejects.toThrow('newer Keyturn');
  });

  it('is not poured into a vault that is in use', async () => {
    await expect(importVault(pool, chunks(backup), { clock })).rejects.toThrow('The vault is not empty');
    expect(await look(pool)).toMatchObject({ anna: 'Ännä 🐎' });
  });

  it('of thousands of rows comes back whole', async () => {
    const many = await vault.sealAll(
      Array.from({ length: 2_345 }, (_, n) => ({ owner: `owner-${n % 1_100}`, place, value: `value ${n}` })),
    );
    await importVault(other, exportVault(pool, clock), { clock });
    const opened = await Vault.open({ pool: other, masterKey, clock });
    const values = await opened.readAll(many.map((ref) => ({ ref, place })));
    expect(values.map(String)).toEqual(many.map((_, n) => `value ${n}`));
  });
});

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const read: string[] = [];
  for await (const line of lines) read.push(line);
  return read;
}

/** The same bytes as a file would give them: cut anywhere, also within a character. */
async function* chunks(lines: readonly string[], size = 4_096): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(lines.join(''));
  for (let offset = 0; offset < bytes.length; offset += size) yield bytes.subarray(offset, offset + size);
}
