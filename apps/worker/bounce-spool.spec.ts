import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportOf } from '#libs/channels/email/delivery-report';
import { readBounces } from './bounce-spool.js';

describe('the folder of returned mails', () => {
  let folder: string;
  const seen: string[] = [];
  const errors: Error[] = [];
  const put = (name: string, content: string) => writeFile(join(folder, name), content);
  const report = (tag: string) => reportOf('a@b.example', `X-Keyturn-Delivery: ${tag}\r\n\r\n`);
  const look = (receive = (tag: string) => Promise.resolve(tag.startsWith('ours'))) =>
    readBounces({
      folder,
      receive: ({ tag }) => (seen.push(tag), receive(tag)),
      onError: (error) => void errors.push(error),
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-bounces-'));
    seen.length = errors.length = 0;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is emptied of what is ours; the rest is set aside', async () => {
    await put('1.eml', report('ours-1'));
    await put('2.eml', report('not-ours'));
    await put('3.eml', 'Subject: spam\r\n\r\n');
    await put('4.eml', 'x'.repeat(1024 * 1024 + 1));
    await mkdir(join(folder, 'cur'));
    expect(await look()).toBe(1);
    expect(seen.sort()).toEqual(['not-ours', 'ours-1']);
    expect((await readdir(folder)).sort()).toEqual(['cur', 'rejected']);
    expect((await readdir(join(folder, 'rejected'))).sort()).toEqual(['2.eml', '3.eml', '4.eml']);
    expect(await look()).toBe(0);
  });

  it('leaves what is still being written', async () => {
    for (const name of ['.hidden', 'a.eml.tmp']) await put(name, report('ours-1'));
    expect(await look()).toBe(0);
    expect((await readdir(folder)).sort()).toEqual(['.hidden', 'a.eml.tmp']);
  });

  it('loses none when it cannot be stored', async () => {
    await put('1.eml', report('ours-1'));
    expect(await look(() => Promise.reject(new Error('the store is away')))).toBe(0);
    expect(errors).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['1.eml']);
    expect(await look()).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('may be missing', async () => {
    await rm(folder, { recursive: true });
    expect(await look()).toBe(0);
  });
});
