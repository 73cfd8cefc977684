import type { Bell } from './bell.js';
import type { EventLog } from './event-log.js';
import type { LogEntry } from './entry.js';
import { PageSize } from './pages.js';
import { isTombstone, type From } from './read.js';
import type { Prefixes } from './reader.js';

/** What a follower sees: events in order, how far a filtered search has come, and whether it keeps up. */
export type Sighting =
  | { kind: 'events'; entries: readonly LogEntry[] }
  /** What a search found after one position up to another; perhaps nothing. */
  | { kind: 'found'; entries: readonly LogEntry[]; after: number; upTo: number }
  | { kind: 'caught-up' }
  | { kind: 'fell-behind' }
  | { kind: 'tombstoned' };

export interface Wanted {
  matches(entry: LogEntry): boolean;
  prefixes?: Prefixes;
}

const livePage = { events: 256, bytes: 256 * 1024 };

/** Follows the log after a position, until `bell` is stopped. */
export async function* followAll(
  log: EventLog,
  from: From,
  wanted: Wanted | undefined,
  bell: Bell,
): AsyncGenerator<Sighting> {
  using _ = log.tail.ringing(bell);
  const page = new PageSize();
  let at = from === 'start' ? 0 : from === 'end' ? log.tail.last : from;
  let live = false;
  while (!bell.stopped) {
    const end = log.tail.last;
    const remembered = log.tail.after(at, livePage.events, livePage.bytes);
    if (remembered?.length === 0) {
      if (!live) yield { kind: 'caught-up' };
      live = true;
      if (log.tail.last <= at) await bell.heard();
      continue;
    }
    if (!remembered && live) {
      live = false;
      yield { kind: 'fell-behind' };
    }
    const last = remembered ? remembered.at(-1)!.position : Math.min(end, at + page.size);
    const entries = remembered ?? (await log.reader.range(at + 1, last, wanted?.prefixes));
    if (!remembered) page.learn(entries);
    const after = at;
    at = last;
    yield wanted
      ? { kind: 'found', entries: entries.filter((entry) => wanted.matches(entry)), after, upTo: last }
      : { kind: 'events', entries };
  }
}

/** Follows one stream after a revision, for ever, until `bell` is stopped. It need not exist yet. */
export async function* followStream(log: EventLog, stream: string, from: From, bell: Bell): AsyncGenerator<Sighting> {
  // Listening begins before reading, so nothing can fall between the two.
  using live = log.listen(stream, bell);
  const page = new PageSize();
  let view = await log.view(stream);
  let after = from === 'start' ? -1 : from === 'end' ? (view.kind === 'readable' ? view.last : -1) : from;
  let keepsUp = false;
  while (!bell.stopped) {
    if (view.kind === 'tombstoned') return yield { kind: 'tombstoned' };
    if (view.kind === 'readable') {
      const { first, notBefore } = view;
      for (;;) {
        const entries = await log.streamPage(stream, Math.max(after + 1, first), 'forwards', page.size);
        const visible = entries.filter((entry) => entry.created >= notBefore);
        if (visible.length > 0) yield { kind: 'events', entries: visible };
        after = entries.at(-1)?.revision ?? after;
        if (entries.length < page.size || bell.stopped) break;
        page.learn(entries);
      }
    }
    yield { kind: 'caught-up' };
    keepsUp = true;
    while (keepsUp && !bell.stopped) {
      const heard = await live.next();
      keepsUp = !heard.overflowed;
      const fresh = heard.entries.filter((entry) => entry.revision > after);
      const events = fresh.filter((entry) => !isTombstone(entry));
      if (events.length > 0) {
        after = events.at(-1)!.revision;
        yield { kind: 'events', entries: events };
      }
      if (fresh.length > events.length) return yield { kind: 'tombstoned' };
    }
    if (bell.stopped) return;
    yield { kind: 'fell-behind' };
    view = await log.view(stream);
  }
}
