import type { Bell } from './bell.js';
import type { LogEntry } from './entry.js';
import { tombstoneRevision } from './event.js';
import type { Direction } from './reader.js';

const defaultLimits = { events: 8_192, bytes: 16 * 1024 * 1024 };

/**
 * The newest events in memory, without gaps, and the bell that rings when there are more. A follower asks for what
 * comes after its own position, so it can neither miss nor repeat nor reorder; one that fell out of the tail reads the
 * table until it is back in.
 */
export class Tail {
  #entries: LogEntry[] = [];
  readonly #byStream = new Map<string, LogEntry[]>();
  /** Entries before this index are forgotten but not yet cut off. */
  #start = 0;
  #bytes = 0;
  readonly #bells = new Set<Bell>();

  constructor(
    /** Position of the last event. */
    private head: number,
    private readonly limits = defaultLimits,
  ) {}

  get last(): number {
    return this.head;
  }

  push(entries: readonly LogEntry[]): void {
    if (entries.length === 0) return;
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#bytes += entry.response.length;
      this.#index(entry);
    }
    this.head = entries.at(-1)!.position;
    this.#forget();
    for (const bell of this.#bells) bell.ring();
  }

  /**
   * Up to `limit` entries after `position`, fewer when they exceed `bytes`; undefined when the first of them is no
   * longer here.
   */
  after(position: number, limit: number, bytes = Infinity): readonly LogEntry[] | undefined {
    if (position >= this.head) return [];
    const first = this.#entries[this.#start]?.position;
    if (first === undefined || position + 1 < first) return undefined;
    const from = this.#start + (position + 1 - first);
    return this.#entries.slice(from, this.#pageEnd(from, limit, bytes));
  }

  /** Events of a stream from `revision` on, included; undefined unless every one of them is here. */
  ofStream(stream: string, revision: number, direction: Direction, limit: number): readonly LogEntry[] | undefined {
    const entries = this.#byStream.get(stream);
    const first = entries?.[0]?.revision;
    if (!entries || first === undefined) return undefined;
    if (direction === 'forwards') {
      return revision < first ? undefined : entries.slice(revision - first, revision - first + limit);
    }
    const end = Math.min(entries.length, revision - first + 1);
    if (first > 0 && end - limit < 0) return undefined;
    return entries.slice(Math.max(0, end - limit), Math.max(0, end)).reverse();
  }

  /** Rings `bell` at every push, until disposed. */
  ringing(bell: Bell): Disposable {
    this.#bells.add(bell);
    return { [Symbol.dispose]: () => this.#bells.delete(bell) };
  }

  #pageEnd(from: number, limit: number, bytes: number): number {
    const most = Math.min(this.#entries.length, from + limit);
    if (bytes === Infinity) return most;
    let end = from;
    let size = 0;
    while (end < most && size < bytes) size += this.#entries[end++]!.response.length;
    return end;
  }

  #index(entry: LogEntry): void {
    if (entry.revision === tombstoneRevision) return;
    const ofStream = this.#byStream.get(entry.stream);
    if (ofStream) ofStream.push(entry);
    else this.#byStream.set(entry.stream, [entry]);
  }

  #forget(): void {
    while (this.#entries.length - this.#start > this.limits.events || this.#bytes > this.limits.bytes) {
      const entry = this.#entries[this.#start]!;
      this.#bytes -= entry.response.length;
      this.#start += 1;
      const ofStream = this.#byStream.get(entry.stream);
      if (ofStream?.[0] !== entry) continue;
      if (ofStream.length === 1) this.#byStream.delete(entry.stream);
      else ofStream.shift();
    }
    if (this.#start >= this.limits.events) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
  }
}
