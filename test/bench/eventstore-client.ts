import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import published from '@eventstore/db-client';
import type { Decider } from '#libs/domain/decider';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { EventStore } from '#libs/eventstore/event-store';
import { execute, load, type CommandContext } from '#libs/eventstore/execute';
import type { NewEvent } from '#libs/eventstore/stored-event';
import { subscribe } from '#libs/eventstore/subscription';
import { startEmbeddedPostgres } from '#libs/runtime/embedded-postgres';

/**
 * What the client side costs in its own process: CPU microseconds and latency of each operation, beside the published
 * client's for the same. The embedded store and its durable PostgreSQL run in processes of their own and are not counted.
 */
export async function benchEventStoreClient(rounds = 1_500): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  const server = await serveElsewhere(postgres.url);
  const store = EventStore.connect(server.url);
  const client = published.EventStoreDBClient.connectionString(server.url);
  const credentials = { username: 'any', password: 'any' };
  const results: Record<string, number> = {};
  const measure = async (
    name: string,
    count: number,
    work: (n: number) => Promise<unknown>,
    inFlight = 1,
  ): Promise<void> => {
    Object.assign(results, await measured(name, count, work, inFlight));
  };
  try {
    const first = { expectedRevision: 'no_stream' as const };
    await measure('append', rounds, () => store.append(newStream(), 'no-stream', [event()]));
    await measure('append, published client, batch', rounds, () => client.appendToStream(newStream(), json(), first));
    await measure('append, published client, unary', rounds / 3, () =>
      client.appendToStream(newStream(), json(), { ...first, credentials }),
    );
    await measure('append, 16 in flight', rounds * 2, () => store.append(newStream(), 'no-stream', [event()]), 16);
    await measure(
      'append, published client, batch, 16 in flight',
      rounds * 2,
      () => client.appendToStream(newStream(), json(), first),
      16,
    );

    const ids = await Promise.all(Array.from({ length: 100 }, () => tenEvents(store)));
    const cold = EventStore.connect(server.url, { cachedStreams: 0 });
    const of = (n: number): string => ids[n % ids.length]!;
    for (const id of ids) await load(store, steps, id);
    await measure('load of 10 events, kept', rounds, (n) => load(store, steps, of(n)));
    await measure('load of 10 events, not kept', rounds, (n) => load(cold, steps, of(n)));
    await measure('read of 10 events, published client', rounds / 3, async (n) => {
      for await (const _ of client.readStream(`steps-${of(n)}`));
    });
    await measure('execute, state kept', rounds, (n) => execute(store, steps, of(n), 'step', context()));
    await measure('execute, new stream presumed', rounds, () =>
      execute(store, steps, randomUUID(), 'step', context(), { presume: 'no-stream' }),
    );
    await measure('execute, state not kept', rounds / 3, (n) => execute(cold, steps, of(n), 'step', context()));
    Object.assign(results, await catchUp(store), await live(store, rounds / 3));
    await cold.close();
    return results;
  } finally {
    await client.dispose();
    await store.close();
    await server.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measured(
  name: string,
  count: number,
  work: (n: number) => Promise<unknown>,
  inFlight: number,
): Promise<Record<string, number>> {
  const run = async (total: number): Promise<number[]> => {
    const latencies: number[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < total) {
        const started = performance.now();
        await work(next++);
        latencies.push(performance.now() - started);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    return latencies.sort((a, b) => a - b);
  };
  await run(Math.ceil(count / 5));
  const cpu = process.cpuUsage();
  const latencies = await run(count);
  const { user, system } = process.cpuUsage(cpu);
  return {
    [`${name}: CPU µs`]: (user + system) / latencies.length,
    [`${name}: p50 ms`]: latencies[Math.floor(latencies.length / 2)]!,
    [`${name}: p99 ms`]: latencies[Math.floor(latencies.length * 0.99)]!,
  };
}

async function catchUp(store: EventStore): Promise<Record<string, number>> {
  const stop = new AbortController();
  const cpu = process.cpuUsage();
  const started = performance.now();
  let count = 0;
  for await (const { events, caughtUp } of subscribe(store, { signal: stop.signal })) {
    count += events.length;
    if (caughtUp) break;
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    'subscription, catching up: CPU µs per event': (user + system) / count,
    'subscription, catching up: events/s': (count / (performance.now() - started)) * 1_000,
  };
}

/** From the call of `append` in this process to the event in the subscriber's hands, and to the append's own answer. */
async function live(store: EventStore, count: number): Promise<Record<string, number>> {
  const stop = new AbortController();
  const arrived = new Map<string, () => void>();
  const ready = Promise.withResolvers<void>();
  const from = await store.head();
  const following = (async () => {
    for await (const { events, caughtUp } of subscribe(store, {
      signal: stop.signal,
      ...(from === undefined ? {} : { from }),
    })) {
      if (caughtUp) ready.resolve();
      for (const { id } of events) arrived.get(id)?.();
    }
  })();
  await ready.promise;
  const results = await measured(
    'append until seen by a subscriber',
    count,
    async () => {
      const proposed = event();
      const seen = new Promise<void>((done) => arrived.set(proposed.id, done));
      await Promise.all([store.append(newStream(), 'no-stream', [proposed]), seen]);
      arrived.delete(proposed.id);
    },
    1,
  );
  stop.abort();
  await following;
  return results;
}

interface Step {
  readonly type: 'StepTaken';
  readonly data: ReturnType<typeof data>;
}
const steps: Decider<'step', Step, number> = {
  category: 'steps',
  initial: 0,
  decide: () => [{ type: 'StepTaken', data: data() }],
  evolve: (count) => count + 1,
};

async function tenEvents(store: EventStore): Promise<string> {
  const id = randomUUID();
  await store.append(
    `steps-${id}`,
    'no-stream',
    Array.from({ length: 10 }, () => event()),
  );
  return id;
}

const data = () => ({
  recoveryId: randomUUID(),
  challengeId: randomUUID(),
  method: 'email',
  contactRef: { ref: randomUUID(), sha256: 'c2hhMjU2IG9mIHRoZSBjaXBoZXJ0ZXh0IGdvZXMgaGVyZQ' },
  at: '2026-01-01T00:00:00.000Z',
});
const metadata = () => ({
  correlationId: randomUUID(),
  commandId: randomUUID(),
  actor: { kind: 'user' as const, id: randomUUID() },
  policyVersion: 3,
});
const event = (): NewEvent => ({ id: randomUUID(), type: 'StepTaken', data: data(), metadata: metadata() });
const json = () => published.jsonEvent({ type: 'StepTaken', data: data(), metadata: metadata() });
const context = (): CommandContext => ({ ...metadata(), commandId: randomUUID() });
const newStream = (): string => `steps-${randomUUID()}`;

async function serveElsewhere(databaseUrl: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'], { env: { ...process.env, DATABASE_URL: databaseUrl } });
  const url = await new Promise<string>((ready, failed) => {
    child.once('message', (message) => ready(String(message)));
    child.once('exit', () => failed(new Error('the store did not start')));
  });
  return {
    url,
    async stop() {
      const exited = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function serve(): Promise<void> {
  const store = await startEmbeddedEventStore({ databaseUrl: process.env.DATABASE_URL! });
  process.once('SIGTERM', () => void store.close().then(() => process.exit(0)));
  process.send!(store.url);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'serve') await serve();
  else {
    for (const [name, value] of Object.entries(await benchEventStoreClient()))
      console.log(`${name.padEnd(60)} ${value.toFixed(3)}`);
    process.exit();
  }
}
