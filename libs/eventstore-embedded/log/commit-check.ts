import type { ExpectedRevision } from './event.js';

/** Where an event with a given id already stands. */
export interface Placement {
  stream: string;
  revision: number;
  position: number;
}

/** What is known about a stream at the moment of decision. */
export interface StreamFacts {
  stream: string;
  /** −1 when nothing was ever written. */
  last: number;
  tombstoned: boolean;
  softDeleted: boolean;
  hasMetadata: boolean;
}

export interface Lookups {
  /** Finds recent events by id, whatever their stream: a bounded memory, so a very old repeat is not recognised. */
  recent(id: string): Placement | undefined;
  /** The event at a revision of this stream, exactly. */
  at(revision: number): Promise<{ id: string; position: number } | undefined>;
}

export type CommitDecision =
  | { kind: 'append'; undelete: boolean }
  /** The same events are there already; the answer is the one the first append got. */
  | { kind: 'repeat'; last: number; position: number }
  | { kind: 'wrong-expected-version' }
  | { kind: 'deleted' };

const append: CommitDecision = { kind: 'append', undelete: false };
const wrong: CommitDecision = { kind: 'wrong-expected-version' };
const deleted: CommitDecision = { kind: 'deleted' };

/**
 * EventStoreDB's rules for expected revisions and idempotency. A repeat that matches only in part is refused as a
 * wrong expected version.
 */
export async function checkCommit(
  facts: StreamFacts,
  expected: ExpectedRevision,
  ids: readonly string[],
  lookups: Lookups,
): Promise<CommitDecision> {
  if (facts.tombstoned) return deleted;
  if (expected === 'stream-exists') {
    if (facts.softDeleted) return deleted;
    if (facts.last < 0 && !facts.hasMetadata) return wrong;
  }
  if (expected === 'any' || expected === 'stream-exists') return repeatedAnywhere(facts, ids, lookups);

  const revision = expected === 'no-stream' ? -1 : expected;
  if (revision > facts.last) return wrong;
  if (revision === facts.last) return facts.softDeleted ? { kind: 'append', undelete: true } : append;
  return repeatedExactly(facts, revision, ids, lookups);
}

function repeatedAnywhere(facts: StreamFacts, ids: readonly string[], lookups: Lookups): CommitDecision {
  let last: Placement | undefined;
  for (const id of ids) {
    const found = lookups.recent(id);
    if (found?.stream !== facts.stream) {
      return last ? wrong : { kind: 'append', undelete: facts.softDeleted };
    }
    last = found;
  }
  return last
    ? { kind: 'repeat', last: last.revision, position: last.position }
    : { kind: 'append', undelete: facts.softDeleted };
}

async function repeatedExactly(
  facts: StreamFacts,
  revision: number,
  ids: readonly string[],
  lookups: Lookups,
): Promise<CommitDecision> {
  let at = revision;
  let position = 0;
  for (const id of ids) {
    at += 1;
    const found = at <= facts.last ? await lookups.at(at) : undefined;
    if (found?.id === id) {
      position = found.position;
      continue;
    }
    const first = at === revision + 1;
    return first && revision === -1 && facts.softDeleted ? { kind: 'append', undelete: true } : wrong;
  }
  return ids.length === 0 ? wrong : { kind: 'repeat', last: at, position };
}
