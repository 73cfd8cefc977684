import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stands } from '#libs/directory/directory';
import type { Receipt, WriteCommand } from '#libs/directory/protocol/agent-messages';
import { conclude, type Desk } from './conclude.js';
import { Journal } from './journal.js';
import { Platform } from './platform.js';

const command = (writebackId: string = randomUUID()): WriteCommand => ({
  type: 'write',
  writebackId,
  accountId: randomUUID(),
  recoveryId: randomUUID(),
  userId: randomUUID(),
  epoch: 1,
  kind: 'reset',
  sealed: null,
  doubleReset: true,
  deadline: new Date(Date.now() - 60_000).toISOString(),
});

/** The platform's half: takes receipts, or refuses those it is told to. */
class ReceiptDesk {
  readonly taken: Receipt[] = [];
  /** Status of the answer to a receipt, by its writeback. */
  readonly refuses = new Map<string, number>();
  /** What it still hands out, by its writeback. */
  readonly again = new Map<string, object>();
  readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = (status: number, body: object) => {
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ now: new Date().toISOString(), ...body }));
        };
        // What is asked for again is gone.
        if (!request.url!.endsWith('/receipts'))
          return answer(200, { command: this.again.get(request.url!.split('/').at(-1)!) ?? null });
        const receipt = JSON.parse(Buffer.concat(chunks).toString()) as Receipt;
        const status = this.refuses.get(receipt.writebackId) ?? 200;
        if (status === 200) this.taken.push(receipt);
        answer(status, status === 200 ? {} : { code: 'refused' });
      });
    });
  }
}

describe('concluding what was begun', () => {
  let folder: string;
  let platform: ReceiptDesk;
  let journal: Journal;
  let desk: Desk;
  let stands: Stands;
  const told: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-conclude-'));
    platform = new ReceiptDesk();
    platform.server.listen(0, '127.0.0.1');
    await once(platform.server, 'listening');
    const { port } = platform.server.address() as AddressInfo;
    journal = new Journal(folder);
    told.length = 0;
    desk = {
      journal,
      directory: { standing: () => Promise.resolve(stands) },
      platform: new Platform(new URL(`http://127.0.0.1:${port}`), () => undefined),
      report: (event) => void told.push(event),
      fenced: true,
      carryOut: () => Promise.reject(new Error('nothing is left to be carried out')),
    };
  });
  afterEach(async () => {
    platform.server.close().closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  });

  const began = async (sent = true): Promise<string> => {
    const one = command();
    await journal.begin(one);
    if (sent) await journal.intend(one, { fence: 'keyturn:…', expected: null });
    return one.writebackId;
  };

  it('goes on when the platform refuses one receipt for good, and keeps that apart', async () => {
    stands = { standing: 'done', writes: 3 };
    const ids = [await began(), await began(), await began()];
    platform.refuses.set(ids[0]!, 400).set(ids[1]!, 500);
    await conclude(desk);
    expect(platform.taken.map(({ writebackId }) => writebackId)).toEqual([ids[2]]);
    expect(told).toEqual(expect.arrayContaining(['receipt-set-aside', 'platform-trouble']));
    expect(await readdir(join(folder, 'set-aside'))).toEqual([`${ids[0]}.json`]);
    // The other may be taken later.
    platform.refuses.clear();
    await conclude(desk);
    expect(platform.taken.map(({ writebackId }) => writebackId)).toEqual([ids[2], ids[1]]);
    expect(await journal.all()).toEqual([]);
  });

  it('keeps a receipt while its signature is refused', async () => {
    stands = { standing: 'done', writes: 1 };
    platform.refuses.set(await began(), 401);
    await expect(conclude(desk)).rejects.toMatchObject({ status: 401 });
    expect(await journal.all()).toHaveLength(1);
  });

  it('tells what became of a write although the disk takes no receipt', async () => {
    stands = { standing: 'done', writes: 1 };
    const writebackId = await began();
    // A folder in the place of the file: no user, not even root, may write there.
    await mkdir(join(folder, 'writebacks', `${writebackId}.json.new`));
    await conclude(desk);
    expect(platform.taken).toMatchObject([{ writebackId, result: 'succeeded' }]);
    expect(await journal.all()).toEqual([]);
  });

  describe('whose note was cut short', () => {
    const cutShort = async (): Promise<string> => {
      const writebackId = await began();
      await writeFile(join(folder, 'writebacks', `${writebackId}.json`), '{"command":{"writ');
      return writebackId;
    };

    it('asks the platform what it was, and goes on as with one it began', async () => {
      const writebackId = await cutShort();
      platform.again.set(writebackId, command(writebackId));
      const receipt = { writebackId, result: 'succeeded', writes: 1, fenced: true, doneAt: 'now' } as const;
      await conclude({ ...desk, carryOut: () => Promise.resolve(receipt) });
      expect([platform.taken, await journal.holding()]).toEqual([[receipt], []]);
    });

    it('keeps it apart when that is gone, and concludes the others', async () => {
      stands = { standing: 'done', writes: 1 };
      const [bad, good] = [await cutShort(), await began()];
      await conclude(desk);
      expect(platform.taken).toMatchObject([{ writebackId: good }]);
      expect(told).toContain('journal-damaged');
      expect(await readdir(join(folder, 'set-aside'))).toEqual([`${bad}.json`]);
      await conclude(desk);
      expect(told.filter((event) => event === 'journal-damaged')).toHaveLength(1);
    });
  });

  it('goes on when the platform hands out something else than was asked for, or what no release knows', async () => {
    stands = { standing: 'before', writes: 0 };
    const [other, unknown] = [await began(), await began()];
    platform.again.set(other, command()).set(unknown, { ...command(unknown), kind: 'erase' });
    const done = await began();
    await conclude(desk);
    expect(platform.taken.map(({ writebackId }) => writebackId)).toEqual([done]);
    expect(told.filter((event) => event === 'platform-trouble')).toHaveLength(2);
  });

  it('says how many writes the fence counts', async () => {
    stands = { standing: 'done', writes: 3 };
    await began();
    await conclude(desk);
    expect(platform.taken).toMatchObject([{ result: 'succeeded', writes: 3 }]);
  });

  it('tells of a double reset whose password is gone between two writes, and at once', async () => {
    stands = { standing: 'begun', writes: 2 };
    await began();
    await conclude(desk);
    expect(platform.taken).toMatchObject([{ result: 'unfinished', writes: 2 }]);
    expect(told).toContain('reset-unfinished');
  });

  it('knows that the new password holds when only the first write was done', async () => {
    stands = { standing: 'begun', writes: 1 };
    await began();
    await conclude(desk);
    expect(platform.taken).toMatchObject([{ result: 'succeeded', writes: 1 }]);
  });

  it('calls nothing expired that left it a moment ago, or left no trace', async () => {
    stands = { standing: 'before', writes: 0 };
    const late = { ...command(), deadline: new Date(Date.now() - 1_000).toISOString() };
    await journal.intend(late, { fence: 'keyturn:…', expected: null });
    await conclude(desk);
    expect(platform.taken).toEqual([]);
    await began();
    await conclude({ ...desk, fenced: false });
    expect(platform.taken).toEqual([]);
    await conclude(desk);
    expect(platform.taken).toMatchObject([{ result: 'expired', writes: 0 }]);
  });
});
