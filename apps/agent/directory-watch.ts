import { setTimeout as sleep } from 'node:timers/promises';
import type { Directory } from '#libs/directory/directory';
import { ldap as codes, troubleOf } from '#libs/directory/directory-errors';
import type { Report } from './events.js';

const pauses = { first: 500, longest: 15_000 };
/** A password that is refused counts towards the service account's own lock, which would shut out another agent too. */
const refusedPauses = { first: 60_000, longest: 600_000 };
/** Milliseconds between two looks while all is well. */
const everyMs = 15_000;

const refused = `ldap-${codes.invalidCredentials}`;

export interface Look {
  readonly trouble: string | undefined;
  /** Milliseconds until the one after it. */
  readonly pause: number;
}

/** What a look found, and when to look again: the longer trouble lasts, the more seldom. */
export function lookAfter(last: Look | undefined, trouble: string | undefined): Look {
  if (trouble === undefined) return { trouble, pause: everyMs };
  const { first, longest } = trouble === refused ? refusedPauses : pauses;
  const again = last?.trouble !== undefined && (last.trouble === refused) === (trouble === refused);
  return { trouble, pause: Math.min(again ? 2 * last.pause : first, longest) };
}

/**
 * Whether the directory can be reached. Who cannot reach it asks for no work: the platform counts on whoever asks, and people
 * would pass every proof for nothing.
 */
export class DirectoryWatch {
  #trouble: string | undefined;
  #reached = Promise.withResolvers<void>();
  #lost = new AbortController();
  #suspected = new AbortController();
  #looking: Promise<unknown> | undefined;

  constructor(
    private readonly directory: Pick<Directory, 'reach'>,
    private readonly report: Report,
  ) {
    this.#reached.resolve();
  }

  /** Looks again and again, until it is told to stop. */
  async run(signal: AbortSignal): Promise<void> {
    for (let look: Look | undefined; !signal.aborted;) {
      look = lookAfter(look, await this.#look());
      this.#suspected = new AbortController();
      const woken = AbortSignal.any([signal, this.#suspected.signal]);
      await sleep(look.pause, undefined, { signal: woken }).catch(() => undefined);
    }
  }

  /** Nothing is asked of it meanwhile but by who watches. */
  get away(): boolean {
    return this.#trouble !== undefined;
  }

  /** Ends questions that are being held: nobody may count on this agent from here on. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** @returns whether the directory can be reached; waits for it, `ms` milliseconds at most */
  async reachable(ms: number, signal: AbortSignal): Promise<boolean> {
    await this.#looking;
    if (this.#trouble === undefined) return true;
    const leave = new AbortController();
    const timer = sleep(ms, undefined, { signal: AbortSignal.any([signal, leave.signal]) }).catch(() => undefined);
    await Promise.race([this.#reached.promise, timer]);
    leave.abort();
    return this.#trouble === undefined;
  }

  /** Something could not be done: looks at once, before anybody asks for more. */
  suspect(): void {
    this.#looking = this.#look().then((trouble) => {
      if (trouble !== undefined) this.#suspected.abort();
    });
  }

  async #look(): Promise<string | undefined> {
    const trouble = await this.directory.reach().then(
      () => undefined,
      (error: unknown) => troubleOf(error),
    );
    if (trouble === this.#trouble) return trouble;
    const before = this.#trouble;
    this.#trouble = trouble;
    if (trouble === undefined) {
      this.#lost = new AbortController();
      this.#reached.resolve();
      this.report('directory-ready');
    } else {
      if (before === undefined) this.#reached = Promise.withResolvers();
      this.#lost.abort();
      this.report('directory-trouble', { trouble });
    }
    return trouble;
  }
}
