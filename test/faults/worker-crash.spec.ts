import pg from 'pg';
import { until } from '../support/until';
import { killedAt } from './killed-at';
import { backends, quick, World } from './worker-world';

/**
 * Where the worker dies (reference: crash points 4 to 11), and how many mails its recovery gets at most. Between the mail
 * server's answer and its record nobody can know: the same mail may go twice. A checkpoint is saved at any moment.
 */
const points = [
  ['event read', 1],
  ['job added', 1],
  ['checkpoint unsaved', 2],
  ['checkpoint saved', 2],
  ['job taken', 1],
  ['intent appended', 1],
  ['mail accepted', 2],
  ['outcome appended', 1],
] as const;

describe.each(backends)('a worker killed on %s', (backend) => {
  let world: World;
  beforeAll(async () => void (world = await World.open(backend)));
  beforeEach(() => world.begin());
  afterAll(() => world.close());

  it.each(points)('when %s: the code still arrives', async (point, mails) => {
    const { recoveryId } = await world.challenged();
    await killedAt(world, point);
    await world.worker();
    await until('the mail is accepted', () => world.accepted(recoveryId));
    await expectCode(recoveryId, mails);
    expect(await delivered(recoveryId)).toBe(1);
  });

  it('twice on the same job: the queue gives it up, the code still arrives', async () => {
    const { recoveryId } = await world.challenged();
    await killedAt(world, 'job taken');
    await killedAt(world, 'job taken');
    await world.worker();
    await until('the mail is accepted', () => world.accepted(recoveryId));
    expect(world.codesReceived()).toEqual([await world.codeOf(recoveryId)]);
  });

  it('after which the queues lose everything: the code still arrives', async () => {
    const { recoveryId } = await world.challenged();
    await killedAt(world, 'checkpoint saved');
    await world.emptyQueues();
    await world.worker();
    await until('the mail is accepted', () => world.accepted(recoveryId));
    await expectCode(recoveryId, 2);
  });

  /** The same code in every mail, and not more of them. */
  const expectCode = async (recoveryId: string, mails: number): Promise<void> => {
    const received = world.codesReceived();
    expect(new Set(received)).toEqual(new Set([await world.codeOf(recoveryId)]));
    expect(received.length).toBeLessThanOrEqual(mails);
  };
  const delivered = async (recoveryId: string) =>
    (await world.deliveries(recoveryId)).filter((type) => type === 'DeliveryAccepted').length;
});

describe.each(backends)('work under way on %s', (backend) => {
  let world: World;
  beforeEach(async () => void (world = await World.open(backend)));
  afterEach(() => world.close());

  it('survives that the queues lose everything', async () => {
    await world.worker({ concurrency: 2 });
    const recoveries = [];
    for (let n = 0; n < 12; n++) {
      recoveries.push(await world.challenged());
      if (n % 3 === 2) await world.emptyQueues();
    }
    for (const { recoveryId } of recoveries) {
      await until('every mail is accepted', () => world.accepted(recoveryId), 20_000);
    }
    const codes = await Promise.all(recoveries.map(({ recoveryId }) => world.codeOf(recoveryId)));
    expect([...new Set(world.codesReceived())].sort()).toEqual(codes.sort());
  });

  it('is taken over by another worker', async () => {
    const first = await world.worker();
    const { recoveryId: before } = await world.challenged();
    await until('the first mail is accepted', () => world.accepted(before));
    await world.worker();
    await first.close();
    const { recoveryId: after } = await world.challenged();
    await until('the second mail is accepted', () => world.accepted(after));
    expect(world.codesReceived()).toHaveLength(2);
  });

  it('survives that PostgreSQL drops every connection', async () => {
    await world.worker();
    await cut('TRUE');
    const { recoveryId } = await world.challenged();
    await until('the mail is accepted', () => world.accepted(recoveryId), 20_000);
  });

  if (backend === 'postgres') {
    it('goes on at once when the connection that listens for jobs is cut', async () => {
      await world.worker({ queues: { ...quick.queues, pollSeconds: 60 } });
      const { recoveryId: before } = await world.challenged();
      await until('the first mail is accepted', () => world.accepted(before));
      expect(await cut("query ILIKE 'LISTEN%' OR application_name = 'email'")).toBe(1);
      const { recoveryId } = await world.challenged();
      await until('the second mail is accepted', () => world.accepted(recoveryId), 5_000);
    });
  }

  if (backend === 'redis') {
    it('waits while Redis does not answer', async () => {
      await world.worker();
      process.kill(world.redis!.pid, 'SIGSTOP');
      const { recoveryId } = await world.challenged();
      await until('somebody noticed', () => world.troubles.some(({ message }) => message.includes('timed out')));
      process.kill(world.redis!.pid, 'SIGCONT');
      await until('the mail is accepted', () => world.accepted(recoveryId));
      expect(world.codesReceived()).toEqual([await world.codeOf(recoveryId)]);
    });
  }

  /** @returns how many connections of the queues and the worker were cut */
  async function cut(which: string): Promise<number> {
    const client = new pg.Client({ connectionString: world.database.url });
    await client.connect();
    const { rowCount } = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND (${which})`,
    );
    await client.end();
    return rowCount ?? 0;
  }
});

describe('a worker that must not start', () => {
  let world: World;
  beforeEach(async () => void (world = await World.open('postgres')));
  afterEach(() => world.close());

  const checkpoint = (change: string) => world.pool.query(`UPDATE runtime.reactor_checkpoint SET ${change}`);
  const ran = async () => {
    const worker = await world.worker();
    const { recoveryId } = await world.challenged();
    await until('the mail is accepted', () => world.accepted(recoveryId));
    await worker.close();
  };

  it('says that the log is another one', async () => {
    await ran();
    await checkpoint(`log_id = 'another'`);
    await expect(world.worker()).rejects.toThrow('The database belongs to another event store');
  });

  it('A8: says that the log has lost events', async () => {
    await ran();
    await checkpoint('position = position + 100');
    await expect(world.worker()).rejects.toThrow('The event store has lost events');
  });

  it('says that its lease is shorter than a mail may take', async () => {
    await expect(world.worker({ leaseMs: 900 })).rejects.toThrow("A delivery's lease (900 ms) must be longer");
  });
});

it('mails nothing that was asked for longer ago than a day', async () => {
  const world = await World.open('postgres');
  const { recoveryId } = await world.challenged();
  world.clock.setOffset(25 * 3_600_000);
  const worker = await world.worker();
  const { recoveryId: later } = await world.challenged();
  await until('the later mail is accepted', () => world.accepted(later));
  expect(worker.reactor.position).toBeGreaterThan(0n);
  expect([await world.deliveries(recoveryId), world.codesReceived().length]).toEqual([[], 1]);
  await world.close();
});
