import type { UUID } from 'node:crypto';
import { isMetastream, originalOf, tombstoneRevision, type RecordedEvent } from './event.js';
import type { StreamFacts } from './commit-check.js';
import { isSoftDeleted, retentionOf, type Retention } from './stream-metadata.js';

/** The end of one sequence of events: its last revision and the few events before it. */
export interface SequenceEnd {
  /** −1 when empty. */
  last: number;
  /** Contiguous, oldest first, ending at `last`. */
  recent: readonly { id: UUID; revision: number; position: number }[];
}

/** A stream together with its metastream `$$name`, which decides how it is shown and whether it lives. */
export interface StreamState {
  readonly name: string;
  readonly tombstoned: boolean;
  readonly events: SequenceEnd;
  readonly metaevents: SequenceEnd;
  /** The bytes of the last metadata event. */
  readonly metadata: Buffer | undefined;
  readonly retention: Retention;
}

const remembered = 16;
const empty: SequenceEnd = { last: -1, recent: [] };

export const emptyStream = (name: string): StreamState => ({
  name,
  tombstoned: false,
  events: empty,
  metaevents: empty,
  metadata: undefined,
  retention: retentionOf(name, undefined),
});

/** The name under which a stream's state is kept: a metastream's is kept with the stream it describes. */
export const stateKey = (stream: string): string => (isMetastream(stream) ? originalOf(stream) : stream);

export const sequenceOf = (state: StreamState, stream: string): SequenceEnd =>
  isMetastream(stream) ? state.metaevents : state.events;

export function factsOf(state: StreamState, stream: string): StreamFacts {
  return {
    stream,
    last: sequenceOf(state, stream).last,
    tombstoned: state.tombstoned,
    softDeleted: !isMetastream(stream) && isSoftDeleted(state.retention),
    hasMetadata: !isMetastream(stream) && state.metaevents.last >= 0,
  };
}

export function withEvent(state: StreamState, event: RecordedEvent): StreamState {
  if (event.revision === tombstoneRevision) return { ...state, tombstoned: true };
  if (!isMetastream(event.stream)) return { ...state, events: extend(state.events, event) };
  return {
    ...state,
    metaevents: extend(state.metaevents, event),
    metadata: event.data,
    retention: retentionOf(state.name, event.data),
  };
}

const extend = (end: SequenceEnd, { id, revision, position }: RecordedEvent): SequenceEnd => ({
  last: revision,
  recent: [...end.recent.slice(1 - remembered), { id, revision, position }],
});
