// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
import type { Instant } from '../time.js';

export const throttled = [
  'start',
  'captcha',
  'sign-in',
  'second-factor',
  'prove-password',
  'offer-pairing',
  'pair-device',
  'reveal',
  'find-user',
  'enrol',
] as const;
export type Throttled = (typeof throttled)[number];

/**
 * Requests beyond an address throttle: counted, one event a minute and process at most, in a one-event stream
 * `throttle-<id>`, so that a flood shows without filling the log.
 */
export interface RequestsThrottled {
  readonly type: 'RequestsThrottled';
  readonly data: {
    readonly what: Throttled;
    readonly count: number;
    /** How many different sources they came from, as far as was counted (1 000). */
    readonly sources: number;
    readonly from: Instant;
    readonly at: Instant;
  };
}
