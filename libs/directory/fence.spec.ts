import { randomUUID } from 'node:crypto';
import { accountTag, fenceIn, fenceText, longestFence, standing, type Fence } from './fence.js';

describe('a fence', () => {
  const account = accountTag(randomUUID());
  const own: Fence = { epoch: 17, writebackId: randomUUID(), step: 2, account };
  const stands = (found: Partial<Fence> | string | null): string =>
    standing(typeof found === 'string' || found === null ? found : fenceText({ ...own, ...found }), own);

  it('is read as it was written, and has room in seventy characters', () => {
    expect(fenceIn(fenceText(own))).toEqual(own);
    expect(longestFence).toBe(70);
    expect(fenceText({ ...own, epoch: 1e15 - 1, step: 99 })).toHaveLength(longestFence);
  });

  it.each<[string, Partial<Fence> | string | null, string]>([
    ['nothing', null, 'before'],
    ['something foreign', 'employee 4711', 'before'],
    ['one that is cut off', fenceText(own).slice(0, 30), 'before'],
    ['an earlier reset', { epoch: 16, writebackId: randomUUID() }, 'before'],
    ['this step', {}, 'done'],
    ['an earlier step of this reset', { step: 1 }, 'before'],
    ['a later step of this reset', { step: 3 }, 'done'],
    ['a later reset', { epoch: 18, writebackId: randomUUID() }, 'stale'],
    ['another reset of this epoch', { writebackId: randomUUID() }, 'stale'],
    // A trial of the product, or the account that this person had before: its numbers say nothing.
    ['a higher one of another account', { epoch: 900, writebackId: randomUUID(), account: '000000' }, 'before'],
    ['this step, of an earlier release', { account: undefined }, 'done'],
    ['a later reset, of an earlier release', { epoch: 18, writebackId: randomUUID(), account: undefined }, 'stale'],
  ])('says of %s what it means', (_, found, meaning) => {
    expect(stands(found)).toBe(meaning);
  });
});
