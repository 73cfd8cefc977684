import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/runtime/embedded-postgres';
import { eventually } from '../support/journey';

/** `npm start` as somebody at a terminal meets it. */
describe('starting and stopping', () => {
  let dataDir: string;
  let url: string;
  let first: ChildProcess;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'keyturn-starting-'));
    await chmod(dataDir, 0o711);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    first = start(port);
    await eventually(async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.status === 200, 90_000);
  });
  afterAll(async () => {
    if (first.exitCode === null && first.signalCode === null) process.kill(-first.pid!, 'SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  /** In a process group of its own, as a shell starts it: the demo's directory and agent included. */
  function start(port: number): ChildProcess {
    const inherited = Object.entries(process.env).filter(([name]) => !/^(KEYTURN_|NODE_OPTIONS)/.test(name));
    const env = { ...Object.fromEntries(inherited), KEYTURN_PORT: String(port), KEYTURN_DATA_DIR: dataDir };
    return spawn('node_modules/.bin/node', ['scripts/start.mjs'], { env, detached: true, stdio: 'pipe' });
  }

  const printed = (child: ChildProcess): Promise<{ code: number | null; said: string }> =>
    new Promise((resolve) => {
      let said = '';
      for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (said += String(chunk)));
      child.on('close', (code) => resolve({ code, said }));
    });

  /** Every process that was told of the data directory, or works in it. */
  async function processes(): Promise<string[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
    const found = await Promise.all(
      pids.map(async (pid) => {
        const [command = '', environment = ''] = await Promise.all(
          ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '')),
        );
        return `${command}${environment}`.includes(dataDir) ? [command.replaceAll('\0', ' ')] : [];
      }),
    );
    return found.flat();
  }

  it('a second one says that another is running, where, and what to do, and leaves it alone', async () => {
    const { code, said } = await printed(start(await freePort()));
    expect(code).toBe(1);
    expect(said).toContain(`Keyturn is already running here (process `);
    expect(said).toContain(`${url}). Open ${url}, stop it with Ctrl-C, or set KEYTURN_DATA_DIR and KEYTURN_PORT`);
    expect(said).not.toMatch(/^\s+at /m);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  it('Ctrl-C ends everything that was started, and the next start finds nothing in its way', async () => {
    expect((await processes()).some((command) => command.includes('postgres'))).toBe(true);
    const ended = printed(first);
    // A terminal sends it to the whole group; PostgreSQL is in one of its own.
    process.kill(-first.pid!, 'SIGINT');
    expect((await ended).code).toBe(0);
    expect(await processes()).toEqual([]);
    const left = await readdir(dataDir);
    for (const file of ['keyturn.lock', 'operator.json', 'postgres/postmaster.pid']) expect(left).not.toContain(file);
    await expect(readFile(join(dataDir, 'postgres/postmaster.pid'))).rejects.toThrow('ENOENT');
  });
});
