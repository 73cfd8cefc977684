import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import client from '@eventstore/db-client';
import pg from 'pg';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { startEmbeddedPostgres } from '#libs/runtime/embedded-postgres';

const { EventStoreDBClient, jsonEvent } = client;
type Client = InstanceType<typeof EventStoreDBClient>;

/**
 * Appends and reads of the embedded event store through the published client, the store in a process of its own on a
 * durable PostgreSQL. CPU is counted for the store's process and PostgreSQL, not for the client.
 */
export async function benchEventStore(seconds = 4): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  const store = await Served.start(postgres.url);
  const connection = EventStoreDBClient.connectionString(store.url);
  try {
    await appends(connection, 64, 500);
    const single = await measured(store, postgres.url, () => appends(connection, 1, seconds * 1000));
    const many = await measured(store, postgres.url, () => appends(connection, 64, seconds * 1000));
    const streams = await someStreams(connection);
    const one = await measured(store, postgres.url, () => streamReads(connection, streams, 1, (seconds * 1000) / 2));
    const reads = await measured(store, postgres.url, () => streamReads(connection, streams, 16, (seconds * 1000) / 2));
    const all = await measured(store, postgres.url, () => readEverything(connection));
    return {
      'appends/s, 1 in flight': rate(single.count, single.ms),
      'append p50 ms, 1 in flight': percentile(single.latencies, 0.5),
      'append p99 ms, 1 in flight': percentile(single.latencies, 0.99),
      'store CPU ms per append, 1 in flight': single.storeCpu / single.count,
      'PostgreSQL CPU ms per append, 1 in flight': single.postgresCpu / single.count,
      'appends/s, 64 in flight': rate(many.count, many.ms),
      'append p50 ms, 64 in flight': percentile(many.latencies, 0.5),
      'append p99 ms, 64 in flight': percentile(many.latencies, 0.99),
      'store CPU ms per append, 64 in flight': many.storeCpu / many.count,
      'PostgreSQL CPU ms per append, 64 in flight': many.postgresCpu / many.count,
      'stream reads/s of 5 events, 1 in flight': rate(one.count, one.ms),
      'stream read p50 ms, 1 in flight': percentile(one.latencies, 0.5),
      'stream reads/s of 5 events, 16 in flight': rate(reads.count, reads.ms),
      'stream read p99 ms, 16 in flight': percentile(reads.latencies, 0.99),
      '$all events/s': rate(all.count, all.ms),
      'store CPU ms per 1000 events read': (all.storeCpu / all.count) * 1000,
      'PostgreSQL CPU ms per 1000 events read': (all.postgresCpu / all.count) * 1000,
    };
  } finally {
    await connection.dispose();
    await store.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Work {
  count: number;
  latencies: number[];
}

/** A journey-like load: new streams of five events, each append naming the revision it expects. */
async function appends(connection: Client, inFlight: number, ms: number): Promise<Work> {
  const latencies: number[] = [];
  const end = performance.now() + ms;
  const writer = async (): Promise<void> => {
    while (performance.now() < end) {
      const stream = `recovery-${randomUUID()}`;
      for (let revision = -1; revision < 4; revision++) {
        const started = performance.now();
        const expectedRevision = revision < 0 ? 'no_stream' : BigInt(revision);
        await connection.appendToStream(stream, sample(), { expectedRevision });
        latencies.push(performance.now() - started);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, writer));
  return { count: latencies.length, latencies };
}

async function someStreams(connection: Client): Promise<string[]> {
  const names = new Set<string>();
  for await (const { event } of connection.readAll({ maxCount: 5_000 }))
    if (event?.streamId.startsWith('recovery-')) names.add(event.streamId);
  return [...names];
}

/** What deciding on a stream reads when nothing of it is remembered. */
async function streamReads(
  connection: Client,
  streams: readonly string[],
  inFlight: number,
  ms: number,
): Promise<Work> {
  const latencies: number[] = [];
  const end = performance.now() + ms;
  const reader = async (): Promise<void> => {
    while (performance.now() < end) {
      const started = performance.now();
      for await (const _ of connection.readStream(streams[latencies.length % streams.length]!));
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, reader));
  return { count: latencies.length, latencies };
}

async function readEverything(connection: Client): Promise<Work> {
  let count = 0;
  for await (const _ of connection.readAll()) count += 1;
  return { count, latencies: [] };
}

const sample = () =>
  jsonEvent({
    type: 'ChallengeIssued',
    data: {
      recoveryId: randomUUID(),
      challengeId: randomUUID(),
      method: 'email',
      at: '2026-01-01T00:00:00.000Z',
      digits: 8,
    },
    metadata: { correlation: randomUUID(), causation: randomUUID(), actor: 'user', policy: 3 },
  });

async function measured(store: Served, postgresUrl: string, work: () => Promise<Work>) {
  const before = [await store.cpu(), await postgresCpu(postgresUrl)] as const;
  const started = performance.now();
  const done = await work();
  const ms = performance.now() - started;
  const after = [await store.cpu(), await postgresCpu(postgresUrl)] as const;
  return { ...done, ms, storeCpu: after[0] - before[0], postgresCpu: after[1] - before[1] };
}

/** Milliseconds of CPU of every server process that lives throughout the measurement. */
async function postgresCpu(url: string): Promise<number> {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  const { rows } = await connection.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()`,
  );
  await connection.end();
  const times = await Promise.all(rows.map(({ pid }) => processCpu(pid)));
  return times.reduce((sum, time) => sum + time, 0);
}

async function processCpu(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}

const rate = (count: number, ms: number): number => (count / ms) * 1000;

const percentile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

/** The store in a process of its own, which answers what CPU it used. */
class Served {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<Served> {
    const child = fork(fileURLToPath(import.meta.url), ['serve'], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
    });
    const url = await new Promise<string>((done) => child.once('message', (message) => done(message as string)));
    return new Served(child, url);
  }

  cpu(): Promise<number> {
    return new Promise((done) => {
      this.child.once('message', (ms) => done(ms as number));
      this.child.send('cpu');
    });
  }

  async stop(): Promise<void> {
    const exited = new Promise((done) => this.child.once('exit', done));
    this.child.send('stop');
    await exited;
  }
}

async function serve(): Promise<void> {
  const store = await startEmbeddedEventStore({ databaseUrl: process.env.DATABASE_URL! });
  process.on('message', (message) => {
    if (message === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send!((user + system) / 1000);
    } else {
      void store.close().finally(() => process.exit(0));
    }
  });
  process.send!(store.url);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'serve') await serve();
  else {
    for (const [name, value] of Object.entries(await benchEventStore()))
      console.log(`${name.padEnd(44)} ${value.toFixed(3)}`);
  }
}
