/** Work for a processor: ids only, so that a queue never holds a secret or personal data. */
export type Job =
  | {
      readonly queue: 'email';
      readonly name: 'deliver-challenge';
      readonly data: { readonly recoveryId: string; readonly deliveryId: string };
    }
  | {
      readonly queue: 'email';
      readonly name: 'deliver-notice';
      /** `revision` is where on the account's stream the notice was requested. */
      readonly data: { readonly accountId: string; readonly revision: number; readonly deliveryId: string };
    };

export type Queue = Job['queue'];

/** Where the event that a job comes from stands. */
export interface Origin {
  readonly stream: string;
  readonly revision: number;
}
