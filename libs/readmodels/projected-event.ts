import type { DataOf, EventType } from '#libs/domain/events';

/** A stored event as the log hands it over, whatever wraps the log. */
export interface LoggedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: {
    readonly correlationId: string;
    readonly actor: { readonly kind: string; readonly id?: string };
    readonly clientRef?: string;
    readonly policyVersion?: number;
  };
  /** `<category>-<id>` */
  readonly stream: string;
  /** place in its stream, from 0 */
  readonly revision: bigint;
  /** commit position in the whole log */
  readonly position: bigint;
  readonly recordedAt: Date;
}

/** A logged event of a type this release knows. */
export type ProjectedEvent<T extends EventType = EventType> = {
  [K in T]: LoggedEvent & { readonly type: K; readonly data: DataOf<K> };
}[T];

/** What a subscription yields: events in the order of the log. */
export interface EventBatch {
  readonly events: readonly LoggedEvent[];
  /** everything up to here was seen; −1n before the first event */
  readonly position: bigint;
  /** nothing more was waiting when this batch was made */
  readonly caughtUp: boolean;
}

/** Every event after a commit position (absent: all), until the signal aborts. */
export type EventSource = (from: bigint | undefined, signal: AbortSignal) => AsyncIterable<EventBatch>;

/** `x` of `recovery-x` */
export const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

export const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
