/** Where every "now" comes from, so that tests and the simulated world can move it. */
export abstract class Clock {
  abstract now(): Date;
}

class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}

export const systemClock: Clock = new SystemClock();

/** Real time plus an offset that only ever grows. */
export class AdjustableClock extends Clock {
  #offset = 0;

  now(): Date {
    return new Date(Date.now() + this.#offset);
  }

  get offsetMs(): number {
    return this.#offset;
  }

  /** @param offsetMs milliseconds ahead of real time; an offset behind the current one is refused */
  setOffset(offsetMs: number): void {
    if (offsetMs < this.#offset) throw new RangeError('the clock only moves forward');
    this.#offset = offsetMs;
  }
}
