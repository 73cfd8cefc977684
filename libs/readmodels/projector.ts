import type pg from 'pg';
import type { Parked } from './batch-fold.js';
import { BatchWriter, CheckpointMoved } from './batch-writer.js';
import { Inbox } from './inbox.js';
import { migrateReadModels } from './migrations.js';
import { models as allModels } from './models.js';
import type { EventSource } from './projected-event.js';
import type { Projection } from './projection.js';
import { rebuild } from './rebuild.js';
import { joinModels, live, ProjectionRefused, refuseForeignLog, type Log } from './start-checks.js';

export interface ProjectorOptions {
  readonly pool: pg.Pool;
  /** streams of this product's categories only */
  readonly events: EventSource;
  readonly log: Log;
  readonly models?: readonly Projection[];
  /** milliseconds a live event waits for others to share its transaction, unless somebody waits for it; 200 */
  readonly coalesceMs?: number;
  /** events in one transaction; 2 000 */
  readonly maxBatch?: number;
  /** milliseconds between tries to take over or to recover; 500 */
  readonly retryMs?: number;
  /** an alarm: a stream is missing in a model from here on; also told of each one found at the start */
  readonly onParked?: (parked: Parked) => void;
  /** trouble that is being retried */
  readonly onTrouble?: (error: unknown) => void;
  readonly onWritten?: (batch: { events: number; position: bigint; caughtUp: boolean; ms: number }) => void;
}

/** Migrates, checks that checkpoint and log belong together, and projects in the background from there on. */
export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  await migrateReadModels(options.pool);
  await refuseForeignLog(options.pool, options.log);
  return new Projector(options);
}

/** One at a time works on a database; others stand by, see what it has done, and take over when it is gone. */
export class Projector {
  readonly #options: Required<Pick<ProjectorOptions, 'coalesceMs' | 'maxBatch' | 'retryMs' | 'models'>> &
    ProjectorOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #ready = Promise.withResolvers<void>();
  #position = -1n;
  #waiting: Waiting[] = [];
  #hurry = Promise.withResolvers<void>();

  constructor(options: ProjectorOptions) {
    this.#options = { coalesceMs: 200, maxBatch: 2_000, retryMs: 500, models: allModels, ...options };
    this.#ready.promise.catch(() => undefined);
    this.#running = this.#run();
  }

  /** Once the log was caught up with. @throws ProjectionRefused */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Commit position up to which the rows hold everything; −1n before the first event. */
  position(): bigint {
    return this.#position;
  }

  /** Until the rows hold everything up to this commit position. @throws when closed before */
  waitFor(position: bigint): Promise<void> {
    if (this.#position >= position) return Promise.resolve();
    if (this.#stop.signal.aborted) return Promise.reject(closed());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ position, resolve, reject });
    this.#hurry.resolve();
    return promise;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#giveUp(closed());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let client: pg.PoolClient | undefined;
      let broken = true;
      let fenced = false;
      try {
        client = await this.#options.pool.connect();
        client.on('error', ignore);
        if (await this.#takeOver(client)) {
          await this.#project(client);
          await client.query('RESET plan_cache_mode');
          await client.query('SELECT pg_advisory_unlock($1)', [projectorLock]);
        }
        broken = false;
      } catch (error) {
        if (error instanceof ProjectionRefused) {
          this.#stop.abort();
          this.#giveUp(error);
        }
        fenced = error instanceof CheckpointMoved;
        if (!fenced) this.#options.onTrouble?.(error);
      } finally {
        client?.off('error', ignore);
        client?.release(broken);
      }
      if (broken && !fenced) await pause(this.#options.retryMs, signal);
    }
  }

  /** @returns false when closed before this process's turn came */
  async #takeOver(client: pg.PoolClient): Promise<boolean> {
    let headAtStart: bigint | undefined;
    while (!this.#stop.signal.aborted) {
      const { rows } = await client.query<{ locked: boolean; position: string | null }>(
        `SELECT pg_try_advisory_lock($1) AS locked,
          (SELECT position FROM readmodels.checkpoints WHERE name = $2) AS position`,
        [projectorLock, live],
      );
      if (rows[0]!.locked) return true;
      headAtStart ??= (await this.#options.log.head()) ?? -1n;
      this.#reached(BigInt(rows[0]!.position ?? -1));
      if (this.#position >= headAtStart) this.#ready.resolve();
      await pause(this.#options.retryMs, this.#stop.signal);
    }
    return false;
  }

  async #project(client: pg.PoolClient): Promise<void> {
    const { log, models, pool, events, maxBatch, onParked, onWritten } = this.#options;
    await refuseForeignLog(client, log);
    for (const model of await joinModels(client, log, models)) {
      await rebuild({ pool, events, log, model, signal: this.#stop.signal });
    }
    // Batches differ in their rows, never in how they are best written: no plan is worth making twice.
    await client.query('SET plan_cache_mode = force_generic_plan');
    const targets = models.map((projection) => ({ projection, table: projection.table }));
    const writer = await BatchWriter.open(client, live, targets);
    for (const parked of writer.parkedBefore) onParked?.(parked);
    this.#reached(writer.position);
    const reading = new AbortController();
    const inbox = new Inbox(maxBatch);
    const end = () => inbox.end();
    this.#stop.signal.addEventListener('abort', end);
    const filling = inbox.fill(events(writer.position < 0n ? undefined : writer.position, reading.signal));
    try {
      for (;;) {
        const batch = await inbox.take(() => this.#linger());
        if (!batch || this.#stop.signal.aborted) return;
        if (batch.events.length > 0) {
          const begun = performance.now();
          for (const parked of await writer.write(batch.events, batch.position)) onParked?.(parked);
          const { position, caughtUp } = batch;
          onWritten?.({ events: batch.events.length, position, caughtUp, ms: performance.now() - begun });
        }
        this.#reached(batch.position);
        if (batch.caughtUp) this.#ready.resolve();
      }
    } finally {
      this.#stop.signal.removeEventListener('abort', end);
      inbox.end();
      reading.abort();
      await filling;
    }
  }

  /** A short while, cut short by anybody who waits for a position. */
  async #linger(): Promise<void> {
    if (this.#waiting.length > 0) return;
    this.#hurry = Promise.withResolvers();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.coalesceMs);
    await Promise.race([promise, this.#hurry.promise]);
    clearTimeout(timer);
  }

  #reached(position: bigint): void {
    if (position > this.#position) this.#position = position;
    if (this.#waiting.length === 0) return;
    for (const waiting of this.#waiting) if (waiting.position <= this.#position) waiting.resolve();
    this.#waiting = this.#waiting.filter((waiting) => waiting.position > this.#position);
  }

  #giveUp(error: Error): void {
    this.#ready.reject(error);
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting = [];
  }
}

interface Waiting {
  readonly position: bigint;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const projectorLock = '5177210934662814';

const closed = (): Error => new Error('the projector was closed');

const ignore = (): void => undefined;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resume) => {
    if (signal.aborted) return resume();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resume();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
