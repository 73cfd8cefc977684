import type { LogEntry } from '../log/entry.js';
import { checkpoint } from '../protocol/read-messages.js';

/** Tells a filtered subscriber, every so many events looked at, how far the search has come. */
export class Checkpoints {
  #sinceLast = 0;
  #at = 0;

  constructor(private readonly every: number) {}

  /** The events found after one position up to another, with the checkpoints that fall between them. */
  interleave(entries: readonly LogEntry[], after: number, upTo: number, encode: (entry: LogEntry) => Buffer): Buffer[] {
    const messages: Buffer[] = [];
    let due = after + this.every - this.#sinceLast;
    for (const entry of entries) {
      for (; due < entry.position; due += this.every) messages.push(checkpoint(due));
      messages.push(encode(entry));
    }
    for (; due <= upTo; due += this.every) messages.push(checkpoint(due));
    this.#sinceLast = this.every - (due - upTo);
    this.#at = upTo;
    return messages;
  }

  /** The end of the log is a checkpoint too, unless it was one already. */
  caughtUp(): Buffer[] {
    if (this.#sinceLast === 0) return [];
    this.#sinceLast = 0;
    return [checkpoint(this.#at)];
  }
}
