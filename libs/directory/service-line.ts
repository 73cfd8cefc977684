import type { Client } from 'ldapts';
import { answerOf } from './directory-errors.js';
import type { DirectoryOptions } from './directory-options.js';
import { openedAs } from './directory-session.js';
import type { Line } from './line.js';

/** Milliseconds a line is used for: a password of the service account that was changed is noticed soon. */
const keptMs = 30_000;

/**
 * A connection as the service account for reads that follow each other, so that not each of them begins with a handshake and
 * a bind. One that broke is not used again; what was read on it is read once more on a new one.
 */
export class ServiceLine {
  #line: Promise<Line> | undefined;

  constructor(private readonly options: DirectoryOptions) {}

  /** @param work changes nothing, because it may be done twice @throws Unreachable, or what the directory answered */
  async read<T>(work: (ldap: Client) => Promise<T>): Promise<T> {
    const kept = this.#line;
    if (kept) {
      try {
        return await work((await kept).ldap);
      } catch (error) {
        this.#leave(kept);
        if (answerOf(error)) throw error;
      }
    }
    const line = (this.#line ??= this.#open());
    try {
      return await work((await line).ldap);
    } catch (error) {
      this.#leave(line);
      throw error;
    }
  }

  #open(): Promise<Line> {
    const line = openedAs(this.options, this.options.bindDn, this.options.bindPassword);
    line.then(
      () => setTimeout(() => this.#leave(line), keptMs).unref(),
      () => undefined,
    );
    return line;
  }

  /** Reads under way on it are done before it ends, or done again. */
  #leave(line: Promise<Line>): void {
    if (this.#line !== line) return;
    this.#line = undefined;
    const leave = (open: Line): Promise<void> => {
      // Nothing but reads: let it end as usual.
      open.settled = true;
      return open.leave();
    };
    void line.then(leave, () => undefined);
  }
}
