import { randomUUID } from 'node:crypto';
import { checkCommit, type CommitDecision, type Placement } from './commit-check.js';
import {
  isMetastream,
  metadataType,
  metastreamOf,
  tombstoneRevision,
  tombstoneType,
  type ExpectedRevision,
  type ProposedEvent,
  type RecordedEvent,
} from './event.js';
import { isSoftDeleted, showingFrom, softDeletion } from './stream-metadata.js';
import { factsOf, sequenceOf, stateKey, withEvent, type StreamState } from './stream-state.js';

export interface WriteRequest {
  stream: string;
  expected: ExpectedRevision;
  /** `append` writes `events`; the two deletions write one event of their own. */
  deed: { append: readonly ProposedEvent[] } | 'delete' | 'tombstone';
}

export type WriteOutcome =
  /** `last`: the stream's revision after this write, −1 for an empty stream; `position`: of its last event. */
  | { kind: 'done'; last: number; position: number | undefined }
  | { kind: 'wrong-expected-version'; current: number }
  | { kind: 'deleted' };

/** What a group of writes needs to know about events already committed. */
export interface Committed {
  /** Loaded before the group starts. */
  state(key: string): StreamState;
  recent(id: string): Placement | undefined;
  at(stream: string, revision: number): Promise<{ id: string; position: number } | undefined>;
}

/** Decides write after write, each seeing those before it, and gathers the events of one transaction. */
export class Group {
  readonly events: RecordedEvent[] = [];
  readonly #states = new Map<string, StreamState>();
  readonly #ids = new Map<string, Placement>();

  constructor(
    private readonly committed: Committed,
    private head: number,
    private readonly now: number,
  ) {}

  /** The states of all streams this group changed. */
  get changed(): Iterable<StreamState> {
    return this.#states.values();
  }

  async decide({ stream, expected, deed }: WriteRequest): Promise<WriteOutcome> {
    const state = this.#state(stream);
    const ids = typeof deed === 'string' ? [randomUUID()] : deed.append.map(({ id }) => id);
    const decision = await checkCommit(factsOf(state, stream), expected, ids, {
      recent: (id) => this.#ids.get(id) ?? this.committed.recent(id),
      at: (revision) => this.#at(stream, revision),
    });
    const current = sequenceOf(state, stream).last;
    if (decision.kind === 'repeat') return { kind: 'done', last: decision.last, position: decision.position };
    if (decision.kind === 'wrong-expected-version') return { kind: 'wrong-expected-version', current };
    if (decision.kind === 'deleted') return { kind: 'deleted' };
    if (deed === 'tombstone') return this.#tombstone(stream);
    if (deed === 'delete') return this.#delete(state, stream);
    return this.#append(state, stream, deed.append, decision);
  }

  #append(
    before: StreamState,
    stream: string,
    events: readonly ProposedEvent[],
    { undelete }: CommitDecision & { kind: 'append' },
  ): WriteOutcome {
    let last = sequenceOf(before, stream).last;
    const recreatesFrom = last + 1;
    let position: number | undefined;
    for (const event of events) position = this.#record(stream, ++last, event);
    const describesDeleted = isMetastream(stream) && isSoftDeleted(before.retention);
    if (undelete) this.#showFrom(stream, recreatesFrom);
    if (describesDeleted) this.#showFrom(before.name, before.events.last + 1);
    return { kind: 'done', last, position };
  }

  /** A soft delete hides every event until the next append. Its metadata replace all that were set before. */
  #delete(state: StreamState, stream: string): WriteOutcome {
    const { events, metaevents } = state;
    if (isMetastream(stream) || (events.last < 0 && metaevents.last < 0)) {
      return { kind: 'wrong-expected-version', current: -1 };
    }
    const position = this.#record(metastreamOf(stream), metaevents.last + 1, metadataEvent(softDeletion()));
    return { kind: 'done', last: events.last, position };
  }

  #tombstone(stream: string): WriteOutcome {
    const none = Buffer.alloc(0);
    const event = { id: randomUUID(), type: tombstoneType, json: false, data: none, metadata: none };
    return { kind: 'done', last: tombstoneRevision, position: this.#record(stream, tombstoneRevision, event) };
  }

  #showFrom(stream: string, revision: number): void {
    const { metadata, metaevents } = this.#state(stream);
    const shown = metadata && showingFrom(metadata, revision);
    if (shown) this.#record(metastreamOf(stream), metaevents.last + 1, metadataEvent(shown));
  }

  #record(stream: string, revision: number, event: ProposedEvent): number {
    const position = ++this.head;
    const recorded = { ...event, stream, revision, position, created: this.now };
    this.events.push(recorded);
    this.#ids.set(event.id, { stream, revision, position });
    this.#states.set(stateKey(stream), withEvent(this.#state(stream), recorded));
    return position;
  }

  #state(stream: string): StreamState {
    const key = stateKey(stream);
    return this.#states.get(key) ?? this.committed.state(key);
  }

  async #at(stream: string, revision: number): Promise<{ id: string; position: number } | undefined> {
    const { recent } = sequenceOf(this.#state(stream), stream);
    const oldest = recent[0]?.revision ?? Infinity;
    return revision >= oldest ? recent[revision - oldest] : this.committed.at(stream, revision);
  }
}

const metadataEvent = (data: Buffer): ProposedEvent => ({
  id: randomUUID(),
  type: metadataType,
  json: true,
  data,
  metadata: Buffer.alloc(0),
});
