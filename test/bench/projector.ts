import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { projectedEvents } from '#libs/commands/operations/replay';
import { EventStore } from '#libs/eventstore/event-store';
import { startEmbeddedEventStore } from '#libs/eventstore-embedded/server';
import { startProjector, type ProjectorOptions } from '#libs/readmodels/projector';
import { rebuild } from '#libs/readmodels/rebuild';
import { recoveryStatus } from '#libs/readmodels/recovery-status';
import type { Projection } from '#libs/readmodels/projection';
import { startEmbeddedPostgres } from '#libs/runtime/embedded-postgres';
import { founding, recovery, type Append } from '../contract/readmodels/histories.js';
import { MemoryLog } from '../contract/readmodels/memory-log.js';
import { cpuOf } from './cpu.js';

/**
 * How fast the read models catch up, and what an event costs when it comes live; CPU is that of this process and of
 * PostgreSQL below it.
 */
export async function benchProjector(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  try {
    const figures: Record<string, number> = {};
    for (const part of [catchingUp, throughTheStore, live]) Object.assign(figures, await part(postgres.url));
    return figures;
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const accounts = 500;

/** From a log in memory: what the projector itself can do. */
async function catchingUp(server: string): Promise<Record<string, number>> {
  const log = historyOf(3_000);
  return withDatabase(server, async (url) => {
    const [events, pool] = [log.entries.length, new pg.Pool({ connectionString: url })];
    const [begun, cpu] = [performance.now(), cpuOf(process.pid)];
    await project({ pool, log, events: log.follow(500) });
    const seconds = (performance.now() - begun) / 1_000;
    const spent = cpuOf(process.pid) - cpu;
    const rebuilding = performance.now();
    const model = recoveryStatus as unknown as Projection;
    await rebuild({ pool, log, events: log.follow(500), model });
    const rebuilt = (performance.now() - rebuilding) / 1_000;
    await pool.end();
    return {
      'projector: events/s catching up': events / seconds,
      'projector: CPU µs per event catching up': (spent * 1_000) / events,
      'rebuild of one model: events/s, compared and switched': events / rebuilt,
    };
  });
}

/** The same through the embedded event store and the client's subscription. */
async function throughTheStore(server: string): Promise<Record<string, number>> {
  const log = historyOf(1_000);
  return withDatabase(server, async (url) => {
    const embedded = await startEmbeddedEventStore({ databaseUrl: url });
    const store = EventStore.connect(embedded.url);
    const streams = Map.groupBy(log.entries, ({ stream }) => stream);
    const writing = [...streams].map(async ([stream, entries]) => {
      for (let n = 0; n < entries.length; n += 100) {
        const events = entries.slice(n, n + 100).map(({ id, type, data, metadata }) => ({ id, type, data, metadata }));
        await store.append(stream, n === 0 ? 'no-stream' : BigInt(n - 1), events as never);
      }
    });
    await Promise.all(writing);
    const pool = new pg.Pool({ connectionString: url });
    const begun = performance.now();
    await project({ pool, log: store, events: projectedEvents(store) });
    const seconds = (performance.now() - begun) / 1_000;
    await pool.end();
    await store.close();
    await embedded.close();
    return { 'projector: events/s through the embedded store': log.entries.length / seconds };
  });
}

/** Journeys whose events come one by one; what the same time costs without a projector is taken off. */
async function live(server: string): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const [name, gapMs, journeys] of [
    ['one journey at a time', 20, 15],
    ['500 events a second', 2, 60],
  ] as const) {
    const log = new MemoryLog();
    founding(appendTo(log), accounts);
    const pass = async (deeds: readonly (() => void)[]): Promise<number> => {
      const cpu = cpuOf(process.pid);
      for (const deed of deeds) {
        deed();
        await new Promise((resume) => setTimeout(resume, gapMs));
      }
      return cpuOf(process.pid) - cpu;
    };
    await withDatabase(server, async (url) => {
      const pool = new pg.Pool({ connectionString: url });
      const projector = await startProjector({ pool, log, events: log.follow(500) });
      await projector.ready();
      let [spent, events] = [0, 0];
      // The first round warms up.
      for (let round = 0; round < 4; round++) {
        const waiting: (() => void)[] = [];
        const later: Append = (...event) => void waiting.push(() => appendTo(log)(...event));
        for (let n = 0; n < journeys; n++) recovery(later, round * journeys + n, accounts);
        const [idle, busy] = [await pass(waiting.map(() => () => undefined)), await pass(waiting)];
        await projector.waitFor(log.end);
        if (round > 0) [spent, events] = [spent + busy - idle, events + waiting.length];
      }
      await projector.close();
      await pool.end();
      figures[`projector: CPU µs per live event, ${name}`] = (spent * 1_000) / events;
    });
  }
  return figures;
}

function historyOf(recoveries: number): MemoryLog {
  const log = new MemoryLog();
  founding(appendTo(log), accounts);
  for (let n = 0; n < recoveries; n++) recovery(appendTo(log), n, accounts);
  return log;
}

const appendTo =
  (log: MemoryLog): Append =>
  (...event) =>
    void log.append(...event);

async function project(options: ProjectorOptions): Promise<void> {
  const projector = await startProjector(options);
  await projector.ready();
  await projector.close();
}

async function withDatabase<T>(server: string, work: (url: string) => Promise<T>): Promise<T> {
  const administration = new pg.Client({ connectionString: server });
  await administration.connect();
  const url = new URL(server);
  url.pathname = `/bench_${randomUUID().replaceAll('-', '')}`;
  await administration.query(`CREATE DATABASE ${url.pathname.slice(1)}`);
  await administration.end();
  return work(url.href);
}
