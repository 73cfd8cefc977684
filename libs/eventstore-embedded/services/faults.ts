/** Misbehaviour on order, for tests that need a store that fails at a given moment. Read anew at every append. */
export interface Faults {
  /**
   * What becomes of the answer to an append that was committed: `lost` ends the call as a broken connection would,
   * `withheld` leaves the caller waiting for ever.
   */
  answers?: 'given' | 'lost' | 'withheld';
  /** Milliseconds an append waits before it is looked at. */
  delayMs?: number;
}

export const delayed = (faults: Faults): Promise<void> | undefined =>
  faults.delayMs ? new Promise((done) => setTimeout(done, faults.delayMs)) : undefined;
