import pg from 'pg';
import { AdjustableClock } from '#libs/runtime/clock';
import { createTestDatabase, type TestDatabase } from '../../test/support/database';
import { Directory } from './directory.js';
import { eraseOwner } from './erasure.js';
import { MasterKey } from './master-key.js';
import { Vault } from './vault.js';

describe('the directory of usernames', () => {
  const clock = new AdjustableClock();
  let database: TestDatabase;
  let pool: pg.Pool;
  let vault: Vault;
  let directory: Directory;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 20 });
    vault = await Vault.open({ pool, masterKey: MasterKey.random(), clock });
    directory = await Directory.open({ pool, vault, clock });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  const take = async (name: string, accountId: string, tenantId = 'contoso') => {
    await directory.reserve(tenantId, name, accountId);
    await directory.confirm(tenantId, name, accountId);
  };

  it('finds the account by every spelling of its name, in its tenant only', async () => {
    await take('Straße.User@contoso.example', 'account-1');
    for (const spelling of [
      'straße.user@contoso.example',
      'STRASSE.USER@CONTOSO.EXAMPLE',
      '  ｓtraße.user＠contoso.example ',
    ]) {
      expect(await directory.lookup('contoso', spelling)).toBe('account-1');
    }
    expect(await directory.lookup('northwind', 'straße.user@contoso.example')).toBeUndefined();
    expect(await directory.lookup('contoso', 'strase.user@contoso.example')).toBeUndefined();
    await take('straße.user@contoso.example', 'account-2', 'northwind');
    expect(await directory.lookup('northwind', 'STRASSE.USER@contoso.example')).toBe('account-2');
  });

  it('gives a name once, to 50 who want it at the same time in all spellings', async () => {
    const spellings = [
      'cloud.user@x.example',
      'CLOUD.user@x.example',
      'ｃloud.user@x.example',
      'cloud.user@x.example ',
      'cloud.us\u00ader@x.example',
    ];
    const wishes = Array.from({ length: 50 }, (_, n) => directory.reserve('contoso', spellings[n % 5]!, `wish-${n}`));
    const answers = await Promise.all(wishes);
    expect(answers.filter((answer) => answer === 'reserved')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(49);
    const winner = `wish-${answers.indexOf('reserved')}`;
    await directory.confirm('contoso', spellings[3]!, winner);
    expect(await directory.lookup('contoso', spellings[1]!)).toBe(winner);
  });

  it('reserves again for the same account, before and after it is confirmed', async () => {
    expect(await directory.reserve('contoso', 'again', 'account-3')).toBe('reserved');
    expect(await directory.reserve('contoso', 'AGAIN', 'account-3')).toBe('reserved');
    await directory.confirm('contoso', 'again', 'account-3');
    await directory.confirm('contoso', 'again', 'account-3');
    expect(await directory.reserve('contoso', 'again', 'account-3')).toBe('reserved');
    expect(await directory.lookup('contoso', 'again')).toBe('account-3');
    expect(await directory.reserve('contoso', 'again', 'account-4')).toBe('taken');
  });

  it('does not answer with a reservation, nor confirm for one who has none', async () => {
    await directory.reserve('contoso', 'pending', 'account-5');
    expect(await directory.lookup('contoso', 'pending')).toBeUndefined();
    await expect(directory.confirm('contoso', 'pending', 'account-6')).rejects.toThrow('account-6 has not reserved');
    await expect(directory.confirm('contoso', 'never', 'account-5')).rejects.toThrow('has not reserved');
  });

  it('takes a name back, from its owner alone', async () => {
    await take('given', 'account-7');
    await directory.release('contoso', 'given', 'account-8');
    expect(await directory.lookup('contoso', 'given')).toBe('account-7');
    await directory.release('contoso', 'given', 'account-7');
    expect(await directory.lookup('contoso', 'given')).toBeUndefined();
    expect(await directory.reserve('contoso', 'given', 'account-8')).toBe('reserved');
  });

  it('lists reservations left open, to be settled either way', async () => {
    await directory.reserve('fabrikam', 'left-1', 'left-1');
    await directory.reserve('fabrikam', 'left-2', 'left-2');
    const { offsetMs } = clock;
    clock.setOffset(offsetMs + 60_000);
    await directory.reserve('fabrikam', 'recent', 'recent');
    const open = (await directory.pending(new Date(clock.now().getTime() - 30_000))).filter((e) =>
      /left|recent/.test(e.accountId),
    );
    expect(open.map(({ accountId }) => accountId)).toEqual(['left-1', 'left-2']);
    await directory.settle(open[0]!, 'confirmed');
    await directory.settle(open[1]!, 'released');
    expect(await directory.lookup('fabrikam', 'left-1')).toBe('left-1');
    expect(await directory.reserve('fabrikam', 'left-2', 'somebody else')).toBe('reserved');
  });

  it('forgets the names of an erased account and gives it no new ones', async () => {
    await take('leaver', 'account-9');
    await take('leaver.alias', 'account-9');
    await vault.erase('account-9');
    expect(await directory.lookup('contoso', 'leaver')).toBeUndefined();
    expect(await directory.lookup('contoso', 'leaver.alias')).toBeUndefined();
    await expect(directory.reserve('contoso', 'new', 'account-9')).rejects.toMatchObject({ name: 'OwnerErased' });
    expect(await directory.reserve('contoso', 'leaver', 'account-10')).toBe('reserved');
  });

  it('keeps no name that was being reserved while its account was erased', async () => {
    const client = await pool.connect();
    const reserving = await Directory.open({ pool: client as unknown as pg.Pool, vault, clock });
    await client.query('BEGIN');
    await reserving.reserve('contoso', 'late', 'account-12');
    let settled = false;
    const erasing = vault.erase('account-12').finally(() => (settled = true));
    await untilWaitingOr(() => settled);
    await client.query('COMMIT');
    client.release();
    await erasing;
    expect(await entriesOf('account-12')).toBe(0);
  });

  it('lets a reservation wait for an erasure under way, and then refuses it', async () => {
    const client = await pool.connect();
    await client.query('BEGIN');
    await eraseOwner(client, 'account-13', clock.now());
    let settled = false;
    const reserving = Promise.allSettled([directory.reserve('contoso', 'later', 'account-13')]).finally(
      () => (settled = true),
    );
    await untilWaitingOr(() => settled);
    await client.query('COMMIT');
    client.release();
    expect(await reserving).toMatchObject([{ status: 'rejected', reason: { name: 'OwnerErased' } }]);
    expect(await entriesOf('account-13')).toBe(0);
  });

  const untilWaitingOr = async (settled: () => boolean): Promise<void> => {
    const waiting = async () =>
      (
        await pool.query(
          'SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT granted AND datname = current_database()',
        )
      ).rowCount! > 0;
    while (!settled() && !(await waiting()));
  };
  const entriesOf = async (accountId: string): Promise<number | null> =>
    (await pool.query('SELECT FROM vault.directory_entries WHERE account_id = $1', [accountId])).rowCount;

  it('holds no names, and none can be tried without the key', async () => {
    await take('canary-name@contoso.example', 'account-11');
    const { rows } = await pool.query('SELECT e::text FROM vault.directory_entries e');
    expect(JSON.stringify(rows)).toContain('account-11');
    expect(JSON.stringify(rows)).not.toMatch(/canary|contoso/);
  });
});
