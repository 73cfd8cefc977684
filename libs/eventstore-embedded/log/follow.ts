import type { Bell } from './bell.js';
import type { EventLog } from './event-log.js';
import type { LogEntry } from './entry.js';
import type { Listener } from './listeners.js';
import { PageSize } from './pages.js';
import { isTombstone, type From } from './read.js';
import type { Prefixes } from './reader.js';
import type { StreamView } from './stream-view.js';

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

/** Follows one stream after a revision, until `bell` is stopped. It need not exist yet. */
export async function* followStream(log: EventLog, stream: string, from: From, bell: Bell): AsyncGenerator<Sighting> {
  // Listening begins before reading, so nothing can fall between the two.
  using listener = log.listen(stream, bell);
  let after = from === 'start' ? -1 : from === 'end' ? await lastRevision(log, stream) : from;
  while (!bell.stopped) {
    const view = await log.view(stream);
    if (view.kind === 'tombstoned') return yield { kind: 'tombstoned' };
    if (view.kind === 'readable') after = yield* backlog(log, stream, view, after, bell);
    yield { kind: 'caught-up' };
    const heard = yield* live(listener, after, bell);
    if (heard.tombstoned) return yield { kind: 'tombstoned' };
    after = heard.after;
    if (!bell.stopped) yield { kind: 'fell-behind' };
  }
}

/** What the stream holds after a revision; returns the last revision seen. */
async function* backlog(
  log: EventLog,
  stream: string,
  { first, notBefore }: StreamView & { kind: 'readable' },
  after: number,
  bell: Bell,
): AsyncGenerator<Sighting, number> {
  const page = new PageSize();
  for (;;) {
    const entries = await log.streamPage(stream, Math.max(after + 1, first), 'forwards', page.size);
    const visible = entries.filter((entry) => entry.created >= notBefore);
    if (visible.length > 0) yield { kind: 'events', entries: visible };
    after = entries.at(-1)?.revision ?? after;
    if (entries.length < page.size || bell.stopped) return after;
    page.learn(entries);
  }
}

/** Events as they happen, until the reader cannot keep up or the stream is closed. */
async function* live(
  listener: Listener,
  after: number,
  bell: Bell,
): AsyncGenerator<Sighting, { after: number; tombstoned: boolean }> {
  for (;;) {
    const { entries, overflowed } = await listener.next();
    if (bell.stopped) return { after, tombstoned: false };
    const fresh = entries.filter((entry) => entry.revision > after);
    const events = fresh.filter((entry) => !isTombstone(entry));
    if (events.length > 0) yield { kind: 'events', entries: events };
    after = events.at(-1)?.revision ?? after;
    const tombstoned = fresh.length > events.length;
    if (tombstoned || overflowed) return { after, tombstoned };
  }
}

async function lastRevision(log: EventLog, stream: string): Promise<number> {
  const view = await log.view(stream);
  return view.kind === 'readable' ? view.last : -1;
}
