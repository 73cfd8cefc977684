import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { refuseEvictingRedis } from '#libs/runtime/queue-backend-redis';
import { openQueues, type QueuedJob, type Queues, type QueuesOptions } from '#libs/runtime/queues';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { redisInstalled, startRedis, type RedisServer } from '../../support/redis-server';
import { until } from '../../support/until';
import { Wire } from '../../support/wire';

interface Greeting extends QueuedJob {
  queue: 'greetings';
  name: 'greet';
  data: { who: string };
}

const quick = { commandTimeoutMs: 1_000, lockMs: 500, stalledCheckMs: 500, pollSeconds: 0.5, backOffMs: 20 };
const greeting = (who: string, id: string = randomUUID()) => ({
  id,
  job: { queue: 'greetings', name: 'greet', data: { who } } as Greeting,
});
const refusal = ({ name, data }: QueuedJob) =>
  name !== 'greet' ? 'nobody knows its name' : Object.keys(data).join() === 'who' ? undefined : 'unknown fields';

describe.each([['postgres'], ...(redisInstalled ? [['redis']] : [])])('the queues on %s', (kind) => {
  let database: TestDatabase;
  let redis: RedisServer | undefined;
  let queues: Queues<Greeting>;
  let troubles: Error[];
  let failed: string[];
  const opened: Queues<Greeting>[] = [];

  async function open(options: Partial<QueuesOptions<Greeting>> = {}): Promise<Queues<Greeting>> {
    const queues = await openQueues<Greeting>({
      redisUrl: redis?.url,
      databaseUrl: database.url,
      refusal,
      settings: quick,
      onError: (error) => void troubles.push(error),
      onFailed: (queue, name, reason) => void failed.push(`${queue} ${name}: ${reason}`),
      ...options,
    });
    opened.push(queues);
    return queues;
  }

  beforeEach(async () => {
    [troubles, failed] = [[], []];
    database = await createTestDatabase();
    redis = kind === 'redis' ? await startRedis() : undefined;
    queues = await open();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queues) => queues.close()));
    await redis?.stop();
    await database.drop();
  });

  it('say where the jobs lie', () => expect(queues.backend).toBe(kind));

  it('hand a job to one worker, once', async () => {
    const greeted: string[] = [];
    const other = await open();
    for (const each of [queues, other]) each.worker('greetings', async ({ data }) => void greeted.push(data.who));
    await queues.queue('greetings').add([greeting('anna'), greeting('bert')]);
    await queues.queue('greetings').add([greeting('carl')]);
    await until('all are greeted', () => greeted.length >= 3);
    await until('the queue is empty', async () => (await queues.queue('greetings').counts()).active === 0);
    expect(greeted.sort()).toEqual(['anna', 'bert', 'carl']);
  });

  it('take the same id once', async () => {
    const id = randomUUID();
    await queues.queue('greetings').add([greeting('anna', id)]);
    await queues.queue('greetings').add([greeting('anna', id), greeting('bert')]);
    expect((await queues.queue('greetings').counts()).waiting).toBe(2);
  });

  it('try a job again that threw, and keep no words of what it threw', async () => {
    let tries = 0;
    queues.worker('greetings', async () => {
      tries++;
      throw Object.assign(new TypeError('anna@home.example is not at home'), { code: 'EHOME' });
    });
    await queues.queue('greetings').add([greeting('anna')]);
    await until('it failed for good', () => failed.length > 0);
    expect(tries).toBe(3);
    expect(failed).toEqual(['greetings greet: TypeError (EHOME)']);
    expect(await everything()).not.toContain('anna@home');
  });

  it('refuse what is no job of ours before it is added', async () => {
    const wrong = { ...greeting('anna').job, data: { who: 'anna', password: 'Correct-Horse-1!' } };
    await expect(queues.queue('greetings').add([{ id: randomUUID(), job: wrong }])).rejects.toThrow(
      'job refused: unknown fields',
    );
    expect((await queues.queue('greetings').counts()).waiting).toBe(0);
  });

  it('refuse it also when somebody else added it, and go on with the others', async () => {
    const careless = await open({ refusal: () => undefined });
    const greeted: string[] = [];
    const wrong = { ...greeting('anna').job, data: { who: 'anna', password: 'Correct-Horse-1!' } };
    await careless.queue('greetings').add([{ id: randomUUID(), job: wrong }, greeting('bert')]);
    queues.worker('greetings', async ({ data }) => void greeted.push(data.who));
    await until('the good one is done', () => greeted.length > 0);
    await until('the bad one failed', () => failed.length > 0);
    expect(greeted).toEqual(['bert']);
    expect(failed).toEqual(['greetings greet: job refused: unknown fields']);
  });

  it('hand a job on when its worker was killed', async () => {
    const greeted: string[] = [];
    await queues.queue('greetings').add([greeting('anna')]);
    await killedWithJob();
    queues.worker('greetings', async ({ data }) => void greeted.push(data.who));
    await until('the job is done after all', () => greeted.length === 1);
    expect(failed).toEqual([]);
  });

  it('give a job up whose worker was killed twice, and say so', async () => {
    await queues.queue('greetings').add([greeting('anna')]);
    await killedWithJob();
    await killedWithJob();
    let tries = 0;
    queues.worker('greetings', async () => void tries++);
    await until('somebody heard', () => failed.length > 0);
    expect(failed).toEqual(['greetings greet: job stalled more than allowable limit']);
    expect([tries, (await queues.queue('greetings').counts()).failed]).toEqual([0, 1]);
  });

  it('close also when their store is gone', async () => {
    let greeted = 0;
    queues.worker('greetings', async () => void greeted++);
    await queues.queue('greetings').add([greeting('anna')]);
    await until('it works', () => greeted === 1);
    if (redis) await redis.stop();
    else
      await sql(
        `SELECT count(pg_terminate_backend(pid))::text AS text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
    await queues.close();
  });

  it('wait for the jobs under way when closing', async () => {
    const held = Promise.withResolvers<void>();
    let [started, done] = [false, false];
    const worker = queues.worker('greetings', async () => {
      started = true;
      await held.promise;
      done = true;
    });
    await queues.queue('greetings').add([greeting('anna')]);
    await until('it is taken', () => started);
    const closing = worker.close();
    held.resolve();
    await closing;
    expect(done).toBe(true);
  });

  /** Everything the store holds, as text. */
  async function everything(): Promise<string> {
    if (redis) {
      const keys = await redis.client.keys('*');
      const dumps = await Promise.all(keys.map((key) => redis!.client.dumpBuffer(key)));
      return dumps.map((dump) => dump?.toString('latin1')).join('\n');
    }
    return sql(`SELECT string_agg(job::text, ' ') AS text FROM bullmq.job job`);
  }

  /** A process of its own that takes the waiting job and dies. */
  async function killedWithJob(): Promise<void> {
    const argv = [join(import.meta.dirname, 'silent-worker.mjs'), kind, redis?.url ?? database.url, 'greetings'];
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  async function sql(statement: string): Promise<string> {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query<{ text: string }>(statement);
    await client.end();
    return rows[0]?.text ?? '';
  }
});

(redisInstalled ? describe : describe.skip)('a Redis that may throw jobs away', () => {
  it.each(['allkeys-lru', 'volatile-ttl'])('is refused with a sentence: %s', async (policy) => {
    const redis = await startRedis({ 'maxmemory-policy': policy });
    const opening = openQueues({ redisUrl: redis.url, databaseUrl: '', refusal });
    await expect(opening).rejects.toThrow(`The Redis of REDIS_URL has maxmemory-policy ${policy}`);
    await expect(refuseEvictingRedis(redis.client)).rejects.toThrow('Set it to noeviction');
    await redis.stop();
  });
});

(redisInstalled ? describe : describe.skip)('a Redis that hangs', () => {
  it('keeps no worker and no queue that began meanwhile from their work afterwards', async () => {
    const redis = await startRedis();
    const queues = await openQueues<Greeting>({ redisUrl: redis.url, databaseUrl: '', refusal, settings: quick });
    try {
      process.kill(redis.pid, 'SIGSTOP');
      const greeted: string[] = [];
      queues.worker('greetings', ({ data: { who } }) => Promise.resolve(void greeted.push(who)));
      await expect(queues.queue('greetings').add([greeting('anna')])).rejects.toThrow('timed out');
      process.kill(redis.pid, 'SIGCONT');
      await queues.queue('greetings').add([greeting('bert')]);
      await until('somebody is greeted', () => greeted.includes('bert'));
    } finally {
      process.kill(redis.pid, 'SIGCONT');
      await queues.close();
      await redis.stop();
    }
  });
});

it('a PostgreSQL that is away keeps no worker and no queue that began meanwhile from their work afterwards', async () => {
  const database = await createTestDatabase();
  const url = new URL(database.url);
  const wire = await Wire.to(url.hostname, Number(url.port));
  url.port = String(wire.near);
  const queues = await openQueues<Greeting>({ databaseUrl: url.href, refusal, settings: quick });
  try {
    wire.cut({ refuse: true });
    const greeted: string[] = [];
    queues.worker('greetings', ({ data: { who } }) => Promise.resolve(void greeted.push(who)));
    await expect(queues.queue('greetings').add([greeting('anna')])).rejects.toThrow();
    wire.mend();
    await queues.queue('greetings').add([greeting('bert')]);
    await until('somebody is greeted', () => greeted.includes('bert'));
  } finally {
    await queues.close();
    wire.close();
    await database.drop();
  }
});
