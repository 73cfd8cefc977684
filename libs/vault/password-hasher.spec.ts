import { HasherBusy } from './errors.js';
import { PasswordHasher } from './password-hasher.js';

const password = 'Correct-Horse-1!';

describe('the password hasher', () => {
  it('makes argon2id hashes of at least 19 MiB and two passes, each with its own salt', async () => {
    const hasher = new PasswordHasher();
    const hashes = await Promise.all([hasher.hash(password), hasher.hash(password)]);
    for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(hashes[0]).not.toBe(hashes[1]);
    expect(await hasher.verify(hashes[0], password)).toBe(true);
    expect(await hasher.verify(hashes[1], password)).toBe(true);
    expect(await hasher.verify(hashes[0], `${password} `)).toBe(false);
    expect(await hasher.verify(hashes[0], password.toLowerCase())).toBe(false);
  });

  it('P4: takes both compositions of a password for the same', async () => {
    const hasher = new PasswordHasher();
    const hash = await hasher.hash('u\u0308ber alle Berge');
    expect(await hasher.verify(hash, '\u00fcber alle Berge')).toBe(true);
  });

  it('P5, P6: does not let a broken or boundless password pass, nor collide', async () => {
    const hasher = new PasswordHasher();
    const hash = await hasher.hash('replaced \ufffd character');
    expect(await hasher.verify(hash, 'replaced \ud800 character')).toBe(false);
    expect(await hasher.verify(await hasher.hash(''), 'x'.repeat(5_000))).toBe(false);
    await expect(hasher.hash('lone \udc00')).rejects.toThrow(RangeError);
    await expect(hasher.hash('x'.repeat(4_097))).rejects.toThrow(RangeError);
    await expect(hasher.hash('あ'.repeat(1_400))).rejects.toThrow(RangeError);
    expect(await hasher.verify(await hasher.hash('あ'.repeat(256)), 'あ'.repeat(256))).toBe(true);
  });

  it('answers false where there is no hash, after the same work', async () => {
    const hasher = new PasswordHasher({ concurrency: 1 });
    const hash = await hasher.hash(password);
    const times = { known: [] as number[], unknown: [] as number[] };
    for (let round = 0; round < 9; round++) {
      times.known.push(await timed(() => hasher.verify(hash, 'wrong')));
      times.unknown.push(await timed(() => hasher.verify(undefined, 'wrong')));
    }
    expect(await hasher.verify(undefined, 'wrong')).toBe(false);
    expect(await hasher.verify(undefined, '')).toBe(false);
    const ratio = median(times.unknown) / median(times.known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('works on so many at once, lets so many wait and refuses the next', async () => {
    const hasher = new PasswordHasher({ concurrency: 2, queue: 3 });
    const accepted = Array.from({ length: 5 }, () => hasher.hash(password));
    expect(hasher.stats()).toEqual({ running: 2, waiting: 3 });
    await expect(hasher.hash(password)).rejects.toBeInstanceOf(HasherBusy);
    await expect(hasher.verify(undefined, password)).rejects.toBeInstanceOf(HasherBusy);
    expect(() => hasher.refuseWhenFull()).toThrow(HasherBusy);
    expect(await Promise.all(accepted)).toHaveLength(5);
    expect(hasher.stats()).toEqual({ running: 0, waiting: 0 });
    hasher.refuseWhenFull();
    expect(await hasher.verify(await hasher.hash(password), password)).toBe(true);
  });

  it('goes on after a hash it cannot read', async () => {
    const hasher = new PasswordHasher({ concurrency: 1, queue: 1 });
    const results = await Promise.allSettled([hasher.verify('not a hash', password), hasher.hash(password)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(hasher.stats()).toEqual({ running: 0, waiting: 0 });
  });

  it('leaves the event loop free', async () => {
    const hasher = new PasswordHasher({ concurrency: 2 });
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    await Promise.all(Array.from({ length: 8 }, () => hasher.hash(password)));
    clearInterval(turning);
    expect(turns).toBeGreaterThan(8);
  });
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
