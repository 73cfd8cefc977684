import type { LogEntry } from './entry.js';

const least = 4;
const most = 1_024;
const enoughBytes = 1024 * 1024;

/** How many events to fetch next: more while they are small, fewer while they are large. */
export class PageSize {
  #size: number;

  constructor(first = 128) {
    this.#size = first;
  }

  get size(): number {
    return this.#size;
  }

  learn(page: readonly LogEntry[]): void {
    const bytes = page.reduce((sum, { response }) => sum + response.length, 0);
    if (bytes > enoughBytes) this.#size = Math.max(least, this.#size >> 1);
    else if (bytes < enoughBytes / 4) this.#size = Math.min(most, this.#size * 2);
  }
}
