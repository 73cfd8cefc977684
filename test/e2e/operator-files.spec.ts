import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyturn } from '../support/keyturn';

const lines = Array.from({ length: 200 }, (_, n) => `{"event":{"id":"${n}"}}\n`).join('');
const trailer = `${JSON.stringify({
  events: 200,
  vaultLines: 0,
  sha256: createHash('sha256').update(lines).digest('hex'),
})}\n`;

/** What a Keyturn in server mode answers, as each test wants it. */
let answer: (response: ServerResponse, path: string) => void;
let server: Server;
let folder: string;

beforeAll(async () => {
  server = createServer((request, response) => answer(response, request.url!));
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyturn-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(() => server.close());

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const asked = (...args: string[]) => keyturn(['--url', url(), ...args], { KEYTURN_OPERATOR_TOKEN: 'x' });

describe('a file that keyturn writes', () => {
  it('is there when it is whole', async () => {
    answer = (response) => void response.end(lines + trailer);
    const { code, out } = await asked('backup', join(folder, 'whole'));
    expect([code, out.split('\n')[0]]).toEqual([
      0,
      `${join(folder, 'whole')}: 200 events, ${lines.length + trailer.length} bytes.`,
    ]);
    expect(await readdir(folder)).toEqual(['whole']);
  });

  it('is not there when the answer broke off or lacks its end, and a sentence says so', async () => {
    const cut: (typeof answer)[] = [
      (response) => void response.write(lines, () => response.destroy()),
      (response) => void response.end(lines),
    ];
    for (const each of cut) {
      for (const command of ['backup', 'erasures']) {
        answer = each;
        const { code, err } = await asked(command, join(folder, 'cut'));
        expect(code).toBe(1);
        expect(err).toMatch(
          /^(Keyturn broke off in the middle of its answer|The (backup|list of erased persons) was cut off)[^\n]*\n$/,
        );
        expect(await readdir(folder)).toEqual([]);
      }
    }
  });

  it('is not there when the disk has no room for its last line', async () => {
    answer = (response) => {
      // A chunk of its own each, so that only the last one is written in part.
      response.write(lines);
      response.end(trailer);
    };
    const limit = `--fsize=${lines.length + 20}`;
    const { code } = await limited(limit, ['--url', url(), 'backup', join(folder, 'full')]);
    expect(code).not.toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('keyturn', () => {
  it('tells a wrong token from a case that is not there', async () => {
    answer = (response) => void response.writeHead(404).end('{}');
    expect(await asked('case', 'SOME-CODE')).toMatchObject({
      code: 1,
      err: 'Keyturn did not accept the operator token, or serves no operators: check both sides.\n',
    });
    answer = (response, path) => void response.writeHead(path.endsWith('/erasures') ? 200 : 404).end('{}');
    expect((await asked('case', 'SOME-CODE')).err).toBe('No recovery has the support code or id "SOME-CODE".\n');
  });

  it('refuses an address that is none, in a sentence', async () => {
    for (const wrong of ['nonsense', 'ftp://reset.example.com', 'localhost:8080']) {
      const { code, err } = await keyturn(['--url', wrong, 'case', 'X'], { KEYTURN_OPERATOR_TOKEN: 'x' });
      expect([code, err]).toEqual([
        1,
        `--url takes an address such as https://reset.example.com; "${wrong}" is none.\n`,
      ]);
    }
  });

  it('shows rows that differ without letting them steer the terminal, wherever their lines break', async () => {
    const row = { tenant_id: 't' };
    const results = [
      {
        model: 'tenants_1',
        outcome: 'refused',
        events: 1,
        parked: 0,
        differences: 1,
        examples: [{ key: 't', old: { ...row, organisation: 'A' }, new: { ...row, organisation: '\u009b2J\u2028B' } }],
      },
    ];
    answer = (response) => void response.end(`event: results\ndata: ${JSON.stringify(results)}\n\n`);
    const { code, out } = await asked('replay');
    expect(code).toBe(2);
    expect(out).toContain('organisation: "A" → "\ufffd2J');
    expect(out).not.toContain('\u009b');
  });

  it('says what is wrong with a file to restore', async () => {
    await writeFile(join(folder, 'null'), 'null\n');
    const env = {
      KEYTURN_DATA_DIR: join(folder, 'data'),
      KEYTURN_MASTER_KEY: Buffer.from(Array.from({ length: 32 }, (_, n) => n * 7)).toString('base64'),
    };
    const { code, err } = await keyturn(['restore', join(folder, 'null'), '--nobody-erased'], env);
    expect([code, err]).toEqual([1, 'The backup is damaged or was cut off; nothing was restored.\n']);
  });
});

/** The command line where no file may grow beyond so many bytes. */
const limited = (limit: string, args: readonly string[]): Promise<{ code: number }> =>
  new Promise((resolve) => {
    const env = { ...process.env, KEYTURN_OPERATOR_TOKEN: 'x' };
    execFile('prlimit', [limit, process.execPath, 'bin/keyturn.mjs', ...args], { env }, (error) =>
      resolve({ code: error === null ? 0 : Number(error.code) }),
    );
  });
