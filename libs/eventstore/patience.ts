import { StoreRefused, StoreUnavailable, StreamDeleted, WrongExpectedRevision } from './errors.js';

/** Our own time limits: the client's do not hold (an append it never hears about again stays pending for ever). */
export class Patience {
  constructor(
    private readonly timeoutMs: number,
    private readonly limitMs: number,
  ) {}

  /** Repeats `attempt` until it has a definite outcome or the limit has passed. */
  async repeat<T>(what: string, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.limitMs;
    for (let pause = 25; ; pause = Math.min(pause * 2, 1_000)) {
      try {
        return await this.#within(Math.min(this.timeoutMs, deadline - performance.now()), what, attempt);
      } catch (error) {
        const definite = definiteAnswer(what, error);
        if (definite) throw definite;
        if (performance.now() + pause >= deadline) throw new StoreUnavailable(what, error);
      }
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }

  async once<T>(what: string, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await this.#within(this.timeoutMs, what, attempt);
    } catch (error) {
      throw definiteAnswer(what, error) ?? new StoreUnavailable(what, error);
    }
  }

  async #within<T>(ms: number, what: string, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const aborter = new AbortController();
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new Error(`${what}: no answer within ${ms} ms`));
      aborter.abort();
    }, ms);
    try {
      return await Promise.race([attempt(aborter.signal), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What the store said for certain. Everything else (timeouts, resets, another client's error) is an unknown outcome. */
function definiteAnswer(what: string, error: unknown): Error | undefined {
  const said = error as { type?: string; streamName?: string; actualVersion?: bigint | 'no_stream' };
  switch (said.type) {
    case 'wrong-expected-version':
      return new WrongExpectedRevision(
        said.streamName ?? '',
        'no-stream',
        said.actualVersion === 'no_stream' ? 'no-stream' : said.actualVersion!,
      );
    case 'stream-deleted':
      return new StreamDeleted(said.streamName ?? '');
    case 'access-denied':
    case 'invalid-argument':
    case 'maximum-append-size-exceeded':
      return new StoreRefused(what, error);
    default:
      return undefined;
  }
}
