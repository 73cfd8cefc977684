import type pg from 'pg';
import { createRuntimeTables } from './runtime-tables.js';

export type ReportChannel = 'sms' | 'voice';

/** How long after a message or call was taken its report came, and what that said. */
export interface ReportLag {
  readonly ms: number;
  /** Why it did not arrive; null when it did. */
  readonly failure: string | null;
}

/**
 * What reports of real messages and calls lately looked like, shared by every process through PostgreSQL, so that those
 * of messages to nobody can look alike. The table is unlogged, holds a few numbers and names nobody.
 */
export class ReportLags {
  private constructor(private readonly pool: pg.Pool) {}

  static async open(pool: pg.Pool): Promise<ReportLags> {
    await createRuntimeTables(pool, tables);
    return new ReportLags(pool);
  }

  /** Takes the place of one that was noted before, at random. */
  async note(channel: ReportChannel, { ms, failure }: ReportLag): Promise<void> {
    const slot = Math.floor(Math.random() * kept);
    await this.pool.query({
      name: 'note-report-lag',
      text: `INSERT INTO runtime.report_lags (channel, slot, ms, failure) VALUES ($1, $2, $3, $4)
             ON CONFLICT (channel, slot) DO UPDATE SET ms = $3, failure = $4`,
      values: [channel, slot, Math.round(Math.min(Math.max(ms, 0), longestMs)), failure],
    });
  }

  /** One of those lately seen; before there are any, what is usual. */
  async sample(channel: ReportChannel): Promise<ReportLag> {
    const { rows } = await this.pool.query<ReportLag>({
      name: 'sample-report-lag',
      text: 'SELECT ms, failure FROM runtime.report_lags WHERE channel = $1 ORDER BY random() LIMIT 1',
      values: [channel],
    });
    return rows[0] ?? usual[channel]();
  }
}

const kept = 64;
const longestMs = 60_000;

const usual: Readonly<Record<ReportChannel, () => ReportLag>> = {
  sms: () => ({ ms: 1_000 + Math.random() * 4_000, failure: null }),
  voice: () => ({ ms: 30_000, failure: 'no-answer' }),
};

/** Two processes may start at once: the lock lets one create. */
const tables = `
  CREATE UNLOGGED TABLE IF NOT EXISTS runtime.report_lags (
    channel text NOT NULL,
    slot integer NOT NULL,
    ms integer NOT NULL,
    failure text,
    PRIMARY KEY (channel, slot)
  )`;
