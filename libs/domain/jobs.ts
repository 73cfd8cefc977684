import type { Channel } from './methods.js';

/** Work for a processor: ids only, so that a queue never holds a secret or personal data. */
export type Job =
  | {
      readonly queue: Channel;
      readonly name: 'deliver-challenge';
      readonly data: { readonly recoveryId: string; readonly deliveryId: string };
    }
  | {
      readonly queue: Channel;
      readonly name: 'deliver-notice';
      /** `revision` is where on the account's stream the notice was requested. */
      readonly data: { readonly accountId: string; readonly revision: number; readonly deliveryId: string };
    };

/** Queues are named after what carries their jobs. */
export type Queue = Channel;

/** Where the event that a job comes from stands. */
export interface Origin {
  readonly stream: string;
  readonly revision: number;
}
