import pg from 'pg';
import type { Parked } from '#libs/readmodels/batch-fold';
import { models } from '#libs/readmodels/models';
import { startProjector, type Projector, type ProjectorOptions } from '#libs/readmodels/projector';
import { openReadModels, type ReadModels } from '#libs/readmodels/rows';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { founding, randomOf, recovery, type Append } from './histories';
import { MemoryLog } from './memory-log';

/** An empty database, an empty log and whatever projectors a test starts; taken down after each test. */
export class Harness {
  pool!: pg.Pool;
  db!: ReadModels;
  log!: MemoryLog;
  parked: Parked[] = [];
  troubles: unknown[] = [];
  #database!: TestDatabase;
  #running: Projector[] = [];

  static forEachTest(): Harness {
    const harness = new Harness();
    beforeEach(() => harness.#setUp());
    afterEach(() => harness.#takeDown());
    return harness;
  }

  append: Append = (...event) => void this.log.append(...event);

  async start(options: Partial<ProjectorOptions> = {}): Promise<Projector> {
    const projector = await startProjector({
      pool: this.pool,
      log: this.log,
      events: this.log.follow(),
      retryMs: 20,
      coalesceMs: 5,
      onParked: (stream) => this.parked.push(stream),
      onTrouble: (error) => this.troubles.push(error),
      ...options,
    });
    this.#running.push(projector);
    return projector;
  }

  /** Starts, catches up, and closes. */
  async project(options: Partial<ProjectorOptions> = {}): Promise<void> {
    const projector = await this.start(options);
    await projector.ready();
    await projector.close();
  }

  someHistory(recoveries = 30, seed = 1): void {
    const chance = randomOf(seed);
    founding(this.append, 5);
    for (let n = 0; n < recoveries; n++) recovery(this.append, n, 5, chance);
  }

  async checkpoint(): Promise<bigint> {
    const { rows } = await this.pool.query<{ position: string }>(
      `SELECT position FROM readmodels.checkpoints WHERE name = 'live'`,
    );
    return BigInt(rows[0]!.position);
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM readmodels.${table}`);
    return rows[0]!.n;
  }

  /** Everything the tables hold, in order. */
  async contents(): Promise<Record<string, string[]>> {
    const tables: Record<string, string[]> = {};
    for (const { table, key } of models) {
      const { rows } = await this.pool.query<{ row: string }>(
        `SELECT t::text AS row FROM readmodels.${table} t ORDER BY ${key}`,
      );
      tables[table] = rows.map(({ row }) => row);
    }
    return tables;
  }

  async until(condition: () => boolean, sentence: () => string): Promise<void> {
    for (const begun = Date.now(); !condition();) {
      if (Date.now() > begun + 10_000) throw new Error(sentence());
      await new Promise(setImmediate);
    }
  }

  async #setUp(): Promise<void> {
    this.#database = await createTestDatabase();
    this.pool = new pg.Pool({ connectionString: this.#database.url });
    this.pool.on('error', () => undefined);
    this.db = openReadModels(this.pool);
    this.log = new MemoryLog();
    [this.parked, this.troubles, this.#running] = [[], [], []];
  }

  async #takeDown(): Promise<void> {
    await Promise.all(this.#running.map((projector) => projector.close()));
    await this.pool.end();
    await this.#database.drop();
  }
}
