import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, streamNameFilter, type JSONEventData } from '@eventstore/db-client';
import { systemClock, type Clock } from '#libs/runtime/clock';
import { Codec, type Upcaster } from './codec.js';
import { EventTooLarge, WrongExpectedRevision } from './errors.js';
import { Patience } from './patience.js';
import type { NewEvent, StoredEvent } from './stored-event.js';

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
  readonly clock?: Clock;
}

export interface ReadOptions {
  /** revision of the first event read */
  readonly from?: bigint;
  readonly backwards?: boolean;
  readonly limit?: number;
}

export interface ReadAllOptions {
  /** forwards: position of the first event read; backwards: events before it */
  readonly from?: bigint;
  readonly backwards?: boolean;
  readonly limit?: number;
  /** stream names begin with one of these; system events are always left out */
  readonly prefixes?: readonly string[];
}

export interface Appended {
  readonly revision: bigint;
  /** commit position of the last event of the append */
  readonly position: bigint;
}

/** The only way to the event log. One per process: the client underneath mixes up the errors of two. */
export class EventStore {
  readonly codec: Codec;
  readonly clock: Clock;
  readonly cachedStreams: number;
  readonly #maxAppendBytes: number;

  /** @param url `esdb://…` or `esdb+discover://…`, as EventStoreDB documents it */
  static connect(url: string, options: EventStoreOptions = {}): EventStore {
    return new EventStore(EventStoreDBClient.connectionString(withDefaults(url)), options);
  }

  private constructor(
    /** for `subscribe` alone */
    readonly client: EventStoreDBClient,
    options: EventStoreOptions,
  ) {
    this.codec = new Codec(options.upcasters);
    this.clock = options.clock ?? systemClock;
    this.cachedStreams = options.cachedStreams ?? 5_000;
    this.#maxAppendBytes = options.maxAppendBytes ?? 1024 * 1024;
    this.patience = new Patience(options.timeoutMs ?? 3_000, options.limitMs ?? 10_000);
  }

  readonly patience: Patience;

  /**
   * All events or none, at the revision the caller has read. An unknown outcome is repeated with the same ids and the
   * same revision, which the store recognises.
   * @throws WrongExpectedRevision, StoreUnavailable, EventTooLarge, EventNotStorable, StreamDeleted, StoreRefused
   */
  async append(stream: string, expected: bigint | 'no-stream', events: readonly NewEvent[]): Promise<Appended> {
    const outgoing = events.map((event) => this.codec.outgoing(event));
    const bytes = outgoing.reduce((sum, { data, metadata }) => sum + size(data) + size(metadata), 0);
    if (bytes > this.#maxAppendBytes) throw new EventTooLarge(stream, bytes, this.#maxAppendBytes);
    const prepared = outgoing.map(
      (event) => ({ ...event, contentType: 'application/json' }) as unknown as JSONEventData,
    );
    const expectedRevision = expected === 'no-stream' ? 'no_stream' : expected;
    try {
      const { nextExpectedRevision: revision, position } = await this.patience.repeat(`append to ${stream}`, () =>
        this.client.appendToStream(stream, prepared, { expectedRevision }),
      );
      return { revision, position: position?.commit ?? (await this.#positionAt(stream, revision)) };
    } catch (error) {
      if (error instanceof WrongExpectedRevision) throw new WrongExpectedRevision(stream, expected, error.actual);
      throw error;
    }
  }

  /** @returns the events in the order asked; none when there is no such stream */
  readStream(stream: string, { from, backwards = false, limit }: ReadOptions = {}): Promise<StoredEvent[]> {
    return this.patience.repeat(`read ${stream}`, (signal) =>
      this.#collect(
        this.client.readStream(stream, {
          direction: backwards ? 'backwards' : 'forwards',
          fromRevision: from ?? (backwards ? 'end' : 'start'),
          ...(limit === undefined ? {} : { maxCount: limit }),
        }),
        signal,
      ),
    );
  }

  /** Pages through the whole log, so a slow reader holds nothing open. */
  async *readAll(options: ReadAllOptions = {}): AsyncGenerator<StoredEvent, void, undefined> {
    const { backwards = false, prefixes, limit = Infinity } = options;
    let from = options.from;
    let inclusive = true;
    for (let left = limit; left > 0;) {
      const at = from;
      const events = await this.patience.repeat('read $all', (signal) =>
        this.#collect(
          this.client.readAll({
            direction: backwards ? 'backwards' : 'forwards',
            fromPosition: at === undefined ? (backwards ? 'end' : 'start') : { commit: at, prepare: at },
            maxCount: page,
          }),
          signal,
        ),
      );
      for (const event of events) {
        if (!backwards && !inclusive && event.position <= from!) continue;
        if (isSystem(event) || (prefixes && !prefixes.some((prefix) => event.stream.startsWith(prefix)))) continue;
        yield event;
        if (--left <= 0) return;
      }
      const last = events.at(-1);
      if (!last || events.length < page) return;
      from = last.position;
      inclusive = false;
    }
  }

  /** @returns the commit position of the last event of the log */
  async head(): Promise<bigint | undefined> {
    const [last] = await this.patience.repeat('read $all', (signal) =>
      this.#collect(this.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }), signal),
    );
    return last?.position;
  }

  /** @returns the id of this log, given to it once and for ever: tells a restored or different store from ours */
  async identity(): Promise<string> {
    const known = async () =>
      (await this.readStream(identityStream, { limit: 1 }))[0]?.data as { logId: string } | undefined;
    const found = await known();
    if (found) return found.logId;
    const [logId, id, correlationId] = [randomUUID(), randomUUID(), randomUUID()];
    const identified = {
      id,
      type: 'LogIdentified',
      data: { logId },
      metadata: { correlationId, actor: { kind: 'system' as const } },
    };
    try {
      await this.append(identityStream, 'no-stream', [identified]);
      return logId;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevision)) throw error;
      return (await known())!.logId;
    }
  }

  /** One try of a cheap read. @throws StoreUnavailable */
  async ready(): Promise<void> {
    await this.patience.once('probe', (signal) =>
      this.#collect(this.client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }), signal),
    );
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }

  async #positionAt(stream: string, revision: bigint): Promise<bigint> {
    const [event] = await this.readStream(stream, { from: revision, limit: 1 });
    return event!.position;
  }

  #collect(
    reading: ReturnType<EventStoreDBClient['readStream']> | ReturnType<EventStoreDBClient['readAll']>,
    signal: AbortSignal,
  ): Promise<StoredEvent[]> {
    return new Promise((done, failed) => {
      const events: StoredEvent[] = [];
      reading.on('data', ({ event }) => event && events.push(this.codec.incoming(event)));
      reading.on('end', () => done(events));
      reading.on('error', (error) =>
        (error as { type?: string }).type === 'stream-not-found' ? done([]) : failed(error),
      );
      signal.addEventListener('abort', () => void reading.cancel().catch(() => undefined));
    });
  }
}

const page = 1_000;
const identityStream = 'keyturn-log';

export const isSystem = ({ stream, type }: { stream: string; type: string }): boolean =>
  stream.startsWith('$') || type.startsWith('$');

export { streamNameFilter };

const size = (value: object): number => Buffer.byteLength(JSON.stringify(value));

const withDefaults = (url: string): string =>
  /keepalivetimeout/i.test(url) ? url : `${url}${url.includes('?') ? '&' : '?'}keepAliveTimeout=2000`;
