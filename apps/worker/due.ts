import type { Instant } from '#libs/domain/time';
import type { OpenDeed } from '#libs/readmodels/open-deeds';
import type { Clock } from '#libs/runtime/clock';

export interface DueOptions {
  /** The deeds that are due, the longest due first. */
  dueDeeds: (now: Instant, limit: number) => Promise<readonly OpenDeed[]>;
  /** Does a deed or gets it going; one that stays due is looked at again later. */
  handle: (deed: OpenDeed) => Promise<void>;
  /** What has to be done now and then. */
  chores: readonly Chore[];
  clock: Clock;
  /** Milliseconds of real time between two looks. */
  everyMs: number;
  onError: (error: Error) => void;
}

export interface Chore {
  readonly name: string;
  /** Milliseconds by the injected clock. */
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
}

/** Timers are rows that are due by the injected clock; nothing is ever lost with a queue's delays. */
export class DueLoop {
  readonly #backOff = new BackOff();
  readonly #choresDone = new Map<string, number>();
  #running: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: DueOptions) {}

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.runDue().catch(this.options.onError);
      await pause(this.options.everyMs, signal);
    }
    await this.#running.catch(() => undefined);
  }

  /** Handles everything that is due now, chores included. @returns how many deeds were handled */
  runDue(): Promise<number> {
    const turn = this.#running.catch(() => undefined).then(() => this.#runDue());
    this.#running = turn;
    return turn;
  }

  async #runDue(): Promise<number> {
    await this.#runChores();
    for (let handled = 0; ;) {
      const now = this.options.clock.now().toISOString();
      const deeds = await this.options.dueDeeds(now, page + this.#backOff.size);
      const ready = deeds.filter((deed) => this.#backOff.take(deed)).slice(0, page);
      if (ready.length === 0) return handled;
      await Promise.all(ready.map((deed) => this.options.handle(deed).catch(this.options.onError)));
      handled += ready.length;
    }
  }

  async #runChores(): Promise<void> {
    const now = this.options.clock.now().getTime();
    for (const { name, everyMs, run } of this.options.chores) {
      if (now - (this.#choresDone.get(name) ?? -Infinity) < everyMs) continue;
      this.#choresDone.set(name, now);
      await run().catch(this.options.onError);
    }
  }
}

const page = 100;

/** Keeps a deed that stays due although it was handled from being handled over and over. */
class BackOff {
  readonly #taken = new Map<string, { dueAt: string; times: number; until: number }>();

  get size(): number {
    return this.#taken.size;
  }

  /** @returns whether it is this deed's turn */
  take({ deed_id, due_at }: OpenDeed): boolean {
    const now = performance.now();
    this.#forget(now);
    const before = this.#taken.get(deed_id);
    const dueAt = String(due_at);
    if (before?.dueAt === dueAt && now < before.until) return false;
    const times = before?.dueAt === dueAt ? before.times + 1 : 1;
    this.#taken.delete(deed_id);
    this.#taken.set(deed_id, { dueAt, times, until: now + Math.min(1_000 * 2 ** times, longestMs) });
    return true;
  }

  /** Whoever has not been due again for long was done. */
  #forget(now: number): void {
    for (const [deedId, { until }] of this.#taken) {
      if (now > until + longestMs) this.#taken.delete(deedId);
      else return;
    }
  }
}

const longestMs = 60_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resume) => {
    if (signal.aborted) return resume();
    const timer = setTimeout(resume, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resume()), { once: true });
  });
