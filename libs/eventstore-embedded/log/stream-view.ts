import { isMetastream } from './event.js';
import { firstVisible, isSoftDeleted, retentionOf } from './stream-metadata.js';
import { sequenceOf, type StreamState } from './stream-state.js';

/** A stream as a reader meets it. */
export type StreamView =
  | { kind: 'missing' }
  | { kind: 'tombstoned' }
  /** Revisions `first` to `last` are shown, unless they were created before `notBefore` (milliseconds since 1970). */
  | { kind: 'readable'; first: number; last: number; notBefore: number };

export function viewOf(state: StreamState, stream: string, now: number): StreamView {
  if (state.tombstoned) return { kind: 'tombstoned' };
  const retention = isMetastream(stream) ? retentionOf(stream, undefined) : state.retention;
  const { last } = sequenceOf(state, stream);
  if (last < 0 || isSoftDeleted(retention)) return { kind: 'missing' };
  const notBefore = retention.maxAge === undefined ? -Infinity : now - retention.maxAge * 1000;
  return { kind: 'readable', first: firstVisible(retention, last), last, notBefore };
}
