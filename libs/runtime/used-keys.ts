import type pg from 'pg';
import type { Clock } from './clock.js';
import { createRuntimeTables } from './runtime-tables.js';

/**
 * With which body a command came first, shared by every process through PostgreSQL: for commands of which the log may say
 * nothing, or on a stream that another body leads away from. Advisory, as the rate limiter: the table is unlogged.
 */
export class UsedKeys {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
  ) {}

  static async open(pool: pg.Pool, clock: Clock): Promise<UsedKeys> {
    await createRuntimeTables(pool, tables);
    return new UsedKeys(pool, clock);
  }

  /** @returns the `bodyMac` that this command came with first within a day: this one's, if nobody was earlier */
  async first(commandId: string, bodyMac: string): Promise<string> {
    const now = this.clock.now().getTime();
    const { rows } = await this.pool.query<{ body_mac: string }>({
      ...firstStatement,
      values: [commandId, bodyMac, now, now + keptMs],
    });
    return rows[0]!.body_mac;
  }

  /** Removes what is over. */
  async sweep(): Promise<void> {
    await this.pool.query('DELETE FROM runtime.used_keys WHERE ends_at <= $1', [this.clock.now().getTime()]);
  }
}

const keptMs = 24 * 60 * 60 * 1000;

const firstStatement = {
  name: 'used-keys-first',
  text: `
    INSERT INTO runtime.used_keys AS present (command_id, body_mac, ends_at) VALUES ($1, $2, $4)
    ON CONFLICT (command_id) DO UPDATE SET
      body_mac = CASE WHEN present.ends_at <= $3 THEN $2 ELSE present.body_mac END,
      ends_at = CASE WHEN present.ends_at <= $3 THEN $4 ELSE present.ends_at END
    RETURNING body_mac`,
};

const tables = `
  CREATE UNLOGGED TABLE IF NOT EXISTS runtime.used_keys (
    command_id text PRIMARY KEY,
    body_mac text NOT NULL,
    ends_at bigint NOT NULL
  )`;
