import fc from 'fast-check';
import type { LogEntry } from './entry';
import { tombstoneRevision } from './event';
import { Bell } from './bell';
import { Tail } from './tail';

const entry = (position: number, stream = 's', revision = position - 1, bytes = 10): LogEntry => ({
  position,
  stream,
  revision,
  type: 'T',
  created: 0,
  response: Buffer.alloc(bytes),
});
const positions = (entries: readonly LogEntry[] | undefined) => entries?.map(({ position }) => position);
const revisions = (entries: readonly LogEntry[] | undefined) => entries?.map(({ revision }) => revision);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('the tail of the log', () => {
  it('hands out what comes after a position, if it is all still there', () => {
    const tail = new Tail(0, { events: 4, bytes: 1_000 });
    tail.push(range(1, 6).map((position) => entry(position)));
    expect(positions(tail.after(2, 10))).toEqual([3, 4, 5, 6]);
    expect(positions(tail.after(4, 1))).toEqual([5]);
    expect(tail.after(1, 10)).toBeUndefined();
    expect(tail.after(6, 10)).toEqual([]);
    expect(tail.after(99, 10)).toEqual([]);
  });

  it('knows nothing of what was there before it began', () => {
    const tail = new Tail(7);
    expect(tail.last).toBe(7);
    expect(tail.after(7, 10)).toEqual([]);
    expect(tail.after(6, 10)).toBeUndefined();
    tail.push([entry(8)]);
    expect(positions(tail.after(7, 10))).toEqual([8]);
    expect(tail.after(6, 10)).toBeUndefined();
  });

  it('forgets by bytes too', () => {
    const tail = new Tail(0, { events: 100, bytes: 100 });
    tail.push(range(1, 5).map((position) => entry(position, 's', position - 1, 40)));
    expect(positions(tail.after(3, 10))).toEqual([4, 5]);
    expect(tail.after(2, 10)).toBeUndefined();
    expect(positions(tail.after(3, 10, 1))).toEqual([4]);
  });

  it('reads a stream both ways, or says that it cannot', () => {
    const tail = new Tail(0, { events: 6, bytes: 10_000 });
    tail.push([entry(1, 'a', 0), entry(2, 'b', 0), entry(3, 'a', 1), entry(4, 'b', 1), entry(5, 'a', 2)]);
    expect(revisions(tail.ofStream('a', 0, 'forwards', 10))).toEqual([0, 1, 2]);
    expect(revisions(tail.ofStream('a', 1, 'forwards', 1))).toEqual([1]);
    expect(revisions(tail.ofStream('a', 9, 'backwards', 2))).toEqual([2, 1]);
    expect(revisions(tail.ofStream('a', 1, 'backwards', 9))).toEqual([1, 0]);
    expect(tail.ofStream('c', 0, 'forwards', 10)).toBeUndefined();
    tail.push([entry(6, 'b', 2), entry(7, 'b', 3)]);
    expect(tail.ofStream('a', 0, 'forwards', 10)).toBeUndefined();
    expect(revisions(tail.ofStream('a', 1, 'forwards', 10))).toEqual([1, 2]);
    expect(revisions(tail.ofStream('a', 2, 'backwards', 2))).toEqual([2, 1]);
    expect(tail.ofStream('a', 2, 'backwards', 3)).toBeUndefined();
  });

  it('keeps tombstones out of streams', () => {
    const tail = new Tail(0);
    tail.push([entry(1, 'a', 0), entry(2, 'a', tombstoneRevision)]);
    expect(revisions(tail.ofStream('a', 0, 'forwards', 10))).toEqual([0]);
    expect(positions(tail.after(0, 10))).toEqual([1, 2]);
  });

  it('never leaves a gap, whatever is pushed and forgotten', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (pushes, events) => {
          const tail = new Tail(0, { events, bytes: 1_000_000 });
          let position = 0;
          for (const count of pushes) {
            tail.push(range(position + 1, position + count).map((at) => entry(at, `s${at % 3}`, Math.floor(at / 3))));
            position += count;
            for (let after = Math.max(0, position - events); after <= position; after++) {
              expect(positions(tail.after(after, 100))).toEqual(range(after + 1, position));
            }
            if (position > events) expect(tail.after(position - events - 1, 100)).toBeUndefined();
          }
        },
      ),
    );
  });

  it('rings at every push until the follower leaves', async () => {
    const tail = new Tail(0);
    const bell = new Bell();
    const ringing = tail.ringing(bell);
    tail.push([entry(1)]);
    await bell.heard();
    const heard = bell.heard();
    tail.push([entry(2)]);
    await heard;
    ringing[Symbol.dispose]();
    let rung = false;
    void bell.heard().then(() => (rung = true));
    tail.push([entry(3)]);
    await new Promise(setImmediate);
    expect(rung).toBe(false);
    bell.stop();
    await new Promise(setImmediate);
    expect(rung).toBe(true);
  });
});
