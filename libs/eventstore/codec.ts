import type { JSONRecordedEvent, RecordedEvent } from '@eventstore/db-client';
import type { DomainEvent } from '#libs/domain/decider';
import { EventNotStorable } from './errors.js';
import type { EventMetadata, NewEvent, StoredEvent } from './stored-event.js';

/** Turns the data of one stored version into the next: pure, one step, no rules of the business. */
export interface Upcaster {
  readonly type: string;
  /** the schema version it reads; it yields `from + 1` */
  readonly from: number;
  readonly up: (data: Record<string, unknown>) => Record<string, unknown>;
}

/** JSON with stable type names. Unknown fields of stored events are kept; old versions are brought up step by step. */
export class Codec {
  readonly #steps = new Map<string, Map<number, Upcaster['up']>>();

  constructor(upcasters: readonly Upcaster[] = []) {
    for (const { type, from, up } of upcasters) {
      const steps = this.#steps.get(type) ?? new Map<number, Upcaster['up']>();
      if (steps.has(from)) throw new Error(`two upcasters read version ${from} of ${type}`);
      this.#steps.set(type, steps.set(from, up));
    }
    for (const [type, steps] of this.#steps) {
      for (let version = 1; version <= steps.size; version++) {
        if (!steps.has(version)) throw new Error(`no upcaster reads version ${version} of ${type}`);
      }
    }
  }

  /** @returns the event as it is written: with its current schema version; @throws EventNotStorable */
  outgoing<E extends DomainEvent>(event: NewEvent<E>): NewEvent<E> {
    refuseWhatJsonChanges(event.type, 'data', event.data);
    refuseWhatJsonChanges(event.type, 'metadata', event.metadata);
    const version = this.currentVersion(event.type);
    return version === 1 ? event : { ...event, metadata: { ...event.metadata, schemaVersion: version } };
  }

  incoming(recorded: RecordedEvent): StoredEvent {
    const { id, type, streamId: stream, revision, created: recordedAt, position } = recorded;
    const stored = (recorded as JSONRecordedEvent).data as unknown as Record<string, unknown>;
    const metadata = (recorded.metadata ?? {}) as unknown as EventMetadata;
    const at = { id, stream, revision, position: position?.commit ?? -1n, recordedAt };
    const steps = this.#steps.get(type);
    if (!steps) return { type, data: stored, metadata, ...at };
    let version = metadata.schemaVersion ?? 1;
    let data = stored;
    for (let up = steps.get(version); up; up = steps.get(version)) {
      data = up(data);
      version++;
    }
    return { type, data, metadata: { ...metadata, schemaVersion: version }, ...at };
  }

  currentVersion(type: string): number {
    return 1 + (this.#steps.get(type)?.size ?? 0);
  }
}

/** What is folded right after an append must equal what is read back later, so nothing may change on the way. */
function refuseWhatJsonChanges(type: string, path: string, value: unknown): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return;
      break;
    case 'object':
      if (value === null) return;
      if (Array.isArray(value)) {
        for (let i = 0; i < value.length; i++) refuseWhatJsonChanges(type, `${path}[${i}]`, value[i]);
        return;
      }
      if (isPlain(value)) {
        for (const key of Object.keys(value)) {
          refuseWhatJsonChanges(type, `${path}.${key}`, (value as Record<string, unknown>)[key]);
        }
        return;
      }
  }
  throw new EventNotStorable(type, path, describe(value));
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
};

/** Names the kind, never the value: values may be personal. */
const describe = (value: unknown): string =>
  typeof value === 'object'
    ? `a ${value?.constructor?.name ?? 'null'}`
    : typeof value === 'number'
      ? 'not a JSON number'
      : `a ${typeof value}`;
