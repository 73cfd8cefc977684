import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openBreachedPasswords } from './breached-passwords.js';

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();
const breached = Array.from({ length: 500 }, (_, n) => `Breached-Number-${n}`);

describe('breached passwords', () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'breached-'));
    await mkdir(join(home, 'ranges'));
    const hashes = breached.map(sha1).sort();
    await writeFile(join(home, 'sorted.txt'), hashes.map((hash, n) => `${hash}:${n + 1}`).join('\r\n'));
    for (const hash of hashes) {
      await writeFile(join(home, 'ranges', hash.slice(0, 5)), `${hash.slice(5)}:3\r\n`, { flag: 'a' });
    }
    await writeFile(join(home, 'notes.txt'), 'something else');
    await mkdir(join(home, 'empty'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it.each(['ranges', 'sorted.txt'])('P3: finds every password of the list and no other: %s', async (layout) => {
    const list = await openBreachedPasswords(join(home, layout));
    for (const password of breached) expect(await list.has(password)).toBe(true);
    const seed = Date.now() % 2 ** 31;
    await fc.assert(
      fc.asyncProperty(fc.string(), async (other) => {
        expect(await list.has(other)).toBe(breached.includes(other));
      }),
      { seed },
    );
  });

  it('a list of one line, or without a last line end, is a list', async () => {
    await writeFile(join(home, 'one.txt'), `${sha1('only')}:1`);
    const list = await openBreachedPasswords(join(home, 'one.txt'));
    expect([await list.has('only'), await list.has('other')]).toEqual([true, false]);
  });

  it('refuses what is no list, with a sentence', async () => {
    for (const [name, why] of [
      ['missing', /cannot be read/],
      ['empty', /no file named/],
      ['notes.txt', /does not begin/],
    ] as const) {
      await expect(openBreachedPasswords(join(home, name))).rejects.toThrow(why);
    }
  });

  it('A9: fails when a part cannot be read any more, instead of calling it clean', async () => {
    const list = await openBreachedPasswords(join(home, 'ranges'));
    const hash = sha1(breached[0]!);
    await rm(join(home, 'ranges', hash.slice(0, 5)));
    await expect(list.has(breached[0]!)).rejects.toThrow(/ENOENT/);
  });
});
