/** Wakes one follower. A ring before the wait is not lost. */
export class Bell {
  #rung = false;
  #stopped = false;
  #wake: (() => void) | undefined;

  get stopped(): boolean {
    return this.#stopped;
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Wakes the follower for the last time. */
  stop(): void {
    this.#stopped = true;
    this.ring();
  }

  async heard(): Promise<void> {
    if (!this.#rung && !this.#stopped) await new Promise<void>((wake) => (this.#wake = wake));
    this.#wake = undefined;
    this.#rung = false;
  }
}
