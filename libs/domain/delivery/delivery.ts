import { isBefore, minutes, plus, seconds, type Instant } from '../time.js';

interface Events {
  /** Asked: one try begins. Until `leaseUntil` nobody else tries, and from then on nothing of it is sent any more. */
  DeliveryAttempted: { deliveryId: string; attempt: number; leaseUntil: Instant; at: Instant };
  /** Done: the provider took it. */
  DeliveryAccepted: { deliveryId: string; attempt: number; providerCode?: number; at: Instant } & Carriage;
  /** Failed for now; tried again at `nextAttemptAt`. */
  DeliveryDeferred: {
    deliveryId: string;
    attempt: number;
    reason: string;
    providerCode?: number;
    nextAttemptAt: Instant;
    at: Instant;
  } & Carriage;
  /** Failed for good. */
  DeliveryFailed: {
    deliveryId: string;
    attempt: number;
    reason: string;
    providerCode?: number;
    at: Instant;
  } & Carriage;
  /** Taken, and sent back: a mail server's report (RFC 3464). `status` is RFC 3463's. */
  DeliveryBounced: { deliveryId: string; attempt: number; status: string; reason: string; at: Instant };
  /** The provider reports that it reached the phone: it lies there, or somebody picked up. */
  DeliveryConfirmed: { deliveryId: string; attempt: number; provider?: string; at: Instant };
}

/** Who carried a try, where there is more than one who could. */
export interface Carriage {
  readonly provider?: string;
  /** What the provider calls it. */
  readonly providerRef?: string;
  /** Providers asked before, which certainly sent nothing. */
  readonly passedOver?: readonly { readonly provider: string; readonly reason: string }[];
}

export type DeliveryEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];

export interface DeliveryState {
  readonly deliveryId: string;
  readonly state: 'waiting' | 'sending' | 'sent' | 'delivered' | 'delayed' | 'failed';
  readonly attempt: number;
  readonly leaseUntil?: Instant;
  readonly nextAttemptAt?: Instant;
  readonly reason?: string;
  /** When the provider took it. */
  readonly sentAt?: Instant;
}

export type DeliveryResult = Carriage &
  (
    | { readonly kind: 'accepted'; readonly providerCode?: number }
    | {
        readonly kind: 'deferred' | 'refused';
        readonly reason: string;
        readonly providerCode?: number;
        /** Milliseconds the provider asked to be left alone for. */
        readonly retryAfterMs?: number;
      }
  );

/** What a provider reports of a message it took: possibly twice, late, or before we noted that it was taken. */
export interface Receipt {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly result:
    | { readonly kind: 'delivered' }
    | { readonly kind: 'failed'; readonly reason: string; readonly providerCode?: number }
    | { readonly kind: 'bounced'; readonly reason: string; readonly status: string };
  readonly provider?: string;
}

export type DeliveryCommand =
  | {
      readonly type: 'AttemptDelivery';
      readonly data: { deliveryId: string; leaseUntil: Instant; now: Instant };
    }
  | {
      readonly type: 'RecordDelivery';
      readonly data: { deliveryId: string; attempt: number; result: DeliveryResult; now: Instant };
    }
  | { readonly type: 'ReceiveReceipt'; readonly data: Receipt & { now: Instant } };

export const waiting = (deliveryId: string): DeliveryState => ({ deliveryId, state: 'waiting', attempt: 0 });

/** Begins a try if one is still wanted; otherwise stays quiet, and the processor does nothing. */
export function attempt(
  state: DeliveryState | undefined,
  { deliveryId, leaseUntil: wished, now: at }: Extract<DeliveryCommand, { type: 'AttemptDelivery' }>['data'],
  expiresAt: Instant,
): readonly DeliveryEvent[] {
  if (state?.deliveryId !== deliveryId || !isBefore(at, expiresAt)) return [];
  if (state.state === 'sent' || state.state === 'delivered' || state.state === 'failed') return [];
  if (state.leaseUntil && isBefore(at, state.leaseUntil)) return [];
  if (state.nextAttemptAt && isBefore(at, state.nextAttemptAt)) return [];
  const leaseUntil = isBefore(wished, expiresAt) ? wished : expiresAt;
  return [{ type: 'DeliveryAttempted', data: { deliveryId, attempt: state.attempt + 1, leaseUntil, at } }];
}

