import type pg from 'pg';
import type { Clock } from './clock.js';
import { createRuntimeTables } from './runtime-tables.js';

/**
 * Which message of ours a provider means by its own name for it, shared by every process through PostgreSQL. What is lost
 * here is a report of delivery and nothing else: the log knows what was sent.
 */
export class SentMessages<Ref> {
  constructor(
    private readonly pool: pg.Pool,
    private readonly provider: string,
    private readonly clock: Clock,
  ) {}

  /** Two processes may start at once: the lock lets one create. */
  static migrate = (pool: pg.Pool): Promise<void> => createRuntimeTables(pool, tables);

  async note(messageId: string, ref: Ref): Promise<void> {
    await this.pool.query({
      name: 'note-sent-message',
      text: `INSERT INTO runtime.sent_messages (provider, message_id, ref, sent_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (provider, message_id) DO UPDATE SET ref = $3, sent_at = $4`,
      values: [this.provider, messageId, JSON.stringify(ref), this.clock.now()],
    });
  }

  /** Looks for a few seconds: a report may come before the note. */
  async find(messageId: string): Promise<Ref | undefined> {
    for (let pause = 50; ; pause *= 2) {
      const { rows } = await this.pool.query<{ ref: Ref }>({
        name: 'find-sent-message',
        text: 'SELECT ref FROM runtime.sent_messages WHERE provider = $1 AND message_id = $2',
        values: [this.provider, messageId],
      });
      if (rows[0] || pause > 1_000) return rows[0]?.ref;
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }

  /** Removes what nobody reports on any more. */
  async sweep(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - keptMs);
    await this.pool.query('DELETE FROM runtime.sent_messages WHERE sent_at < $1', [before]);
  }
}

const keptMs = 3 * 24 * 3_600_000;

const tables = `
  CREATE UNLOGGED TABLE IF NOT EXISTS runtime.sent_messages (
    provider text NOT NULL,
    message_id text NOT NULL,
    ref jsonb NOT NULL,
    sent_at timestamptz NOT NULL,
    PRIMARY KEY (provider, message_id)
  )`;
