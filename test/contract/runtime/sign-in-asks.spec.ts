import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { openPool } from '#libs/runtime/postgres';
import { SignInAsks } from '#libs/runtime/sign-in-asks';
import { createTestDatabase, type TestDatabase } from '../../support/database';

const patience = 5_000;

describe('questions of the sign-in to the agents', () => {
  let database: TestDatabase;
  let pools: pg.Pool[];
  let signIn: SignInAsks;
  let desk: SignInAsks;
  const key = randomBytes(32);
  const tenantId = randomUUID();

  beforeAll(async () => {
    database = await createTestDatabase();
    pools = [openPool(database.url), openPool(database.url)];
    [signIn, desk] = [await SignInAsks.open(pools[0]!, key), await SignInAsks.open(pools[1]!, key)];
  });
  afterAll(async () => {
    await Promise.all([signIn, desk].map((asks) => asks?.close()));
    await Promise.all(pools.map((pool) => pool.end()));
    await database.drop();
  });

  const taken = (tenant: string): Promise<object | undefined> => desk.take(tenant, AbortSignal.timeout(patience));
  const asked = (waitMs = patience) => {
    const askId = randomUUID();
    return { askId, answer: signIn.ask({ askId, tenantId, body: { askId } }, waitMs) };
  };
  const row = (askId: string, verdict: string) =>
    pools[1]!.query('UPDATE runtime.sign_in_asks SET verdict = $2 WHERE ask_id = $1', [askId, verdict]);

  it('are answered from another process, once', async () => {
    const { askId, answer } = asked();
    expect(await taken(tenantId)).toEqual({ askId });
    await desk.answer(tenantId, askId, 'wrong');
    await desk.answer(tenantId, askId, 'right');
    expect(await answer).toBe('wrong');
  });

  it('are heard of at once, also when they are asked just as an agent has looked', async () => {
    let looked: (() => Promise<void>) | undefined;
    // A line on which the empty answer travels for a while.
    const line = new Proxy(pools[1]!, {
      get(pool, name) {
        if (name !== 'query') return (Reflect.get(pool, name) as { bind(to: pg.Pool): unknown }).bind(pool);
        return async (...query: [string, unknown[]]) => {
          const answer = await pool.query(...query);
          const once = looked;
          looked = undefined;
          await once?.();
          return answer;
        };
      },
    });
    const far = await SignInAsks.open(line, key);
    try {
      let question: ReturnType<typeof asked> | undefined;
      looked = async () => {
        question = asked();
        await pause(100);
      };
      const began = performance.now();
      expect(await far.take(tenantId, AbortSignal.timeout(patience))).toEqual({ askId: question!.askId });
      expect(performance.now() - began).toBeLessThan(1_000);
      await far.answer(tenantId, question!.askId, 'wrong');
      expect(await question!.answer).toBe('wrong');
    } finally {
      await far.close();
    }
  });

  it('outlive that the database ends the line they are heard on, also while that is being closed', async () => {
    const lines = new Set<pg.PoolClient>();
    const pool = openPool(database.url).on('acquire', (line) => lines.add(line as pg.PoolClient));
    const asks = await SignInAsks.open(pool, key);
    const listening = () => [...lines].filter((line) => line.listenerCount('notification') > 0);
    const heard = () => asks.take(randomUUID(), AbortSignal.timeout(50));
    const ended = new Error('terminating connection due to administrator command');
    await heard();
    listening()[0]!.emit('error', ended);
    await heard();
    expect(listening()).toHaveLength(2);
    await asks.close();
    for (const line of listening()) line.emit('error', ended);
    await pool.end();
  });

  it('are forgotten with the process that asked: the next one takes them away', async () => {
    const left = randomUUID();
    await pools[0]!.query(
      `INSERT INTO runtime.sign_in_asks (ask_id, tenant_id, body, asked_at)
       VALUES ($1, $2, '{}', clock_timestamp() - interval '2 minutes')`,
      [left, tenantId],
    );
    const { askId, answer } = asked();
    await taken(tenantId);
    await desk.answer(tenantId, askId, 'right');
    expect(await answer).toBe('right');
    expect((await pools[0]!.query('SELECT FROM runtime.sign_in_asks WHERE ask_id = $1', [left])).rowCount).toBe(0);
  });

  it('are neither given to nor answered by another tenant’s agents', async () => {
    const { askId, answer } = asked(1_000);
    expect(await desk.take(randomUUID(), AbortSignal.timeout(200))).toBeUndefined();
    await desk.answer(randomUUID(), askId, 'right');
    expect(await taken(tenantId)).toEqual({ askId });
    expect(await answer).toBeUndefined();
  });

  it('believe no verdict that somebody wrote into the table, or took from another question', async () => {
    const first = asked();
    await taken(tenantId);
    const plain = asked();
    await taken(tenantId);
    await row(plain.askId, 'right');
    expect(await plain.answer).toBeUndefined();

    await desk.answer(tenantId, first.askId, 'right');
    const text = 'SELECT verdict FROM runtime.sign_in_asks WHERE ask_id = $1';
    const kept = (await pools[1]!.query<{ verdict: string }>(text, [first.askId])).rows[0]?.verdict;
    expect(await first.answer).toBe('right');
    const copied = asked();
    await taken(tenantId);
    await row(copied.askId, kept ?? 'right AAAA');
    expect(await copied.answer).toBeUndefined();
  });
});
