// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
import type { RequestsThrottled } from '../throttle/throttle.events.js';
import type { Instant } from '../time.js';

/** A wrong answer to a CAPTCHA: a one-event stream `captcha-<id>`, behind the address throttle. */
export interface CaptchaFailed {
  readonly type: 'CaptchaFailed';
  readonly data: { readonly captchaId: string; readonly source: string; readonly at: Instant };
}

/** What is kept of people nobody knows yet. */
export type CaptchaEvent = CaptchaFailed | RequestsThrottled;
