import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { MasterKey, masterKeyFromSettings } from './master-key.js';
import { masterKeyFile } from './master-key-file.js';

const one = Buffer.from('0123456789abcdefghijklmnopqrstuv');
const two = Buffer.from('vutsrqponmlkjihgfedcba9876543210');

describe('KEYTURN_MASTER_KEY', () => {
  it('is 32 bytes in base64, base64url or hex', () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, n) => 255 - n * 3));
    const forms = [
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      ` ${bytes.toString('hex').toUpperCase()}\n`,
    ];
    expect(new Set(forms.map((form) => masterKeyFromSettings(form).id)).size).toBe(1);
  });

  it('is a list in a rotation: the first wraps, all unwrap', () => {
    const [old, next] = [one, two].map((key) => masterKeyFromSettings(key.toString('hex'))) as [MasterKey, MasterKey];
    const both = masterKeyFromSettings(`2027:${two.toString('base64')}, 2026:${one.toString('base64')}`);
    expect(both.ids).toEqual([next.id, old.id]);
    const key = Buffer.alloc(32, 1);
    expect(both.unwrap(old.wrap(key, ['a']), ['a'])).toEqual(key);
    expect(next.unwrap(both.wrap(key, ['a']), ['a'])).toEqual(key);
    expect(() => old.unwrap(both.wrap(key, ['a']), ['a'])).toThrow(`needs the master key ${next.id}`);
    expect(() => both.unwrap(old.wrap(key, ['a']), ['b'])).toThrow(expect.objectContaining({ name: 'VaultTampered' }));
  });

  const hex = one.toString('hex');
  it.each([
    ['nothing', '', 'must be 32 random bytes'],
    ['a short key', hex.slice(2), 'must be 32 random bytes'],
    ['a long key', `${hex}00`, 'must be 32 random bytes'],
    ['a passphrase', 'correct horse battery staple correct horse..', 'must be 32 random bytes'],
    ['zeros', '0'.repeat(64), 'not random'],
    ['a second key that is wrong', `${hex},secret-part`, 'key number 2'],
    ['a name used twice', `a:${hex},a:${two.toString('hex')}`, 'key number 2 a name'],
    ['a name with two parts', `a:b:${hex}`, 'key number 1 a name'],
  ])('is refused in a sentence when it is %s', (_, value, sentence) => {
    let message = '';
    try {
      masterKeyFromSettings(value);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('KEYTURN_MASTER_KEY');
    expect(message).toContain(sentence);
    for (const part of value.split(/[,:]/).filter((part) => part.length > 1)) expect(message).not.toContain(part);
  });

  it('is not shown when a master key is logged', () => {
    const key = new MasterKey([one, two]);
    const shown = `${inspect(key, { depth: 9, showHidden: true })}${JSON.stringify(key)}${String(key)}`;
    for (const form of ['hex', 'base64', 'latin1'] as const) expect(shown).not.toContain(one.toString(form));
  });
});

describe('the master key file', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'keyturn-master-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('is created once, for its owner alone, in a folder made for it', async () => {
    const path = join(folder, 'new', 'master.key');
    const first = await masterKeyFile(path);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await masterKeyFile(path)).id).toBe(first.id);
    expect(masterKeyFromSettings(await readFile(path, 'utf8')).id).toBe(first.id);
  });

  it('is the same for all who start at about the same time, and nothing else stays behind', async () => {
    for (let round = 0; round < 20; round++) {
      const path = join(folder, `${round}.key`);
      const starting: Promise<MasterKey>[] = [];
      for (let process = 0; process < 6; process++) {
        starting.push(masterKeyFile(path));
        await new Promise(setImmediate);
      }
      const ids = (await Promise.all(starting)).map(({ id }) => id);
      expect(ids).toEqual(ids.map(() => ids[0]));
    }
    expect((await readdir(folder)).filter((name) => !name.endsWith('.key'))).toEqual([]);
  });

  it('is refused when others may read it', async () => {
    const path = join(folder, 'master.key');
    await masterKeyFile(path);
    for (const mode of [0o640, 0o604, 0o660]) {
      await chmod(path, mode);
      await expect(masterKeyFile(path)).rejects.toThrow(`${path} can be read by others; run chmod 600`);
    }
  });

  it('is refused when it is a link or holds no key', async () => {
    const path = join(folder, 'master.key');
    await writeFile(path, 'nothing', { mode: 0o600 });
    await expect(masterKeyFile(path)).rejects.toThrow(`${path} must be 32 random bytes`);
    await symlink(path, join(folder, 'link'));
    await expect(masterKeyFile(join(folder, 'link'))).rejects.toThrow('is not a plain file');
  });
});
