import type { Bell } from './bell.js';
import type { LogEntry } from './entry.js';

/** What is kept for a listener that does not ask. */
const patience = { events: 256, bytes: 1024 * 1024 };

/** What a listener heard since it last asked. After an overflow the rest must be read from the table. */
export interface Heard {
  entries: readonly LogEntry[];
  overflowed: boolean;
}

/** Hands new events to those who listen to their stream. */
export class Listeners {
  readonly #byStream = new Map<string, Set<Listener>>();

  listen(stream: string, bell: Bell): Listener {
    const listeners = this.#byStream.get(stream) ?? new Set();
    this.#byStream.set(stream, listeners);
    const listener: Listener = new Listener(bell, () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#byStream.delete(stream);
    });
    listeners.add(listener);
    return listener;
  }

  hear(entries: readonly LogEntry[]): void {
    if (this.#byStream.size === 0) return;
    for (const entry of entries) this.#byStream.get(entry.stream)?.forEach((listener) => listener.hear(entry));
  }
}

export class Listener implements Disposable {
  #entries: LogEntry[] = [];
  #bytes = 0;
  #overflowed = false;

  constructor(
    private readonly bell: Bell,
    private readonly leave: () => void,
  ) {}

  hear(entry: LogEntry): void {
    this.#overflowed ||= this.#entries.length >= patience.events || this.#bytes > patience.bytes;
    if (!this.#overflowed) {
      this.#entries.push(entry);
      this.#bytes += entry.response.length;
    }
    this.bell.ring();
  }

  /** Waits until there is something, or the follower is stopped. */
  async next(): Promise<Heard> {
    while (this.#entries.length === 0 && !this.#overflowed && !this.bell.stopped) await this.bell.heard();
    const heard = { entries: this.#entries, overflowed: this.#overflowed };
    this.#entries = [];
    this.#bytes = 0;
    this.#overflowed = false;
    return heard;
  }

  [Symbol.dispose](): void {
    this.leave();
  }
}
