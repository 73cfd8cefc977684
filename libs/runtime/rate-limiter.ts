import type pg from 'pg';
import type { Clock } from './clock.js';
import { createRuntimeTables } from './runtime-tables.js';

export interface Allowance {
  /** Hits allowed within one window. */
  readonly limit: number;
  /** How many of these strangers may take together; all of them when left out. */
  readonly strangers?: number;
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
  hit(key: string, allowance: Allowance, by?: 'stranger'): Promise<Verdict> {
    return this.#hit(this.pool, key, allowance, by);
  }

  /**
   * Counts in all of these or, when one refuses, in none: whoever is refused by one window must not keep another one from
   * ending. They are locked in this order, so two callers name those they share in the same one.
   * @returns the first refusal, or that it is allowed
   */
  async hitAll(windows: readonly (readonly [key: string, Allowance])[], by?: 'stranger'): Promise<Verdict> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      for (const [key, allowance] of windows) {
        const verdict = await this.#hit(client, key, allowance, by);
        if (verdict.allowed) continue;
        await client.query('ROLLBACK');
        return verdict;
      }
      await client.query('COMMIT');
      return { allowed: true, retryAfterMs: 0 };
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      // A connection in the middle of something is of no use to anybody.
      client.release(failure);
    }
  }

  async #hit(
    queries: Pick<pg.Pool, 'query'>,
    key: string,
    { limit, strangers = limit, windowMs }: Allowance,
    by?: 'stranger',
  ): Promise<Verdict> {
    const now = this.clock.now().getTime();
    const { rows } = await queries.query<{ hits: number; strangers: number; ends_at: string }>({
      ...hitStatement,
      values: [key, now, now + windowMs, by === 'stranger' ? 1 : 0, strangers],
    });
    const counted = rows[0]!;
    const allowed = counted.hits <= limit && (by !== 'stranger' || counted.strangers <= strangers);
    return { allowed, retryAfterMs: Math.max(0, Number(counted.ends_at) - now) };
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

/** A stranger beyond the strangers' share counts among those, and takes nothing of what is left to others. */
const hitStatement = {
  name: 'rate-limit-hit',
  text: `
    INSERT INTO runtime.rate_limits AS present (key, hits, strangers, ends_at) VALUES ($1, 1, $4, $3)
    ON CONFLICT (key) DO UPDATE SET
      hits = CASE
        WHEN present.ends_at <= $2 THEN 1
        WHEN $4 = 1 AND present.strangers >= $5 THEN present.hits
        ELSE present.hits + 1
      END,
      strangers = CASE WHEN present.ends_at <= $2 THEN $4 ELSE present.strangers + $4 END,
      ends_at = CASE WHEN present.ends_at <= $2 THEN $3 ELSE present.ends_at END
    RETURNING hits, strangers, ends_at`,
};

/** Two processes may start at once: the lock lets one create. */
const tables = `
  CREATE UNLOGGED TABLE IF NOT EXISTS runtime.rate_limits (
    key text PRIMARY KEY,
    hits integer NOT NULL,
    strangers integer NOT NULL DEFAULT 0,
    ends_at bigint NOT NULL
  ) WITH (fillfactor = 70);
  ALTER TABLE runtime.rate_limits ADD COLUMN IF NOT EXISTS strangers integer NOT NULL DEFAULT 0`;