/** What became of a try: the next one is never set beyond the expiry of what is carried. */
export function record(
  state: DeliveryState | undefined,
  { deliveryId, attempt, result, now: at }: Extract<DeliveryCommand, { type: 'RecordDelivery' }>['data'],
  expiresAt: Instant,
): readonly DeliveryEvent[] {
  const { kind, provider, providerRef, providerCode, passedOver } = result;
  const current = state?.deliveryId === deliveryId ? state : undefined;
  // A receipt may overtake the answer that it belongs to.
  const overtaken = current?.state === 'delivered' && kind === 'accepted';
  if (current && (current.attempt !== attempt || (current.state !== 'sending' && !overtaken))) return [];
  const told = {
    deliveryId,
    attempt,
    ...(provider && { provider }),
    ...(providerRef && { providerRef }),
    ...(passedOver?.length && { passedOver }),
    ...(providerCode !== undefined && { providerCode }),
  };
  if (kind === 'accepted') return [{ type: 'DeliveryAccepted', data: { ...told, at } }];
  const { reason, retryAfterMs = 0 } = result;
  const nextAttemptAt = plus(at, Math.max(backOff(attempt), retryAfterMs));
  if (kind === 'refused' || !isBefore(nextAttemptAt, expiresAt)) {
    return [{ type: 'DeliveryFailed', data: { ...told, reason, at } }];
  }
  return [{ type: 'DeliveryDeferred', data: { ...told, reason, nextAttemptAt, at } }];
}

/**
 * What the provider says later. That something arrived holds for the whole delivery, whichever try it was, and ends it
 * also while another try is planned; that a try failed matters only while that try is the last.
 */
export function receive(
  state: DeliveryState | undefined,
  { deliveryId, attempt, result, provider, now: at }: Receipt & { now: Instant },
): readonly DeliveryEvent[] {
  if (state?.deliveryId !== deliveryId || attempt < 1 || attempt > state.attempt) return [];
  if (state.state === 'delivered' || state.state === 'failed') return [];
  const told = { deliveryId, attempt, ...(provider && { provider }), at };
  if (result.kind === 'delivered') return [{ type: 'DeliveryConfirmed', data: told }];
  if (attempt !== state.attempt || state.state === 'delayed') return [];
  const { reason } = result;
  if (result.kind === 'bounced') {
    return [{ type: 'DeliveryBounced', data: { deliveryId, attempt, status: result.status, reason, at } }];
  }
  const { providerCode } = result;
  return [{ type: 'DeliveryFailed', data: { ...told, reason, ...(providerCode !== undefined && { providerCode }) } }];
}

export function evolveDelivery(state: DeliveryState, { type, data }: DeliveryEvent): DeliveryState {
  if (data.deliveryId !== state.deliveryId) return state;
  const { deliveryId, attempt } = data;
  switch (type) {
    case 'DeliveryConfirmed':
      return { deliveryId, attempt: Math.max(attempt, state.attempt), state: 'delivered' };
    case 'DeliveryAttempted':
      return { deliveryId, attempt, state: 'sending', leaseUntil: data.leaseUntil };
    case 'DeliveryAccepted':
      return { deliveryId, attempt, state: state.state === 'delivered' ? 'delivered' : 'sent', sentAt: data.at };
    case 'DeliveryDeferred':
      return { deliveryId, attempt, state: 'delayed', reason: data.reason, nextAttemptAt: data.nextAttemptAt };
    case 'DeliveryBounced':
    case 'DeliveryFailed':
      return { deliveryId, attempt, state: 'failed', reason: data.reason };
  }
}

/** 2 s, 4 s, 8 s … at most 5 minutes: a greylisting server lets the second or third try in. */
export const backOff = (attempt: number): number => Math.min(seconds(2) * 2 ** (attempt - 1), minutes(5));
