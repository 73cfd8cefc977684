import { channels, type Channel } from './methods.js';

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
    }
  | {
      readonly queue: 'writeback';
      readonly name: 'offer-writeback';
      /** `revision` is where on the account's stream the writeback was requested. */
      readonly data: { readonly accountId: string; readonly revision: number; readonly writebackId: string };
    };

/** Carrying a message to somebody. */
export type DeliveryJob = Extract<Job, { name: 'deliver-challenge' | 'deliver-notice' }>;

/** Queues are named after what carries their jobs. */
export type Queue = Channel | 'writeback';
export const queueNames: readonly Queue[] = [...channels, 'writeback'];

/** Where the event that a job comes from stands. */
export interface Origin {
  readonly stream: string;
  readonly revision: number;
}
