import { Turns } from './turns';

describe('turns', () => {
  it('work on one key never overlaps and keeps its order; another key does not wait', async () => {
    const turns = new Turns();
    const gate = Promise.withResolvers<void>();
    const seen: string[] = [];
    const first = turns.take('a', async () => {
      await gate.promise;
      seen.push('first');
    });
    const second = turns.take('a', async () => void seen.push('second'));
    await turns.take('b', async () => void seen.push('other'));
    gate.resolve();
    await Promise.all([first, second]);
    expect(seen).toEqual(['other', 'first', 'second']);
  });

  it('a failure is its own: the next still has its turn', async () => {
    const turns = new Turns();
    const failing = turns.take('a', () => Promise.reject(new Error('mine')));
    const next = turns.take('a', async () => 'done');
    await expect(failing).rejects.toThrow('mine');
    await expect(next).resolves.toBe('done');
  });
});
