/** What shall go wrong with the next messages or calls; counts are used up one each, in the order of these fields. */
export interface PhoneFaults {
  /** the next N are refused for now: 429 with Retry-After 1 */
  refuse: number;
  /** the next N end in a failure over there: 500 */
  fail: number;
  /** the next N are taken and carried, and the answer never comes */
  drop: number;
  /** the next N are answered late */
  delay: { next: number; ms: number };
  /** the next N do not reach the phone: the report says so */
  undeliverable: number;
  /** the next N are reported twice */
  duplicate: number;
  /** the reports of the next N come in the wrong order */
  disorder: number;
  /** nothing is answered until this is false again: connections are refused */
  down: boolean;
}

export const noPhoneFaults = (): PhoneFaults => ({
  refuse: 0,
  fail: 0,
  drop: 0,
  delay: { next: 0, ms: 0 },
  undeliverable: 0,
  duplicate: 0,
  disorder: 0,
  down: false,
});

export type CountedFault = 'refuse' | 'fail' | 'drop' | 'undeliverable' | 'duplicate' | 'disorder';

/** Takes one of a countable fault. */
export function takeFault(faults: PhoneFaults, fault: CountedFault): boolean {
  if (faults[fault] === 0) return false;
  faults[fault]--;
  return true;
}

/** Milliseconds the message at hand has to wait. */
export function takeDelay({ delay }: PhoneFaults): number {
  if (delay.next === 0) return 0;
  delay.next--;
  return delay.ms;
}
