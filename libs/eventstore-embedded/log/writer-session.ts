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
const leavePatienceMs = 2_000;

/** The one PostgreSQL session that holds the writer's lock and carries every append. */
export class WriterSession {
  /** Position of the last event when this session began. */
  readonly head: number;
  #lost = false;

  private constructor(
    private readonly client: pg.Client,
    private readonly table: string,
    private readonly patienceMs: number,
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

  /** @param patienceMs a question or commit that takes longer is given up, so that a dead network is noticed */
  static async open(
    databaseUrl: string,
    schema: string,
    patienceMs: number,
    onLost: () => void,
  ): Promise<WriterSession> {
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
      return new WriterSession(client, table, patienceMs, Number(rows[0]?.head ?? 0), onLost);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
  }

  get lost(): boolean {
    return this.#lost;
  }

  append(events: readonly RecordedEvent[]): Promise<void> {
    return this.#inTime(copyEvents(this.client, this.table, events));
  }

  async states(keys: readonly string[]): Promise<StreamState[]> {
    return statesFrom(keys, await this.#rows(lastEventsQuery(this.table, keys)));
  }

  async at(stream: string, revision: number): Promise<{ id: string; position: number } | undefined> {
    const text = `SELECT id, position FROM ${this.table} WHERE stream = $1 AND revision = $2`;
    const rows = await this.#rows<[string, string]>(eventQuery('at', text, [stream, revision]));
    return rows[0] && { id: rows[0][0], position: Number(rows[0][1]) };
  }

  /** Ids and places of the last events, oldest first, to recognise repeats after a restart. */
  async lastIds(count: number): Promise<{ id: string; stream: string; revision: number; position: number }[]> {
    const text = `SELECT id, stream, revision, position FROM ${this.table} ORDER BY position DESC LIMIT $1`;
    const rows = await this.#rows<[string, string, string, string]>(eventQuery('last-ids', text, [count]));
    return rows
      .map(([id, stream, revision, position]) => ({
        id,
        stream,
        revision: Number(revision),
        position: Number(position),
      }))
      .reverse();
  }

  /** Gives the lock back. A database that is gone without a word is not waited for. */
  async close(): Promise<void> {
    const ended = this.client.end().catch(() => {});
    await Promise.race([ended, new Promise((done) => setTimeout(done, leavePatienceMs).unref())]);
  }

  async #rows<Row extends unknown[]>(query: ReturnType<typeof eventQuery>): Promise<Row[]> {
    return (await this.#inTime(this.client.query<Row>(query))).rows;
  }

  async #inTime<Result>(work: Promise<Result>): Promise<Result> {
    // Ending a session in the middle of a query cuts its connection.
    const watchdog = setTimeout(() => void this.close(), this.patienceMs);
    try {
      return await work;
    } finally {
      clearTimeout(watchdog);
    }
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
