import { randomUUID } from 'node:crypto';
import type { DataOf, EventType } from '#libs/domain/events';
import type { EventBatch, EventSource, LoggedEvent } from '#libs/readmodels/projected-event';
import type { Log } from '#libs/readmodels/start-checks';

/** An event log in memory that can be followed, with positions 100 apart. */
export class MemoryLog implements Log {
  readonly entries: LoggedEvent[] = [];
  readonly #lengths = new Map<string, bigint>();
  #appended = Promise.withResolvers<void>();

  constructor(readonly logId: string = randomUUID()) {}

  identity = (): Promise<string> => Promise.resolve(this.logId);

  head = (): Promise<bigint | undefined> => Promise.resolve(this.entries.at(-1)?.position);

  get end(): bigint {
    return this.entries.at(-1)?.position ?? -1n;
  }

  /** @returns the commit position of the event */
  append<T extends EventType>(stream: string, type: T, data: DataOf<T>, correlationId?: string): bigint {
    return this.appendRaw(stream, type, data, correlationId);
  }

  appendRaw(stream: string, type: string, data: object, correlationId = stream.slice(stream.indexOf('-') + 1)): bigint {
    const position = BigInt(this.entries.length * 100);
    const revision = this.#lengths.get(stream) ?? 0n;
    this.#lengths.set(stream, revision + 1n);
    const metadata = { correlationId, actor: { kind: 'anonymous' } };
    const recordedAt = new Date(1_800_000_000_000 + this.entries.length);
    this.entries.push({ id: randomUUID(), type, data, metadata, stream, revision, position, recordedAt });
    this.#appended.resolve();
    this.#appended = Promise.withResolvers();
    return position;
  }

  /** @param size events in one batch */
  follow =
    (size = 100): EventSource =>
    (from, signal) =>
      this.#follow(from ?? -1n, signal, size);

  async *#follow(from: bigint, signal: AbortSignal, size: number): AsyncGenerator<EventBatch> {
    let next = Number(from / 100n) + (from < 0n ? 0 : 1);
    const aborted = new Promise<void>((done) => signal.addEventListener('abort', () => done()));
    for (let announced = false; !signal.aborted;) {
      const events = this.entries.slice(next, next + size);
      next += events.length;
      const caughtUp = next === this.entries.length;
      if (events.length > 0 || !announced) {
        announced = caughtUp;
        yield { events, position: events.at(-1)?.position ?? from, caughtUp };
        continue;
      }
      await Promise.race([this.#appended.promise, aborted]);
    }
  }
}
