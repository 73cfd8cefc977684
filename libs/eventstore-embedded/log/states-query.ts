import type { UUID } from 'node:crypto';
import { metastreamOf, tombstoneRevision } from './event.js';
import { eventQuery, fromHex } from './rows.js';
import { retentionOf } from './stream-metadata.js';
import { emptyStream, type SequenceEnd, type StreamState } from './stream-state.js';

/** Name, revision, position and id of a stream's last event; its payload when the stream is a metastream. */
type LastEvent = [name: string, revision: string, position: string, id: UUID, data: string];

/** The last events of streams and of their metastreams, in one question. */
export const lastEventsQuery = (table: string, keys: readonly string[]) =>
  eventQuery(
    'last-events',
    `SELECT name.name, last.revision, last.position, last.id, last.data
       FROM unnest($1::text[]) AS name (name)
      CROSS JOIN LATERAL (
        SELECT revision, position, id, CASE WHEN starts_with(name.name, '$$') THEN data ELSE '' END AS data
          FROM ${table} WHERE stream = name.name ORDER BY revision DESC LIMIT 1) AS last`,
    [keys.flatMap((key) => [key, metastreamOf(key)])],
  );

export function statesFrom(keys: readonly string[], rows: unknown[][]): StreamState[] {
  const found = new Map((rows as LastEvent[]).map((row) => [row[0], row]));
  return keys.map((key) => stateFrom(key, found.get(key), found.get(metastreamOf(key))));
}

function stateFrom(name: string, event: LastEvent | undefined, metaevent: LastEvent | undefined): StreamState {
  const none = emptyStream(name);
  const metadata = metaevent && fromHex(metaevent[4]);
  return {
    ...none,
    tombstoned: event !== undefined && Number(event[1]) >= tombstoneRevision,
    events: event ? endAt(event) : none.events,
    metaevents: metaevent ? endAt(metaevent) : none.metaevents,
    metadata,
    retention: retentionOf(name, metadata),
  };
}

const endAt = ([, revision, position, id]: LastEvent): SequenceEnd => ({
  last: Number(revision),
  recent: [{ id, revision: Number(revision), position: Number(position) }],
});
