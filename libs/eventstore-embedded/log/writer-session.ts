import pg from 'pg';
import { copyEvents } from './copy.js';
import type { RecordedEvent } from './event.js';
import { eventQuery } from './rows.js';
import { lockForWriting, migrate, prepareSession, tableIn } from './schema.js';
import { lastEventsQuery, statesFrom } from './states-query.js';
import type { StreamState } from './stream-state.js';

/** How long a start waits for a predecessor that was just killed to lose its lock. */
const lockPatienceMs = 2_000;
const connectPatienceMs = 5_000;
/** A commit that takes longer is given up as unknown, so that a dead network is noticed. */
const commitPatienceMs = 30_000;

/** The one PostgreSQL session that holds the writer's lock and carries every append. */
export class WriterSession {
  /** Position of the last event when this session began. */
  readonly head: number;
  #lost = false;

  private constructor(
    private readonly client: pg.Client,
    private readonly table: string,
    head: number,
    onLost: () => void,
  ) {
    this.head = head;
    client.on('error', () => {});
    client.on('end', () => {
      this.#lost = true;
      onLost();
    });
  }

  static async open(databaseUrl: string, schema: string, onLost: () => void): Promise<WriterSession> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'keyturn-eventstore',
      keepAlive: true,
      connectionTimeoutMillis: connectPatienceMs,
    });
    client.on('error', () => {});
    await client.connect();
    try {
      await prepareSession(client);
      await lock(client, schema);
      await migrate(client, schema);
      const table = tableIn(schema);
      const { rows } = await client.query<{ head: string | null }>(`SELECT max(position) AS head FROM ${table}`);
      return new WriterSession(client, table, Number(rows[0]?.head ?? 0), onLost);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
  }

  get lost(): boolean {
    return this.#lost;
  }

  async append(events: readonly RecordedEvent[]): Promise<void> {
    // Ending a session in the middle of a query cuts its connection.
    const watchdog = setTimeout(() => void this.close(), commitPatienceMs);
    try {
      await copyEvents(this.client, this.table, events);
    } finally {
      clearTimeout(watchdog);
    }
  }

  async states(keys: readonly string[]): Promise<StreamState[]> {
    const { rows } = await this.client.query<unknown[]>(lastEventsQuery(this.table, keys));
    return statesFrom(keys, rows);
  }

  async at(stream: string, revision: number): Promise<{ id: string; position: number } | undefined> {
    const text = `SELECT id, position FROM ${this.table} WHERE stream = $1 AND revision = $2`;
    const { rows } = await this.client.query<[string, string]>(eventQuery('at', text, [stream, revision]));
    return rows[0] && { id: rows[0][0], position: Number(rows[0][1]) };
  }

  /** Ids and places of the last events, oldest first, to recognise repeats after a restart. */
  async lastIds(count: number): Promise<{ id: string; stream: string; revision: number; position: number }[]> {
    const text = `SELECT id, stream, revision, position FROM ${this.table} ORDER BY position DESC LIMIT $1`;
    const { rows } = await this.client.query<[string, string, string, string]>(eventQuery('last-ids', text, [count]));
    return rows
      .map(([id, stream, revision, position]) => ({
        id,
        stream,
        revision: Number(revision),
        position: Number(position),
      }))
      .reverse();
  }

  close(): Promise<void> {
    return this.client.end().catch(() => {});
  }
}

async function lock(client: pg.Client, schema: string): Promise<void> {
  const deadline = Date.now() + lockPatienceMs;
  while (!(await lockForWriting(client, schema))) {
    if (Date.now() > deadline) {
      throw new Error(
        `Another event store is already writing to the schema "${schema}" of this database. ` +
          'Stop it first, or give this one a schema of its own.',
      );
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}
