import { checkCommit, type Lookups, type Placement, type StreamFacts } from './commit-check';
import type { ExpectedRevision } from './event';

const stream = (facts: Partial<StreamFacts> = {}): StreamFacts => ({
  stream: 's',
  last: -1,
  tombstoned: false,
  softDeleted: false,
  hasMetadata: false,
  ...facts,
});

/** A stream that holds these ids, all of them recently written. */
const holding = (...ids: string[]): Lookups => ({
  recent: (id): Placement | undefined =>
    ids.includes(id) ? { stream: 's', revision: ids.indexOf(id), position: ids.indexOf(id) + 1 } : undefined,
  at: async (revision) => (ids[revision] === undefined ? undefined : { id: ids[revision], position: revision + 1 }),
});

const decide = (facts: StreamFacts, expected: ExpectedRevision, ids: string[], held: string[] = []) =>
  checkCommit(facts, expected, ids, holding(...held));

describe('the check before a commit', () => {
  it('appends at the revision expected, and nowhere else', async () => {
    expect(await decide(stream(), 'no-stream', ['a'])).toEqual({ kind: 'append', undelete: false });
    expect(await decide(stream({ last: 1 }), 1, ['c'], ['a', 'b'])).toEqual({ kind: 'append', undelete: false });
    expect(await decide(stream({ last: 1 }), 2, ['c'], ['a', 'b'])).toEqual({ kind: 'wrong-expected-version' });
    expect(await decide(stream({ last: 1 }), 0, ['c'], ['a', 'b'])).toEqual({ kind: 'wrong-expected-version' });
    expect(await decide(stream(), 0, ['a'])).toEqual({ kind: 'wrong-expected-version' });
  });

  it('knows a repeat at its revision, with the place of its last event', async () => {
    expect(await decide(stream({ last: 2 }), 'no-stream', ['a', 'b'], ['a', 'b', 'c'])).toEqual({
      kind: 'repeat',
      last: 1,
      position: 2,
    });
    expect(await decide(stream({ last: 2 }), 1, ['c'], ['a', 'b', 'c'])).toEqual({
      kind: 'repeat',
      last: 2,
      position: 3,
    });
  });

  it('refuses a repeat that matches in part, or goes beyond what is there', async () => {
    const wrong = { kind: 'wrong-expected-version' };
    expect(await decide(stream({ last: 1 }), 'no-stream', ['a', 'x'], ['a', 'b'])).toEqual(wrong);
    expect(await decide(stream({ last: 1 }), 'no-stream', ['a', 'b', 'c'], ['a', 'b'])).toEqual(wrong);
    expect(await decide(stream({ last: 1 }), 'any', ['a', 'x'], ['a', 'b'])).toEqual(wrong);
    expect(await decide(stream({ last: 1 }), 'no-stream', [], ['a', 'b'])).toEqual(wrong);
  });

  it('asks for a stream that exists, if only by its metadata', async () => {
    expect(await decide(stream(), 'stream-exists', ['a'])).toEqual({ kind: 'wrong-expected-version' });
    expect(await decide(stream({ hasMetadata: true }), 'stream-exists', ['a'])).toEqual({
      kind: 'append',
      undelete: false,
    });
    expect(await decide(stream({ last: 0 }), 'stream-exists', ['b'], ['a'])).toEqual({
      kind: 'append',
      undelete: false,
    });
    expect(await decide(stream({ last: 0, softDeleted: true }), 'stream-exists', ['b'], ['a'])).toEqual({
      kind: 'deleted',
    });
  });

  it('does not take an event of another stream for a repeat', async () => {
    const elsewhere: Lookups = {
      recent: () => ({ stream: 'other', revision: 0, position: 1 }),
      at: async () => undefined,
    };
    expect(await checkCommit(stream(), 'any', ['a'], elsewhere)).toEqual({ kind: 'append', undelete: false });
  });

  it('recreates a soft-deleted stream, once', async () => {
    const hidden = stream({ last: 1, softDeleted: true });
    const recreate = { kind: 'append', undelete: true };
    expect(await decide(hidden, 'any', ['c'], ['a', 'b'])).toEqual(recreate);
    expect(await decide(hidden, 'no-stream', ['c'], ['a', 'b'])).toEqual(recreate);
    expect(await decide(hidden, 1, ['c'], ['a', 'b'])).toEqual(recreate);
    expect(await decide(hidden, 0, ['c'], ['a', 'b'])).toEqual({ kind: 'wrong-expected-version' });
    expect(await decide(hidden, 'no-stream', ['a'], ['a', 'b'])).toEqual({ kind: 'repeat', last: 0, position: 1 });
    expect(await decide(stream({ last: 2 }), 'no-stream', ['d'], ['a', 'b', 'c'])).toEqual({
      kind: 'wrong-expected-version',
    });
  });

  it('takes nothing for a tombstoned stream, not even a repeat', async () => {
    for (const expected of ['any', 'no-stream', 'stream-exists', 0] as const) {
      expect(await decide(stream({ last: 0, tombstoned: true }), expected, ['a'], ['a'])).toEqual({ kind: 'deleted' });
    }
  });
});
