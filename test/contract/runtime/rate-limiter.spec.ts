import type pg from 'pg';
import { openPool } from '#libs/runtime/postgres';
import { RateLimiter } from '#libs/runtime/rate-limiter';
import { createTestDatabase, type TestDatabase } from '../../support/database';

const minute = 60_000;

describe('the rate limiter', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let limiter: RateLimiter;
  let now = Date.UTC(2026, 0, 1);

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = openPool(database.url);
    limiter = await RateLimiter.open(pool, { now: () => new Date(now) });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const allowed = async (asked: Promise<{ allowed: boolean }>): Promise<boolean> => (await asked).allowed;

  it('keeps from strangers what is not theirs, however often they ask', async () => {
    const calls = { limit: 3, strangers: 2, windowMs: minute };
    const answers: boolean[] = [];
    for (let n = 0; n < 9; n++) answers.push(await allowed(limiter.hit('owner', calls, 'stranger')));
    expect(answers).toEqual([true, true, ...Array<boolean>(7).fill(false)]);
    expect(await allowed(limiter.hit('owner', calls))).toBe(true);
    expect(await allowed(limiter.hit('owner', calls))).toBe(false);
  });

  it('lets the owner have all of it while no stranger asks, and leaves strangers nothing then', async () => {
    const calls = { limit: 3, strangers: 2, windowMs: minute };
    for (let n = 0; n < 3; n++) expect(await allowed(limiter.hit('alone', calls))).toBe(true);
    expect(await allowed(limiter.hit('alone', calls, 'stranger'))).toBe(false);
  });

  it('counts strangers in the window they share, wherever in it they ask', async () => {
    const calls = { limit: 3, strangers: 2, windowMs: minute };
    const ask = (by?: 'stranger') => allowed(limiter.hit('window', calls, by));
    await ask('stranger');
    now += minute - 1;
    await ask('stranger');
    now += 1;
    expect([await ask('stranger'), await ask('stranger'), await ask('stranger'), await ask()]).toEqual([
      ...[true, true, false, true],
    ]);
  });

  it('holds its shares when many ask at once', async () => {
    const many = { limit: 20, strangers: 10, windowMs: minute };
    const asked = Array.from({ length: 200 }, () => allowed(limiter.hit('many', many, 'stranger')));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(10);
    expect(await allowed(limiter.hit('many', many))).toBe(true);
  });

  it('counts in all windows or in none: a refusal keeps no pause from ending', async () => {
    const windows = [
      ['pause', { limit: 1, windowMs: 2 * minute }],
      ['day', { limit: 3, strangers: 2, windowMs: 1_440 * minute }],
    ] as const;
    for (const expected of [true, true, false]) {
      now += 2 * minute;
      expect(await allowed(limiter.hitAll(windows, 'stranger'))).toBe(expected);
    }
    // At the very moment of the refusal: no pause began.
    expect(await allowed(limiter.hitAll(windows))).toBe(true);
    expect(await limiter.hitAll(windows)).toEqual({ allowed: false, retryAfterMs: 2 * minute });
  });

  it('takes several windows for many callers at once', async () => {
    const windows = ['short', 'shared', 'long'].map((key) => [key, { limit: 5, windowMs: minute }] as const);
    const asked = Array.from({ length: 50 }, () => allowed(limiter.hitAll(windows)));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(5);
  });

  it('goes by the injected clock: a window ends to the millisecond, and says how long it lasts', async () => {
    const starts = { limit: 2, windowMs: 10 * minute };
    const ask = () => limiter.hit('clock', starts);
    const began = now;
    for (let n = 0; n < 2; n++) expect(await ask()).toEqual({ allowed: true, retryAfterMs: 10 * minute });
    now = began + 4 * minute;
    expect(await ask()).toEqual({ allowed: false, retryAfterMs: 6 * minute });
    now = began + 10 * minute - 1;
    expect(await ask()).toEqual({ allowed: false, retryAfterMs: 1 });
    now = began + 10 * minute;
    expect(await ask()).toEqual({ allowed: true, retryAfterMs: 10 * minute });
  });

  it('forgets windows that ended, and no others', async () => {
    const kept = async () =>
      (await pool.query('SELECT key FROM runtime.rate_limits')).rows.map(({ key }) => key as string);
    await limiter.hit('short-lived', { limit: 1, windowMs: minute });
    await limiter.hit('long-lived', { limit: 1, windowMs: 10 * minute });
    now += minute + 1;
    await limiter.sweep();
    expect(await kept()).toContain('long-lived');
    expect(await kept()).not.toContain('short-lived');
    expect(await allowed(limiter.hit('long-lived', { limit: 1, windowMs: 10 * minute }))).toBe(false);
  });
});
