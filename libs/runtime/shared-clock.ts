import type pg from 'pg';
import { AdjustableClock } from './clock.js';
import { createRuntimeTables } from './runtime-tables.js';

/** Milliseconds between two looks at how far the others have moved. */
const lookEveryMs = 200;

/**
 * The movable clock of the simulated world: how far it is ahead of real time lies in PostgreSQL, so every process has the
 * same time, also after a restart.
 */
export class SharedClock extends AdjustableClock {
  #looking: NodeJS.Timeout | undefined;

  private constructor(private readonly pool: pg.Pool) {
    super();
  }

  static async open(pool: pg.Pool): Promise<SharedClock> {
    await createRuntimeTables(pool, tables);
    const clock = new SharedClock(pool);
    await clock.refresh();
    clock.#looking = setInterval(() => void clock.refresh().catch(() => undefined), lookEveryMs);
    clock.#looking.unref();
    return clock;
  }

  /** @param ms milliseconds to move on; the other processes follow within 200 ms */
  async advance(ms: number): Promise<Date> {
    const { rows } = await this.pool.query<{ offset_ms: string }>(
      'UPDATE runtime.clock SET offset_ms = offset_ms + $1 RETURNING offset_ms',
      [ms],
    );
    this.setOffset(Number(rows[0]!.offset_ms));
    return this.now();
  }

  async refresh(): Promise<void> {
    const { rows } = await this.pool.query<{ offset_ms: string }>('SELECT offset_ms FROM runtime.clock');
    const offset = Number(rows[0]?.offset_ms ?? 0);
    if (offset > this.offsetMs) this.setOffset(offset);
  }

  close(): void {
    clearInterval(this.#looking);
  }
}

const tables = `
  CREATE TABLE IF NOT EXISTS runtime.clock (one boolean PRIMARY KEY DEFAULT true CHECK (one), offset_ms bigint NOT NULL);
  INSERT INTO runtime.clock (offset_ms) VALUES (0) ON CONFLICT DO NOTHING`;
