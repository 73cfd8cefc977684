import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '#libs/runtime/clock';
import { traced } from '#libs/runtime/tracing';
import { AppendStream, appendRequest, type ExpectedRevision } from './append-stream.js';
import { Codec, type Upcaster } from './codec.js';
import type { Connection, ReadCall } from './connection.js';
import { EventTooLarge, WrongExpectedRevision } from './errors.js';
import { FoldCache } from './fold-cache.js';
import { LocalConnection, type LocalStore } from './local-connection.js';
import { NetworkConnection } from './network-connection.js';
import { Patience } from './patience.js';
import { readAllRequest, readStreamRequest, subscribeRequest } from './read-request.js';
import { collect } from './read-stream.js';
import type { NewEvent, StoredEvent } from './stored-event.js';
import { Turns } from './turns.js';

export interface EventStoreOptions {
  /** milliseconds one try may take; 3 000 */
  readonly timeoutMs?: number;
  /** milliseconds after which repeating ends with StoreUnavailable; 10 000 */
  readonly limitMs?: number;
  /** bytes of one append, data and metadata together; 1 MiB, as the server's default */
  readonly maxAppendBytes?: number;
  readonly upcasters?: readonly Upcaster[];
  /** streams whose folded state is kept, per decider; 5 000 */
  readonly cachedStreams?: number;
  /** dates summaries */
  readonly clock?: Clock;
}

export interface ReadOptions {
  /** revision of the first event read */
  readonly from?: bigint;
  readonly backwards?: boolean;
  readonly limit?: number;
  /** `performance.now()` at which to give up; by default after the store's own limit */
  readonly deadline?: number;
}

export interface ReadAllOptions {
  /** forwards: commit position of the first event read; backwards: only events before it */
  readonly from?: bigint;
  readonly backwards?: boolean;
  readonly limit?: number;
  /** stream names begin with one of these */
  readonly prefixes?: readonly string[];
}

export interface Appended {
  /** of the last event of the append */
  readonly revision: bigint;
  /** commit position of the last event of the append */
  readonly position: bigint;
}

/**
 * The only way to the event log; one for a process. The store's own events (`$…`), and events that are not JSON, are
 * never seen through it.
 */
export class EventStore {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly patience: Patience;
  /** for `execute` and `load` alone */
  readonly folds: FoldCache;
  /** for `execute` alone */
  readonly turns = new Turns();
  readonly #connection: Connection;
  readonly #appends: AppendStream;
  readonly #maxAppendBytes: number;

  /**
   * Connects when first used.
   * @param where `esdb://…` or `esdb+discover://…`, as EventStoreDB documents it, or a store in this process
   */
  static connect(where: string | LocalStore, options: EventStoreOptions = {}): EventStore {
    const connection = typeof where === 'string' ? new NetworkConnection(where) : new LocalConnection(where);
    return new EventStore(connection, options);
  }

  private constructor(connection: Connection, options: EventStoreOptions) {
    this.#connection = connection;
    this.#appends = new AppendStream(connection);
    this.#maxAppendBytes = options.maxAppendBytes ?? 1024 * 1024;
    this.codec = new Codec(options.upcasters);
    this.clock = options.clock ?? systemClock;
    this.patience = new Patience(options.timeoutMs ?? 3_000, options.limitMs ?? 10_000);
    this.folds = new FoldCache(options.cachedStreams ?? 5_000);
  }

