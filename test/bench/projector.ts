import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { EventSource, LoggedEvent } from '#libs/readmodels/projected-event';
import { startProjector } from '#libs/readmodels/projector';
import { startEmbeddedPostgres } from '#libs/runtime/embedded-postgres';
import { MemoryLog } from '../contract/readmodels/memory-log.js';
import { founding, recovery, type Append } from '../contract/readmodels/histories.js';

/** How fast the read models catch up, and what an event costs when it comes live. PostgreSQL's CPU time is included. */
export async function benchProjector(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-bench-'));
  await chmod(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  try {
    return { ...(await catchingUp(postgres.url, postgres.pid)), ...(await live(postgres.url, postgres.pid)) };
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const accounts = 500;

async function catchingUp(url: string, pid: number): Promise<Record<string, number>> {
  const log = new MemoryLog();
  const append = appendTo(log);
  founding(append, accounts);
  for (let n = 0; n < 3_000; n++) recovery(append, n, accounts);
  const events = log.entries.length;
  return withPool(url, async (pool) => {
    const cpu = await cpuMs(pid);
    const node = process.cpuUsage();
    const begun = performance.now();
    const projector = await startProjector({ pool, log, events: log.follow(500) });
    await projector.ready();
    const seconds = (performance.now() - begun) / 1_000;
    const spent = (await cpuMs(pid)) - cpu;
    const own = process.cpuUsage(node);
    if (process.env.BENCH_DETAIL)
      console.log('catch up: node ms', (own.user + own.system) / 1000, 'all ms', spent, 'events', events);
    await projector.close();
    return {
      'projector events/s catching up': Math.round(events / seconds),
      'projector CPU µs/event catching up': Math.round((spent * 1_000) / events),
    };
  });
}

/** Journeys one after another as a person makes them, each append a batch of its own, 30 ms apart. */
async function live(url: string, pid: number): Promise<Record<string, number>> {
  const log = new MemoryLog();
  founding(appendTo(log), accounts);
  const measured: Record<string, number> = {};
  for (const [name, gapMs] of [
    ['one at a time', 30],
    ['under load', 1],
  ] as const) {
    const waiting: (() => void)[] = [];
    for (let n = 0; n < 100; n++) recovery((...event) => void waiting.push(() => appendTo(log)(...event)), n, accounts);
    let statements = 0;
    await withPool(url, async (pool) => {
      const projector = await startProjector({ pool, log, events: log.follow(500), onWritten: () => statements++ });
      await projector.ready();
      statements = 0;
      const cpu = await cpuMs(pid);
      const node = process.cpuUsage();
      for (const append of waiting) {
        append();
        await new Promise((resume) => setTimeout(resume, gapMs));
      }
      await projector.waitFor(log.end);
      const spent = (await cpuMs(pid)) - cpu;
      const own = process.cpuUsage(node);
      if (process.env.BENCH_DETAIL)
        console.log(
          name,
          statements,
          'node ms',
          (own.user + own.system) / 1000,
          'all ms',
          spent,
          'events',
          waiting.length,
        );
      measured[`projector CPU µs/event live, ${name}`] = Math.round((spent * 1_000) / waiting.length);
      await projector.close();
    });
  }
  return measured;
}

const appendTo =
  (log: MemoryLog): Append =>
  (stream, type, data, correlationId) =>
    void log.append(stream, type, data, correlationId);

async function withPool<T>(url: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const administration = new pg.Client({ connectionString: url });
  await administration.connect();
  const name = `bench_${randomUUID().replaceAll('-', '')}`;
  await administration.query(`CREATE DATABASE ${name}`);
  await administration.end();
  const own = new URL(url);
  own.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: own.href });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** CPU milliseconds of this process and of PostgreSQL's so far. */
async function cpuMs(postmaster: number): Promise<number> {
  const { user, system } = process.cpuUsage();
  let ticks = 0;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(pid) === postmaster || Number(fields[1]) === postmaster)
      ticks += Number(fields[11]) + Number(fields[12]);
    if (Number(pid) === postmaster) ticks += Number(fields[13]) + Number(fields[14]);
  }
  return (user + system) / 1_000 + ticks * 10;
}

export type { EventSource, LoggedEvent };
