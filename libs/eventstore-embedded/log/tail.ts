import type { Bell } from './bell.js';
import type { LogEntry } from './entry.js';

const defaultLimits = { events: 8_192, bytes: 16 * 1024 * 1024 };

/**
 * The newest events in memory, without gaps, and the bell that rings when there are more. A follower asks for what
 * comes after its own position, so it can neither miss nor repeat nor reorder; one that fell out of the tail reads the
 * table until it is back in.
 */
export class Tail {
  #entries: LogEntry[] = [];
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
    }
    this.head = entries.at(-1)!.position;
    this.#forget();
    for (const bell of this.#bells) bell.ring();
  }

  /** Up to `limit` entries after `position`; undefined when the first of them is no longer here. */
  after(position: number, limit: number): readonly LogEntry[] | undefined {
    if (position >= this.head) return [];
    const first = this.#entries[this.#start]?.position;
    if (first === undefined || position + 1 < first) return undefined;
    const from = this.#start + (position + 1 - first);
    return this.#entries.slice(from, from + limit);
  }

  /** Rings `bell` at every push, until disposed. */
  ringing(bell: Bell): Disposable {
    this.#bells.add(bell);
    return { [Symbol.dispose]: () => this.#bells.delete(bell) };
  }

  #forget(): void {
    while (this.#entries.length - this.#start > this.limits.events || this.#bytes > this.limits.bytes) {
      this.#bytes -= this.#entries[this.#start]!.response.length;
      this.#start += 1;
    }
    if (this.#start >= this.limits.events) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
  }
}
