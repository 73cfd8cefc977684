import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/runtime/embedded-postgres';

const root = process.cwd();

export interface Product {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** Everything the process printed, for canary scans and for failures. */
  output(): string;
  /** Ends it as Ctrl-C does and waits until it is gone. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Stops it, keeps its data, and starts it anew on the same port. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** The built product as `npm start` runs it, on a free port and an empty data directory. */
export async function startProduct(env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const dataDir = env.KEYTURN_DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'keyturn-product-')));
  await chmod(dataDir, 0o711);
  const port = Number(env.KEYTURN_PORT ?? (await freePort()));
  const url = `http://127.0.0.1:${port}`;
  // Most stories need no directory of an organisation: its agent is a process more.
  const settings = {
    KEYTURN_PORT: String(port),
    KEYTURN_DATA_DIR: dataDir,
    KEYTURN_OUTSIDE_DIRECTORY: 'none',
    ...env,
  };
  let output = '';
  let child = launch(settings, (text) => (output += text));
  await untilReady(url, child, () => output);

  const stop = (signal: NodeJS.Signals): Promise<void> => ended(child, signal);
  return {
    url,
    dataDir,
    get pid() {
      return child.pid!;
    },
    output: () => output,
    stop: () => stop('SIGINT'),
    kill: () => stop('SIGKILL'),
    async restart() {
      await stop('SIGINT');
      child = launch(settings, (text) => (output += text));
      await untilReady(url, child, () => output);
    },
    async remove() {
      await stop('SIGINT');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function launch(settings: Record<string, string>, print: (text: string) => void): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('KEYTURN_'));
  const child = spawn(join(root, 'node_modules/.bin/node'), ['--enable-source-maps', 'dist/apps/keyturn/main.js'], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), NODE_ENV: 'production', NODE_OPTIONS: '', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout!.on('data', (chunk) => print(String(chunk)));
  child.stderr!.on('data', (chunk) => print(String(chunk)));
  return child;
}

async function untilReady(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  const why = child.exitCode === null ? `was not ready within ${patienceMs} ms` : 'did not start';
  // Nobody would stop it afterwards.
  await ended(child, 'SIGINT');
  throw new Error(`the product ${why}:\n${output().slice(-4_000)}`);
}

/** For machines that do much else at the time. */
const patienceMs = 90_000;

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resume) => child.once('exit', () => resume()));
  child.kill(signal);
  await gone;
}
