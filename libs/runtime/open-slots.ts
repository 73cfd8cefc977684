import type pg from 'pg';
import type { Clock } from './clock.js';
import { createRuntimeTables } from './runtime-tables.js';

/**
 * What is open at a time under a key, shared by every process through PostgreSQL. Advisory, as the rate limiter: the table
 * is unlogged and may be emptied; whatever was forgotten does not count.
 */
export class OpenSlots {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
  ) {}

  static async open(pool: pg.Pool, clock: Clock): Promise<OpenSlots> {
    await createRuntimeTables(pool, tables);
    return new OpenSlots(pool, clock);
  }

  /**
   * @param key keyed tokens and ids only: the table must hold no personal data
   * @returns the ids of the others open under this key, the oldest first
   */
  async enter(key: string, id: string, endsAt: Date): Promise<string[]> {
    const now = this.clock.now().getTime();
    const { rows } = await this.pool.query<{ id: string }>({
      ...enterStatement,
      values: [key, id, now, endsAt.getTime()],
    });
    return rows.map((row) => row.id);
  }

  async leave(key: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.pool.query('DELETE FROM runtime.open_slots WHERE key = $1 AND id = ANY ($2::text[])', [key, ids]);
  }

  async reset(): Promise<void> {
    await this.pool.query('TRUNCATE runtime.open_slots');
  }

  /** Removes what ended. */
  async sweep(): Promise<void> {
    await this.pool.query('DELETE FROM runtime.open_slots WHERE ends_at <= $1', [this.clock.now().getTime()]);
  }
}

const enterStatement = {
  name: 'open-slots-enter',
  text: `
    WITH entered AS (
      INSERT INTO runtime.open_slots (key, id, since, ends_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
    )
    SELECT id FROM runtime.open_slots WHERE key = $1 AND id <> $2 AND ends_at > $3 ORDER BY since, id`,
};

/** Two processes may start at once: the lock, shared with the other tables of this schema, lets one create. */
const tables = `
  CREATE UNLOGGED TABLE IF NOT EXISTS runtime.open_slots (
    key text NOT NULL,
    id text NOT NULL,
    since bigint NOT NULL,
    ends_at bigint NOT NULL,
    PRIMARY KEY (key, id)
  )`;
