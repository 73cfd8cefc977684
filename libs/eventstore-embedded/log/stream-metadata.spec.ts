import { firstVisible, isSoftDeleted, retentionOf, showingFrom, softDeletion } from './stream-metadata';

const retention = (metadata: unknown) => retentionOf('s', Buffer.from(JSON.stringify(metadata)));

describe('stream metadata', () => {
  it('keeps what retention needs and ignores what makes no sense', () => {
    expect(retention({ $maxCount: 3, $maxAge: 60, $tb: 2, $acl: {}, own: 1 })).toEqual({
      maxCount: 3,
      maxAge: 60,
      truncateBefore: 2,
    });
    for (const metadata of [{ $maxCount: 0 }, { $maxAge: -1 }, { $tb: 'x' }, { $maxCount: 1.5 }, [1], null, 7]) {
      expect(retention(metadata)).toEqual({});
    }
    expect(retentionOf('s', Buffer.from('not json'))).toEqual({});
    expect(retentionOf('$$s', undefined)).toEqual({ maxCount: 1 });
  });

  it('finds the first visible revision', () => {
    expect(firstVisible({}, 9)).toBe(0);
    expect(firstVisible({ maxCount: 3 }, 9)).toBe(7);
    expect(firstVisible({ maxCount: 30 }, 9)).toBe(0);
    expect(firstVisible({ truncateBefore: 8, maxCount: 5 }, 9)).toBe(8);
  });

  it('tells a soft delete from a large truncation', () => {
    expect(isSoftDeleted(retentionOf('s', softDeletion()))).toBe(true);
    expect(isSoftDeleted({ truncateBefore: Number.MAX_SAFE_INTEGER })).toBe(false);
    expect(isSoftDeleted({})).toBe(false);
  });

  it('shows a stream again from a revision on, leaving the rest as it was', () => {
    expect(JSON.parse(showingFrom(Buffer.from('{"$tb":9223372036854775807,"a":{"b":1}}'), 5)!.toString())).toEqual({
      $tb: 5,
      a: { b: 1 },
    });
    expect(showingFrom(Buffer.from('no json'), 5)).toBeUndefined();
  });
});
