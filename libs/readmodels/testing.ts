import type { DataOf, EventType } from '#libs/domain/events';
import type { LoggedEvent } from './projected-event.js';
import type { Change, Projection } from './projection.js';
import { rowsAfter, type Row } from './rows-after.js';

/** An event as the log would hand it over; its data may be incomplete where the projection does not look. */
export const logged = <T extends EventType>(
  stream: string,
  type: T,
  data: Partial<DataOf<T>>,
  recorded: Partial<LoggedEvent> = {},
): LoggedEvent => ({
  id: `${stream}/${type}`,
  type,
  data,
  metadata: { correlationId: stream.slice(stream.indexOf('-') + 1), actor: { kind: 'anonymous' } },
  stream,
  revision: 0n,
  position: 0n,
  recordedAt: new Date('2026-01-01T00:00:00.000Z'),
  ...recorded,
});

/** The rows a projection makes of these events, by key. Pure. */
export function rowsFrom<R extends object>(projection: Projection<R>, ...events: readonly LoggedEvent[]): R[] {
  const rows = new Map<string, Row>();
  for (const event of events) {
    const changes = projection.changes(event) as unknown as readonly Change<Row>[];
    for (const [key, row] of rowsAfter(projection as unknown as Projection, changes, (key) => rows.get(key))) {
      if (row) rows.set(key, row);
      else rows.delete(key);
    }
  }
  return [...rows.values()] as R[];
}
