import type { DomainEvent } from '#libs/domain/decider';

/** Who caused an event. Ids are ours and opaque: never a name or an address. */
export interface Actor {
  readonly kind: 'user' | 'administrator' | 'device' | 'worker' | 'agent' | 'system' | 'anonymous';
  readonly id?: string;
}

export interface EventMetadata {
  readonly correlationId: string;
  readonly causationId?: string;
  readonly commandId?: string;
  /** HMAC of the command's body: tells a repeated command from a reused key */
  readonly bodyMac?: string;
  readonly actor: Actor;
  readonly clientRef?: string;
  readonly policyVersion?: number;
  /** 1 when absent */
  readonly schemaVersion?: number;
  /** of an event that was restored from a backup: when it was first recorded; ISO 8601 UTC */
  readonly recordedAt?: string;
  /** in a summary only: the commands since the summary before it, by id */
  readonly summarised?: SummarisedCommands;
}

/** Revisions of a command's first and last event. */
export type SummarisedCommands = Readonly<
  Record<string, { readonly first: number; readonly last: number; readonly bodyMac?: string }>
>;

/** An event on its way into the store. The same id at the same place is written once. */
export type NewEvent<E extends DomainEvent = DomainEvent> = E & {
  readonly id: string;
  readonly metadata: EventMetadata;
};

/** What the store adds to an event. */
export interface Recorded {
  readonly id: string;
  readonly metadata: EventMetadata;
  readonly stream: string;
  /** place in its stream, from 0 */
  readonly revision: bigint;
  /** commit position in the whole log */
  readonly position: bigint;
  readonly recordedAt: Date;
}

/** Assignable to `E`, and a union of events stays a union told apart by `type`. */
export type StoredEvent<E extends DomainEvent = DomainEvent> = E & Recorded;
