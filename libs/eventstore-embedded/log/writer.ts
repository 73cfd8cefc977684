import type { Clock } from '#libs/runtime/clock';
import type { Placement } from './commit-check.js';
import type { RecordedEvent } from './event.js';
import { Group, type Committed, type WriteOutcome, type WriteRequest } from './group.js';
import { Recent } from './recent.js';
import { emptyStream } from './stream-state.js';
import type { StreamStates } from './stream-states.js';
import { LogUnavailable } from './unavailable.js';
import type { WriterSession } from './writer-session.js';

export interface Write extends WriteRequest {
  /** Milliseconds since 1970; a write still waiting then is not begun. */
  deadline?: number;
}

/** Nothing was written: the write was still waiting at its deadline. */
export interface TimedOut {
  kind: 'timed-out';
}

interface Waiting {
  write: Write;
  /** Of the payloads. */
  bytes: number;
  done(outcome: WriteOutcome | TimedOut): void;
  failed(error: unknown): void;
}

/** More than this is refused as busy, so that memory stays bounded when PostgreSQL is slow. */
const maximumWaiting = { writes: 20_000, bytes: 256 * 1024 * 1024 };
/** One transaction; a larger single append still goes in one. */
const groupLimit = { events: 1_000, bytes: 8 * 1024 * 1024 };
const rememberedIds = 20_000;
const recalledIds = 4_000;

/**
 * Writes in groups: whatever waits when the last transaction ends goes into the next one, without any delay of its own.
 * Every answer, also a refusal, is given only after the transaction it rests on.
 */
export class Writer {
  #session: WriterSession | undefined;
  #head = 0;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #working: Promise<void> | undefined;
  readonly #ids = new Recent<string, Placement>(rememberedIds);

  constructor(
    private readonly clock: Clock,
    private readonly states: StreamStates,
    private readonly publish: (events: readonly RecordedEvent[]) => void,
  ) {}

  /** Takes up a fresh session. The states of streams must be forgotten before. */
  async begin(session: WriterSession): Promise<void> {
    this.#ids.clear();
    for (const { id, ...placement } of await session.lastIds(recalledIds)) this.#ids.set(id, placement);
    this.#head = session.head;
    this.#session = session;
  }

  /** Ends writing until {@link begin}: what waits or is under way fails as unavailable. */
  interrupt(reason: string): void {
    this.#session = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const { failed } of waiting) failed(new LogUnavailable(reason));
  }

  write(write: Write): Promise<WriteOutcome | TimedOut> {
    return new Promise((done, failed) => {
      if (!this.#session) return failed(new LogUnavailable('The event store has lost its database.'));
      if (this.#busy) return failed(new LogUnavailable('The event store is too busy.'));
      const bytes = bytesOf(write);
      this.#waiting.push({ write, bytes, done, failed });
      this.#waitingBytes += bytes;
      this.#working ??= this.#work();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  async idle(): Promise<void> {
    while (this.#working) await this.#working;
  }

  async #work(): Promise<void> {
    // Let everything that arrived together come into one transaction.
    await new Promise(setImmediate);
    while (this.#session && this.#waiting.length > 0) await this.#commit(this.#session, this.#takeGroup());
    this.#working = undefined;
    if (this.#session && this.#waiting.length > 0) this.#working = this.#work();
  }

  get #busy(): boolean {
    return this.#waiting.length >= maximumWaiting.writes || this.#waitingBytes >= maximumWaiting.bytes;
  }

  #takeGroup(): Waiting[] {
    let events = 0;
    let bytes = 0;
    let taken = 0;
    while (taken < this.#waiting.length && events < groupLimit.events && bytes < groupLimit.bytes) {
      const { write, bytes: more } = this.#waiting[taken++]!;
      events += typeof write.deed === 'string' ? 1 : write.deed.append.length;
      bytes += more;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, taken);
  }

  async #commit(session: WriterSession, writes: readonly Waiting[]): Promise<void> {
    const answers: (() => void)[] = [];
    try {
      const now = Date.now();
      const group = new Group(await this.#committed(session, writes), this.#head, this.clock.now().getTime());
      for (const { write, done } of writes) {
        const late = write.deadline !== undefined && write.deadline <= now;
        const outcome = late ? ({ kind: 'timed-out' } as const) : await group.decide(write);
        answers.push(() => done(outcome));
      }
      if (group.events.length > 0) await session.append(group.events);
      this.#remember(group);
      this.publish(group.events);
    } catch (error) {
      // Whatever went wrong, begin again from what PostgreSQL holds.
      this.#session = undefined;
      void session.close();
      const reason = `The event store could not write: ${error instanceof Error ? error.message : String(error)}`;
      for (const { failed } of writes) failed(new LogUnavailable(reason, { cause: error }));
      return;
    }
    for (const answer of answers) answer();
  }

  async #committed(session: WriterSession, writes: readonly Waiting[]): Promise<Committed> {
    const { known, unknown } = this.states.beginChange(writes.map(({ write }) => write.stream));
    if (unknown.length > 0) {
      for (const state of await session.states(unknown)) known.set(state.name, state);
    }
    return {
      state: (key) => known.get(key) ?? emptyStream(key),
      recent: (id) => this.#ids.peek(id),
      at: (stream, revision) => session.at(stream, revision),
    };
  }

  #remember(group: Group): void {
    this.#head += group.events.length;
    this.states.committed(group.changed);
    for (const { id, stream, revision, position } of group.events) this.#ids.set(id, { stream, revision, position });
  }
}

const bytesOf = ({ deed }: Write): number =>
  typeof deed === 'string'
    ? 0
    : deed.append.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
