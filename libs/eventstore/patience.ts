import {
  EventTooLarge,
  EventUnreadable,
  StoreRefused,
  StoreUnavailable,
  StreamDeleted,
  WrongExpectedRevision,
} from './errors.js';

/** Our own time limits, because an answer that never comes is the store client's most likely failure. */
export class Patience {
  constructor(
    readonly timeoutMs: number,
    readonly limitMs: number,
  ) {}

  /** `performance.now()` at which to give up work that begins now */
  deadline(): number {
    return performance.now() + this.limitMs;
  }

  /**
   * Repeats `attempt` until the store has said yes or no, or the deadline has passed.
   * @throws StoreUnavailable
   */
  async repeat<T>(what: string, attempt: (signal: AbortSignal) => Promise<T>, deadline = this.deadline()): Promise<T> {
    for (let pause = 20; ; pause = Math.min(pause * 2, 1_000)) {
      const left = deadline - performance.now();
      if (left <= 0) throw new StoreUnavailable(what);
      try {
        return await within(Math.min(this.timeoutMs, left), attempt);
      } catch (error) {
        if (isFinal(error)) throw error;
        if (performance.now() + pause >= deadline) throw new StoreUnavailable(what, error);
      }
      await new Promise((resume) => setTimeout(resume, pause * (0.5 + Math.random())));
    }
  }

  /** One try. @throws StoreUnavailable */
  async once<T>(what: string, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await within(this.timeoutMs, attempt);
    } catch (error) {
      throw isFinal(error) ? error : new StoreUnavailable(what, error);
    }
  }
}

async function within<T>(ms: number, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const trial = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const reason = new Error(`no answer within ${Math.round(ms)} ms`);
    trial.abort(reason);
    late.reject(reason);
  }, ms);
  try {
    return await Promise.race([attempt(trial.signal), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the store said for certain, and our own defects. Anything else (silence, a reset) leaves the outcome unknown. */
export const isFinal = (error: unknown): boolean => finals.some((answer) => error instanceof answer);
const finals = [
  WrongExpectedRevision,
  StreamDeleted,
  EventTooLarge,
  EventUnreadable,
  StoreRefused,
  TypeError,
  RangeError,
];
