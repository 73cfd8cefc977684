import type { TryRef } from './try-ref.js';

export interface TextMessage {
  /** The try this is, for receipts. */
  readonly ref: TryRef;
  /** E.164, from the vault and never from a request. */
  readonly to: string;
  readonly text: string;
  /** Seconds after which nobody wants it any more. */
  readonly validSeconds: number;
}

/** What is said is asked for once somebody picks up, so that it lies in no provider's queue. */
export interface OutgoingCall {
  readonly ref: TryRef;
  /** What is asked once somebody picks up. */
  readonly question: CallQuestion;
  /** E.164 */
  readonly to: string;
}

/** Opaque ids only: they travel in the address that the carrier asks. */
export type CallQuestion =
  | { readonly kind: 'challenge'; readonly recoveryId: string; readonly challengeId: string }
  | { readonly kind: 'confirmation'; readonly accountId: string; readonly confirmationId: string };

/** What a carrier made of one message or call. Reasons are kebab-case words of ours, never a carrier's own text. */
export type CarrierAnswer =
  /** It took it; `ref` is what it calls it. */
  | { readonly kind: 'accepted'; readonly ref?: string }
  /** This number or message will not do, whoever is asked. */
  | { readonly kind: 'refused'; readonly reason: RefusedReason; readonly code?: number }
  /** It certainly sent nothing, and another carrier may. */
  | {
      readonly kind: 'not-taken';
      readonly reason: NotTakenReason;
      readonly code?: number;
      /** Milliseconds for which it wants to be left alone. */
      readonly retryAfterMs?: number;
    }
  /** It may have sent it, or not: only a try of its own, carrying the same, may follow. */
  | { readonly kind: 'unknown'; readonly code?: number };

export type RefusedReason = 'invalid-number' | 'number-unreachable' | 'recipient-opted-out' | 'content-refused';

export type NotTakenReason =
  | 'connection-refused'
  | 'connection-lost'
  | 'host-not-found'
  | 'tls-failed'
  | 'timed-out'
  | 'sign-in-refused'
  | 'rate-limited'
  | 'out-of-order'
  | 'provider-refused';

/** Somebody who carries messages, calls, or both. */
export interface Carrier {
  readonly name: string;
  /** Milliseconds one message or call may take at most. */
  readonly perTryMs: number;
  /** Answers with what happened and never throws. */
  sendText?(message: TextMessage): Promise<CarrierAnswer>;
  call?(call: OutgoingCall): Promise<CarrierAnswer>;
  close(): Promise<void>;
}
