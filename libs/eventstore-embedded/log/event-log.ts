import pg from 'pg';
import type { Clock } from '#libs/runtime/clock';
import { toEntry, type Encode, type LogEntry } from './entry.js';
import type { Bell } from './bell.js';
import { Listeners, type Listener } from './listeners.js';
import type { WriteOutcome } from './group.js';
import { Reader, type Direction } from './reader.js';
import { tableIn } from './schema.js';
import { StreamStates } from './stream-states.js';
import { viewOf, type StreamView } from './stream-view.js';
import { Tail } from './tail.js';
import { LogUnavailable } from './unavailable.js';
import { Writer, type TimedOut, type Write } from './writer.js';
import { WriterSession } from './writer-session.js';

export interface EventLogOptions {
  databaseUrl: string;
  schema: string;
  clock: Clock;
  encode: Encode;
  /** Milliseconds PostgreSQL may take over one question or commit. */
  patienceMs: number;
  /** Told why there is no writing at present. */
  report: (problem: Error) => void;
}

const reconnectEveryMs = 100;
const readers = 4;
const recoveryPage = 256;

/** All events of one schema: the writer, the newest events in memory, and the table behind them. */
export class EventLog {
  readonly tail: Tail;
  readonly reader: Reader;
  readonly clock: Clock;
  readonly #writer: Writer;
  readonly #states: StreamStates;
  readonly #listeners = new Listeners();
  readonly #pool: pg.Pool;
  #session: WriterSession;
  #closed = false;
  #reopening: Promise<void> | undefined;

  static async open(options: EventLogOptions): Promise<EventLog> {
    let lost = (): void => {};
    const session = await openSession(options, () => lost());
    const log = new EventLog(options, session);
    lost = () => log.#lost();
    try {
      await log.#writer.begin(session);
    } catch (error) {
      await log.close();
      throw error;
    }
    return log;
  }

  private constructor(
    private readonly options: EventLogOptions,
    session: WriterSession,
  ) {
    this.clock = options.clock;
    this.#session = session;
    this.#pool = new pg.Pool({
      connectionString: options.databaseUrl,
      application_name: 'keyturn-eventstore-reader',
      max: readers,
      keepAlive: true,
      query_timeout: options.patienceMs,
      idleTimeoutMillis: 60_000,
      connectionTimeoutMillis: 5_000,
    });
    this.#pool.on('error', () => {});
    this.reader = new Reader(this.#pool, tableIn(options.schema), options.encode);
    this.tail = new Tail(session.head);
    this.#states = new StreamStates((keys) => this.reader.states(keys));
    this.#writer = new Writer(options.clock, this.#states, (events) =>
      this.#publish(events.map((event) => toEntry(event, options.encode))),
    );
  }

  write(write: Write): Promise<WriteOutcome | TimedOut> {
    return this.#writer.write(write);
  }

  async view(stream: string): Promise<StreamView> {
    return viewOf(await this.#states.of(stream), stream, this.clock.now().getTime());
  }

  /** Up to `limit` events of a stream from `revision` on, both ways included: from memory if it has them all. */
  async streamPage(
    stream: string,
    revision: number,
    direction: Direction,
    limit: number,
  ): Promise<readonly LogEntry[]> {
    return (
      this.tail.ofStream(stream, revision, direction, limit) ?? this.reader.stream(stream, revision, direction, limit)
    );
  }

  /** Hears the events of one stream from now on; dispose of it in the end. */
  listen(stream: string, bell: Bell): Listener {
    return this.#listeners.listen(stream, bell);
  }

  /** Resolves when no write waits or is under way. */
  drain(): Promise<void> {
    return this.#writer.idle();
  }

  /** Finishes the writes that wait, then lets go of PostgreSQL. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#writer.idle();
    this.#writer.interrupt('The event store is closing.');
    await this.#reopening;
    await this.#session.close();
    await this.#pool.end();
  }

  #publish(entries: readonly LogEntry[]): void {
    this.tail.push(entries);
    this.#listeners.hear(entries);
  }

  #lost(): void {
    if (this.#closed) return;
    this.#writer.interrupt('The event store has lost its database.');
    this.options.report(new Error('The event store has lost its database and is connecting again.'));
    this.#reopening = this.#reopen();
  }

  async #reopen(): Promise<void> {
    let reported: string | undefined;
    while (!this.#closed) {
      try {
        return await this.#resume();
      } catch (error) {
        const { message } = error as Error;
        if (message !== reported && !this.#closed) this.options.report(error as Error);
        reported = message;
        await new Promise((done) => setTimeout(done, reconnectEveryMs));
      }
    }
  }

  async #resume(): Promise<void> {
    let lost = (): void => {};
    const session = await openSession(this.options, () => lost());
    try {
      if (session.head < this.tail.last) {
        throw new Error(`PostgreSQL holds ${session.head} events where ${this.tail.last} were acknowledged.`);
      }
      // What was committed without our learning of it has never been shown to followers, nor is it in what we remember.
      this.#states.forget();
      for (let first = this.tail.last + 1; first <= session.head; first += recoveryPage) {
        this.#publish(await this.reader.range(first, Math.min(session.head, first + recoveryPage - 1)));
      }
      await this.#writer.begin(session);
      if (this.#closed) throw new LogUnavailable('The event store is closing.');
    } catch (error) {
      // It holds the lock that the next one needs.
      await session.close();
      throw error;
    }
    this.#session = session;
    lost = () => this.#lost();
    if (session.lost) this.#lost();
  }
}

const openSession = (
  { databaseUrl, schema, patienceMs }: EventLogOptions,
  onLost: () => void,
): Promise<WriterSession> => WriterSession.open(databaseUrl, schema, patienceMs, onLost);
