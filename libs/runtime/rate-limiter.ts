import type pg from 'pg';
import type { Clock } from './clock.js';
import { createRuntimeTables } from './runtime-tables.js';

export interface Allowance {
  /** Hits allowed within one window. */
  readonly limit: number;
  /** Length of a window in milliseconds. */
  readonly windowMs: number;
}

export interface Verdict {
  readonly allowed: boolean;
  /** Milliseconds until the window ends; meaningful when refused. */
  readonly retryAfterMs: number;
}

/**
 * Counts hits per key in windows of the injected clock, shared by every process through PostgreSQL. Advisory: the table
 * is unlogged and may be emptied; hard limits are reservations in the event log.
 */
export class RateLimiter {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
  ) {}

  static async open(pool: pg.Pool, clock: Clock): Promise<RateLimiter> {
    await createRuntimeTables(pool, tables);
    return new RateLimiter(pool, clock);
  }

  /** @param key keyed tokens and ids only: the table must hold no personal data */
  async hit(key: string, { limit, windowMs }: Allowance): Promise<Verdict> {
    const now = this.clock.now().getTime();
    const { rows } = await this.pool.query<{ hits: number; ends_at: string }>({
      ...hitStatement,
      values: [key, now, now + windowMs],
    });
    const { hits, ends_at } = rows[0]!;
    return { allowed: hits <= limit, retryAfterMs: Math.max(0, Number(ends_at) - now) };
  }

  /** When this process last reset everything: in the simulated world, what was counted elsewhere goes with it. */
  resetAt: string | undefined;

  async reset(): Promise<void> {
    await this.pool.query('TRUNCATE runtime.rate_limits');
    this.resetAt = this.clock.now().toISOString();
  }

  /** Removes windows that ended. */
  async sweep(): Promise<void> {
    await this.pool.query('DELETE FROM runtime.rate_limits WHERE ends_at < $1', [this.clock.now().getTime()]);
  }
}

const hitStatement = {
  name: 'rate-limit-hit',
  text: `
    INSERT INTO runtime.rate_limits AS present (key, hits, ends_at) VALUES ($1, 1, $3)
    ON CONFLICT (key) DO UPDATE SET
      hits = CASE WHEN present.ends_at <= $2 THEN 1 ELSE present.hits + 1 END,
      ends_at = CASE WHEN present.ends_at <= $2 THEN $3 ELSE present.ends_at END
    RETURNING hits, ends_at`,
};

/** Two processes may start at once: the lock lets one create. */
const tables = `
  CREATE UNLOGGED TABLE IF NOT EXISTS runtime.rate_limits (
    key text PRIMARY KEY,
    hits integer NOT NULL,
    ends_at bigint NOT NULL
  ) WITH (fillfactor = 70)`;
