import { createSecretKey } from 'node:crypto';
import { KeyCache } from './key-cache.js';

const key = (keyId: string) => ({ keyId, key: createSecretKey(Buffer.alloc(32)) });

describe('the cache of unwrapped keys', () => {
  it('keeps a key for moments and then forgets it by itself', async () => {
    const cache = new KeyCache(60);
    const start = performance.now();
    cache.set('anna', key('1'));
    expect(cache.get('anna')?.keyId).toBe('1');
    while (cache.size > 0) await new Promise((turn) => setTimeout(turn, 5));
    expect(performance.now() - start).toBeGreaterThanOrEqual(25);
    expect(cache.get('anna')).toBeUndefined();
  }, 2_000);

  it('never holds more than its bound', () => {
    const cache = new KeyCache(60_000, 10);
    for (let n = 0; n < 100; n++) {
      cache.set(`owner-${n}`, key(`${n}`));
      expect(cache.size).toBeLessThanOrEqual(10);
      expect(cache.get(`owner-${n}`)?.keyId).toBe(`${n}`);
    }
    expect(cache.get('owner-95')?.keyId).toBe('95');
  });

  it('replaces and deletes', () => {
    const cache = new KeyCache(60_000, 4);
    for (const n of ['1', '2', '3']) cache.set('anna', key(n));
    cache.set('ben', key('4'));
    cache.set('cleo', key('5'));
    expect(cache.get('anna')?.keyId).toBe('3');
    cache.delete('anna');
    expect(cache.get('anna')).toBeUndefined();
  });
});
