import type { EventLog } from './event-log.js';
import type { LogEntry } from './entry.js';
import { tombstoneRevision } from './event.js';
import { PageSize } from './pages.js';
import type { Direction } from './reader.js';
import type { StreamView } from './stream-view.js';

/** A place in a stream or in the log: a number, or one of its ends. */
export type From = number | 'start' | 'end';

/** Pages of a stream's visible events. `view` says what a reader may see. */
export async function* readStream(
  log: EventLog,
  stream: string,
  view: StreamView & { kind: 'readable' },
  from: From,
  direction: Direction,
  count: number,
): AsyncGenerator<readonly LogEntry[]> {
  const forwards = direction === 'forwards';
  const page = new PageSize(Math.min(count, 128));
  let left = count;
  let at = from === 'start' ? 0 : from === 'end' ? (forwards ? view.last + 1 : view.last) : from;
  if (forwards) at = Math.max(at, view.first);
  while (left > 0 && (!forwards || at <= view.last)) {
    const limit = Math.min(left, page.size);
    const entries = await log.streamPage(stream, at, direction, limit);
    const visible = entries.filter((entry) => entry.revision >= view.first && entry.created >= view.notBefore);
    if (visible.length > 0) yield visible;
    left -= visible.length;
    const last = entries.at(-1);
    if (!last || entries.length < limit || (!forwards && last.revision <= view.first)) return;
    at = last.revision + (forwards ? 1 : -1);
    page.learn(entries);
  }
}

/** Pages of the log up to where it ends now. Forwards includes the position named, backwards begins before it. */
export async function* readAll(
  log: EventLog,
  from: From,
  direction: Direction,
  count: number,
  wanted: (entry: LogEntry) => boolean,
): AsyncGenerator<readonly LogEntry[]> {
  const page = new PageSize();
  const end = log.tail.last;
  let left = count;
  if (direction === 'forwards') {
    let at = from === 'start' ? 1 : from === 'end' ? end + 1 : Math.max(1, from);
    while (at <= end && left > 0) {
      const last = Math.min(end, at + page.size - 1);
      const entries = log.tail.after(at - 1, last - at + 1) ?? (await log.reader.range(at, last));
      const taken = entries.filter(wanted).slice(0, left);
      if (taken.length > 0) yield taken;
      left -= taken.length;
      at = last + 1;
      page.learn(entries);
    }
    return;
  }
  let at = from === 'end' ? end : from === 'start' ? 0 : Math.min(end, from - 1);
  while (at > 0 && left > 0) {
    const first = Math.max(1, at - page.size + 1);
    const entries = log.tail.after(first - 1, at - first + 1) ?? (await log.reader.range(first, at));
    const taken = entries.toReversed().filter(wanted).slice(0, left);
    if (taken.length > 0) yield taken;
    left -= taken.length;
    at = first - 1;
    page.learn(entries);
  }
}

export const isTombstone = (entry: LogEntry): boolean => entry.revision === tombstoneRevision;
