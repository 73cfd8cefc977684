import type { UUID } from '@eventstore/db-client/generated/shared_pb';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { stringify } from 'uuid';
import { EventUnreadable } from './errors.js';
import { jsonOf } from './json.js';
import type { EventMetadata, NewEvent, StoredEvent } from './stored-event.js';

/** Turns the data of one stored version into the next: pure, one step, no rules of the business. */
export interface Upcaster {
  readonly type: string;
  /** the schema version it reads; it yields `from + 1` */
  readonly from: number;
  readonly up: (data: Record<string, unknown>) => Record<string, unknown>;
}

export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
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

  /** Stamps the current schema version. @throws EventNotStorable */
  encode({ id, type, data, metadata }: NewEvent): EncodedEvent {
    const version = this.currentVersion(type);
    const stamped = version === 1 ? metadata : { ...metadata, schemaVersion: version };
    return { id, type, data: jsonOf(type, 'data', data), metadata: jsonOf(type, 'metadata', stamped) };
  }

  /**
   * @returns nothing for the store's own events (`$…`) and for what is not JSON, which we never write
   * @throws EventUnreadable
   */
  decode(read: ReadResp.ReadEvent): StoredEvent | undefined {
    const recorded = read.getEvent();
    if (!recorded) return undefined;
    const stream = utf8(recorded.getStreamIdentifier()!.getStreamName_asU8());
    const system = recorded.getMetadataMap();
    const type = system.get('type')!;
    if (stream.startsWith('$') || type.startsWith('$')) return undefined;
    if (system.get('content-type') !== 'application/json') return undefined;
    const revision = BigInt(recorded.getStreamRevision());
    const content = this.#content(recorded, type, (cause) => new EventUnreadable(stream, revision, type, cause));
    const restored = content.metadata.recordedAt;
    return {
      type,
      ...content,
      id: uuidText(recorded.getId()),
      stream,
      revision,
      position: BigInt(recorded.getCommitPosition()),
      recordedAt: new Date(restored ?? Number(system.get('created')) / ticksPerMillisecond),
    };
  }

  currentVersion(type: string): number {
    return 1 + (this.#steps.get(type)?.size ?? 0);
  }

  #content(
    recorded: ReadResp.ReadEvent.RecordedEvent,
    type: string,
    unreadable: (cause: unknown) => EventUnreadable,
  ): Pick<StoredEvent, 'data' | 'metadata'> {
    try {
      const custom = recorded.getCustomMetadata_asU8();
      const metadata = (custom.length > 0 ? JSON.parse(utf8(custom)) : {}) as EventMetadata;
      return this.#upcast(type, JSON.parse(utf8(recorded.getData_asU8())) as Record<string, unknown>, metadata);
    } catch (error) {
      throw unreadable(error);
    }
  }

  #upcast(
    type: string,
    data: Record<string, unknown>,
    metadata: EventMetadata,
  ): Pick<StoredEvent, 'data' | 'metadata'> {
    const steps = this.#steps.get(type);
    if (!steps) return { data, metadata };
    let version = metadata.schemaVersion ?? 1;
    for (let up = steps.get(version); up; up = steps.get(version)) {
      data = up(data);
      version++;
    }
    return { data, metadata: { ...metadata, schemaVersion: version } };
  }
}

/** The server may answer with either of the protocol's two forms, whichever it was asked in. */
export function uuidText(uuid: UUID | undefined): string {
  const structured = uuid?.getStructured();
  if (!structured) return uuid?.getString() ?? '';
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64BE(BigInt(structured.getMostSignificantBits()), 0);
  bytes.writeBigInt64BE(BigInt(structured.getLeastSignificantBits()), 8);
  return stringify(bytes);
}

/** The store counts in .NET ticks of 100 ns since 1970. */
const ticksPerMillisecond = 10_000;

const utf8 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
