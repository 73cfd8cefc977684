import type pg from 'pg';
import { createRuntimeTables } from '#libs/runtime/runtime-tables';

export interface Checkpoint {
  /** Everything up to this commit position has been reacted to; −1n before the first event. */
  readonly position: bigint;
  /** The log this position belongs to. */
  readonly logId: string;
}

/** The checkpoint does not fit this log; no further try will change that. */
export class CheckpointRefused extends Error {
  override readonly name = 'CheckpointRefused';
}

/** How far a reactor has come, one row for each: table `runtime.reactor_checkpoint`. */
export class ReactorCheckpoint {
  constructor(
    private readonly pool: pg.Pool,
    private readonly name: string,
  ) {}

  /** Creates the table when it is missing; any number of processes may start at once. */
  async migrate(): Promise<void> {
    await createRuntimeTables(
      this.pool,
      `CREATE TABLE IF NOT EXISTS runtime.reactor_checkpoint (
        name text PRIMARY KEY,
        position numeric NOT NULL,
        log_id text NOT NULL,
        saved_at timestamptz NOT NULL DEFAULT now()
      )`,
    );
  }

  /**
   * Where to go on in this log: before the first event when this reactor never ran. Nothing old is mailed then either:
   * what is older than the reactor's maximum age is passed over, and the streams know what was done already.
   * @throws CheckpointRefused with a sentence when it belongs to another log, or to more of it than there is
   */
  async resume(logId: string, head: bigint | undefined): Promise<bigint> {
    const { rows } = await this.pool.query<{ position: string; log_id: string }>(
      'SELECT position, log_id FROM runtime.reactor_checkpoint WHERE name = $1',
      [this.name],
    );
    const row = rows[0];
    if (!row) return -1n;
    const position = BigInt(row.position);
    if (row.log_id !== logId) {
      throw new CheckpointRefused(
        `The database belongs to another event store: its checkpoint was made in the log ${row.log_id}, and this log ` +
          `is ${logId}. Check EVENTSTORE_URL and DATABASE_URL.`,
      );
    }
    if (position > (head ?? -1n)) {
      throw new CheckpointRefused(
        `The event store has lost events: mails were sent for everything up to position ${position}, and the log ends ` +
          `at ${head ?? 'nothing'}. Restore the event store, or restore log, vault and database together.`,
      );
    }
    return position;
  }

  async save({ position, logId }: Checkpoint): Promise<void> {
    await this.pool.query({
      name: 'reactor-checkpoint',
      text: `INSERT INTO runtime.reactor_checkpoint (name, position, log_id) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET position = $2, log_id = $3, saved_at = now()`,
      values: [this.name, String(position), logId],
    });
  }
}
