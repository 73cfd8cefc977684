import { isKnownType, type Category, type KeyturnEvent } from '#libs/domain/events';
import type { Job } from '#libs/domain/jobs';
import { react, reacting } from '#libs/domain/reactions';
import { plus } from '#libs/domain/time';
import type { EventStore } from '#libs/eventstore/event-store';
import type { StoredEvent } from '#libs/eventstore/stored-event';
import { subscribe } from '#libs/eventstore/subscription';
import type { Clock } from '#libs/runtime/clock';
import { JobRefused, type Queues } from '#libs/runtime/queues';
import type { ReactorCheckpoint } from './reactor-checkpoint.js';

export interface ReactorOptions {
  store: EventStore;
  queues: Queues<Job>;
  checkpoint: ReactorCheckpoint;
  clock: Clock;
  /** Milliseconds; what happened longer ago asks nothing of anybody any more, so a new reaction never mails the past. */
  maxAgeMs: number;
  /** Milliseconds between two writes of the checkpoint. Events since the last one are reacted to again after a crash. */
  saveEveryMs: number;
  /** An event that no reaction could be found for: it is passed over, and somebody has to look. */
  onAlarm: (event: StoredEvent, error: Error) => void;
  onError: (error: Error) => void;
}

/**
 * Turns events into jobs: first every job of a batch is added, only then the checkpoint moves. A job's id is its
 * event's, so what is added again after a crash is the same job.
 */
export class Reactor {
  readonly #prefixes = reacting.map((category) => `${category}-`);
  #position = -1n;
  #caughtUp = false;
  #waiting: { position: bigint; done: () => void }[] = [];

  constructor(private readonly options: ReactorOptions) {}

  /** Reacts until the signal aborts. @throws CheckpointRefused */
  async run(signal: AbortSignal): Promise<void> {
    const { store, checkpoint } = this.options;
    await checkpoint.migrate();
    const [logId, head] = [await store.identity(), await store.head()];
    const from = await checkpoint.resume(logId, head);
    const saver = new Saver((position) => checkpoint.save({ position, logId }), this.options);
    this.#moveTo(from);
    try {
      for await (const { events, position, caughtUp } of subscribe(store, { from, prefixes: this.#prefixes, signal })) {
        if (!(await this.#enqueue(events, signal))) break;
        saver.reached(position);
        this.#moveTo(position);
        this.#caughtUp = caughtUp;
      }
    } finally {
      this.#caughtUp = false;
      await saver.close();
    }
  }

  get position(): bigint {
    return this.#position;
  }

  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** Resolves once everything up to this commit position has become jobs. */
  async waitFor(position: bigint): Promise<void> {
    if (this.#position >= position) return;
    await new Promise<void>((done) => this.#waiting.push({ position, done }));
  }

  #moveTo(position: bigint): void {
    this.#position = position;
    this.#waiting = this.#waiting.filter((waiting) => waiting.position > position || void waiting.done());
  }

  /** @returns false when told to stop before every job was added */
  async #enqueue(events: readonly StoredEvent[], signal: AbortSignal): Promise<boolean> {
    const jobs = events.flatMap((event) => this.#jobsOf(event));
    for (const queue of new Set(jobs.map(({ job }) => job.queue))) {
      const own = jobs.filter(({ job }) => job.queue === queue);
      for (let pause = 100; !signal.aborted; pause = Math.min(pause * 2, 2_000)) {
        try {
          await this.options.queues.queue(queue).add(own);
          break;
        } catch (error) {
          this.options.onError(error as Error);
          if (error instanceof JobRefused) break;
        }
        await new Promise((resume) => setTimeout(resume, pause));
      }
    }
    return !signal.aborted;
  }

  #jobsOf(event: StoredEvent): { id: string; job: Job }[] {
    try {
      if (!isKnownType(event.type)) throw new Error(`nobody knows the event type ${event.type}`);
      const { at } = event.data as { at: string };
      if (Date.parse(plus(at, this.options.maxAgeMs)) < this.options.clock.now().getTime()) return [];
      const { stream, revision } = event;
      const category = stream.slice(0, stream.indexOf('-')) as Category;
      const jobs = react(category, event as unknown as KeyturnEvent, { stream, revision: Number(revision) });
      return jobs.map((job, n) => ({ id: n === 0 ? event.id : `${event.id}-${n}`, job }));
    } catch (error) {
      this.options.onAlarm(event, error as Error);
      return [];
    }
  }
}

/** Writes the newest position now and then, and at the end. */
class Saver {
  #reached: bigint | undefined;
  #timer: NodeJS.Timeout | undefined;
  #saving = Promise.resolve();

  constructor(
    private readonly save: (position: bigint) => Promise<void>,
    private readonly options: Pick<ReactorOptions, 'saveEveryMs' | 'onError'>,
  ) {}

  reached(position: bigint): void {
    this.#reached = position;
    this.#timer ??= setTimeout(() => this.#flush(), this.options.saveEveryMs);
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#flush();
    await this.#saving;
  }

  #flush(): void {
    this.#timer = undefined;
    const position = this.#reached;
    this.#reached = undefined;
    if (position === undefined) return;
    this.#saving = this.#saving.then(() => this.save(position)).catch(this.options.onError);
  }
}
