import { isBefore, minutes, plus, seconds, type Instant } from '../time.js';

interface Events {
  /** Asked: one try begins. Until `leaseUntil` nobody else tries. */
  DeliveryAttempted: { deliveryId: string; attempt: number; leaseUntil: Instant; at: Instant };
  /** Done: the provider took it. */
  DeliveryAccepted: { deliveryId: string; attempt: number; providerCode?: number; at: Instant };
  /** Failed for now; tried again at `nextAttemptAt`. */
  DeliveryDeferred: {
    deliveryId: string;
    attempt: number;
    reason: string;
    providerCode?: number;
    nextAttemptAt: Instant;
    at: Instant;
  };
  /** Failed for good. */
  DeliveryFailed: { deliveryId: string; attempt: number; reason: string; providerCode?: number; at: Instant };
}

export type DeliveryEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];

export interface DeliveryState {
  readonly deliveryId: string;
  readonly state: 'waiting' | 'sending' | 'sent' | 'delayed' | 'failed';
  readonly attempt: number;
  readonly leaseUntil?: Instant;
  readonly nextAttemptAt?: Instant;
  readonly reason?: string;
}

export type DeliveryResult =
  | { readonly kind: 'accepted'; readonly providerCode?: number }
  | { readonly kind: 'deferred' | 'refused'; readonly reason: string; readonly providerCode?: number };

export type DeliveryCommand =
  | {
      readonly type: 'AttemptDelivery';
      readonly data: { deliveryId: string; leaseUntil: Instant; now: Instant };
    }
  | {
      readonly type: 'RecordDelivery';
      readonly data: { deliveryId: string; attempt: number; result: DeliveryResult; now: Instant };
    };

export const waiting = (deliveryId: string): DeliveryState => ({ deliveryId, state: 'waiting', attempt: 0 });

/** Begins a try if one is still wanted; otherwise stays quiet, and the processor does nothing. */
export function attempt(
  state: DeliveryState | undefined,
  { deliveryId, leaseUntil, now: at }: Extract<DeliveryCommand, { type: 'AttemptDelivery' }>['data'],
  expiresAt: Instant,
): readonly DeliveryEvent[] {
  if (state?.deliveryId !== deliveryId || !isBefore(at, expiresAt)) return [];
  if (state.state === 'sent' || state.state === 'failed') return [];
  if (state.leaseUntil && isBefore(at, state.leaseUntil)) return [];
  if (state.nextAttemptAt && isBefore(at, state.nextAttemptAt)) return [];
  return [{ type: 'DeliveryAttempted', data: { deliveryId, attempt: state.attempt + 1, leaseUntil, at } }];
}

/** What became of a try: the next one is never set beyond the expiry of what is carried. */
export function record(
  state: DeliveryState | undefined,
  { deliveryId, attempt, result, now: at }: Extract<DeliveryCommand, { type: 'RecordDelivery' }>['data'],
  expiresAt: Instant,
): readonly DeliveryEvent[] {
  if (state?.deliveryId === deliveryId && (state.attempt !== attempt || state.state !== 'sending')) return [];
  const code = result.providerCode === undefined ? {} : { providerCode: result.providerCode };
  if (result.kind === 'accepted') return [{ type: 'DeliveryAccepted', data: { deliveryId, attempt, ...code, at } }];
  const { reason } = result;
  const nextAttemptAt = plus(at, backOff(attempt));
  if (result.kind === 'refused' || !isBefore(nextAttemptAt, expiresAt)) {
    return [{ type: 'DeliveryFailed', data: { deliveryId, attempt, reason, ...code, at } }];
  }
  return [{ type: 'DeliveryDeferred', data: { deliveryId, attempt, reason, ...code, nextAttemptAt, at } }];
}

export function evolveDelivery(state: DeliveryState, { type, data }: DeliveryEvent): DeliveryState {
  if (data.deliveryId !== state.deliveryId) return state;
  const { deliveryId, attempt } = data;
  switch (type) {
    case 'DeliveryAttempted':
      return { deliveryId, attempt, state: 'sending', leaseUntil: data.leaseUntil };
    case 'DeliveryAccepted':
      return { deliveryId, attempt, state: 'sent' };
    case 'DeliveryDeferred':
      return { deliveryId, attempt, state: 'delayed', reason: data.reason, nextAttemptAt: data.nextAttemptAt };
    case 'DeliveryFailed':
      return { deliveryId, attempt, state: 'failed', reason: data.reason };
  }
}

/** 2 s, 4 s, 8 s … at most 5 minutes: a greylisting server lets the second or third try in. */
export const backOff = (attempt: number): number => Math.min(seconds(2) * 2 ** (attempt - 1), minutes(5));