  /**
   * All events or none, at the revision the caller has read. An unknown outcome is repeated with the same ids and the
   * same revision, which the store recognises.
   * @throws WrongExpectedRevision, StoreUnavailable, EventTooLarge, EventNotStorable, StreamDeleted, StoreRefused
   */
  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    { deadline }: { deadline?: number } = {},
  ): Promise<Appended> {
    const encoded = events.map((event) => this.codec.encode(event));
    const bytes = encoded.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
    if (bytes > this.#maxAppendBytes) throw new EventTooLarge(this.#maxAppendBytes);
    const request = appendRequest(stream, expected, encoded);
    const send = (signal: AbortSignal) => this.#appends.send(request, signal);
    const { revision, position } = await traced(
      `append ${categoryOf(stream)}`,
      { 'keyturn.events': events.length },
      () => this.patience.repeat('append', send, deadline),
    );
    return { revision, position: position ?? (await this.#positionAt(stream, revision)) };
  }

  /** @returns the events in the order asked for; none when there is no such stream */
  async readStream(stream: string, options: ReadOptions = {}): Promise<StoredEvent[]> {
    const { from, backwards = false, limit = Number.MAX_SAFE_INTEGER, deadline } = options;
    const request = readStreamRequest(stream, { from, backwards, limit });
    const read = (signal: AbortSignal) =>
      collect(this.#connection, request, (event) => this.codec.decode(event), signal);
    return (await this.patience.repeat('read of a stream', read, deadline)).filter((event) => event !== undefined);
  }

  /** Pages through the whole log, so that a slow reader holds nothing open. */
  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<StoredEvent, void, undefined> {
    const { backwards = false, prefixes, limit = Infinity } = options;
    let from = options.from;
    let seen = -1n;
    for (let left = limit; left > 0;) {
      const request = readAllRequest({ from, backwards, limit: page });
      const found = await this.patience.repeat('read of the log', (signal) => this.#positioned(request, signal));
      for (const { event, position } of found) {
        // forwards a page begins with the event at the position named, which the page before ended with
        if (!event || (!backwards && position <= seen)) continue;
        if (prefixes?.some((prefix) => event.stream.startsWith(prefix)) === false) continue;
        yield event;
        if (--left <= 0) return;
      }
      const last = found.at(-1);
      if (found.length < page || !last) return;
      from = seen = last.position;
    }
  }

  /** @returns the commit position of the last event of the log */
  async head(): Promise<bigint | undefined> {
    const found = await this.patience.repeat('read of the head', (signal) => this.#positioned(lastEvent, signal));
    return found[0]?.position;
  }

  /** @returns the id of this log, given once until it is restored: tells a restored or different store from ours */
  async identity(): Promise<string> {
    const known = await this.#logId();
    if (known) return known;
    const logId = randomUUID();
    try {
      await this.append(identityStream, 'no-stream', [identified(logId)]);
      return logId;
    } catch (error) {
      const first = error instanceof WrongExpectedRevision ? await this.#logId() : undefined;
      if (first) return first;
      throw error;
    }
  }

  /** A copy is another log: its positions are not those of the one it was made from. */
  async identifyAnew(): Promise<void> {
    const [last] = await this.readStream(identityStream, { backwards: true, limit: 1 });
    await this.append(identityStream, last ? last.revision : 'no-stream', [identified(randomUUID())]);
  }

  /** One try of a cheap read. @throws StoreUnavailable */
  async ready(): Promise<void> {
    await this.patience.once('probe', (signal) => this.#positioned(lastEvent, signal));
  }

  /** For `subscribe` alone. */
  follow(after: bigint, prefixes: readonly string[] | undefined): Promise<ReadCall> {
    return this.#connection.read(subscribeRequest(after, prefixes));
  }

  /** What is under way ends with StoreUnavailable or StoreRefused; subscriptions should be aborted before. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  #positioned(request: ReturnType<typeof readAllRequest>, signal: AbortSignal) {
    return collect(
      this.#connection,
      request,
      (read) => ({ event: this.codec.decode(read), position: BigInt(read.getCommitPosition()) }),
      signal,
    );
  }

  async #logId(): Promise<string | undefined> {
    const [event] = await this.readStream(identityStream, { backwards: true, limit: 1 });
    return (event?.data as { logId: string } | undefined)?.logId;
  }

  async #positionAt(stream: string, revision: bigint): Promise<bigint> {
    const [event] = await this.readStream(stream, { from: revision, limit: 1 });
    return event!.position;
  }
}

const page = 1_000;
const identityStream = 'keyturn-log';
const identified = (logId: string): NewEvent => ({
  id: randomUUID(),
  type: 'LogIdentified',
  data: { logId },
  metadata: { correlationId: randomUUID(), actor: { kind: 'system' } },
});
const lastEvent = readAllRequest({ backwards: true, limit: 1 });

/** A span names the kind of stream, never the stream. */
const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
