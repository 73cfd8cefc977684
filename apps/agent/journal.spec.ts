import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WriteCommand } from '#libs/directory/protocol/agent-messages';
import { Journal } from './journal.js';
import { isDiskTrouble, proveWritable, writeState } from './state-dir.js';

describe('the journal of an agent', () => {
  let folder: string;
  let journal: Journal;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-journal-'));
    journal = new Journal(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const command = (): WriteCommand => ({
    type: 'write',
    writebackId: randomUUID(),
    accountId: randomUUID(),
    recoveryId: randomUUID(),
    userId: randomUUID(),
    epoch: 1,
    kind: 'reset',
    sealed: { platformKeyId: 'p', copies: [] },
    doubleReset: false,
    deadline: new Date().toISOString(),
  });
  const began = async (): Promise<WriteCommand> => {
    const one = command();
    await journal.begin(one);
    return one;
  };

  it('is for this user’s eyes alone, and holds nothing sealed', async () => {
    const { writebackId } = await began();
    const place = join(folder, 'writebacks');
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect([await mode(place), await mode(join(place, `${writebackId}.json`))]).toEqual(['700', '600']);
    expect((await journal.find(writebackId))!.command).not.toHaveProperty('sealed');
  });

  it('puts first what only has to be told', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push((await began()).writebackId);
    const told = ids.slice(3);
    for (const writebackId of told) {
      const receipt = { writebackId, result: 'succeeded', writes: 1, fenced: true, doneAt: 'now' } as const;
      await journal.conclude((await journal.find(writebackId))!, receipt);
    }
    const order = (await journal.all()).map(({ command: { writebackId } }) => writebackId);
    expect(new Set(order.slice(0, 3))).toEqual(new Set(told));
    expect(order).toHaveLength(6);
  });

  it.each(['', '{"command":', 'null', '"text"', '{}', `{"command":{"writebackId":"${randomUUID()}"}}`])(
    'knows that it cannot read %j, and reads the others',
    async (torn) => {
      const [bad, good] = [await began(), await began()];
      await writeFile(join(folder, 'writebacks', `${bad.writebackId}.json`), torn);
      expect(await journal.unreadable()).toEqual([bad.writebackId]);
      expect((await journal.all()).map((entry) => entry.command.writebackId)).toEqual([good.writebackId]);
      // It is held all the same: nobody hands it out as something new.
      expect(new Set(await journal.holding())).toEqual(new Set([bad.writebackId, good.writebackId]));
      await journal.setAside(bad.writebackId);
      expect(await journal.unreadable()).toEqual([]);
      expect(await journal.holding()).toContain(bad.writebackId);
    },
  );

  it('names nothing that somebody else put there', async () => {
    const { writebackId } = await began();
    for (const name of ['notes.json', `${writebackId} copy.json`, `${randomUUID()}.json.new`])
      await writeFile(join(folder, 'writebacks', name), '{}');
    expect(await journal.holding()).toEqual([writebackId]);
    expect(await journal.all()).toHaveLength(1);
  });

  it('forgets and sets aside what is gone already', async () => {
    await journal.forget(randomUUID());
    await journal.setAside(randomUUID());
    expect(await journal.holding()).toEqual([]);
  });
});

describe('a disk', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'keyturn-disk-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('that takes what it is given is left as it was', async () => {
    await proveWritable(folder);
    expect(await readdir(folder)).toEqual([]);
  });

  it('that takes nothing is told from other trouble', async () => {
    // A folder in the place of the file: no user, not even root, may write there.
    await mkdir(join(folder, 'probe.json.new'));
    await expect(proveWritable(folder)).rejects.toMatchObject({ code: 'EISDIR' });
    for (const code of ['ENOSPC', 'EROFS', 'EDQUOT', 'EIO'])
      expect(isDiskTrouble(Object.assign(new Error('no'), { code }))).toBe(true);
    for (const other of [
      new Error('no'),
      null,
      undefined,
      'text',
      Object.assign(new Error('no'), { code: 'ECONNRESET' }),
    ])
      expect(isDiskTrouble(other)).toBe(false);
  });

  it('keeps what was there when a write is cut off', async () => {
    await writeState(folder, 'one.json', { n: 1 });
    await writeFile(join(folder, 'one.json.new'), '{"n":');
    await chmod(join(folder, 'one.json.new'), 0o600);
    await writeState(folder, 'one.json', { n: 2 });
    expect(await readdir(folder)).toEqual(['one.json']);
  });
});
