import { Reactor } from '#apps/worker/reactor';
import { ReactorCheckpoint } from '#apps/worker/reactor-checkpoint';
import { reconciler } from '#apps/worker/reconciler';
import type { Job } from '#libs/domain/jobs';
import type { OpenDeed } from '#libs/readmodels/open-deeds';
import type { JobQueue, Queues } from '#libs/runtime/queues';
import type { Vault } from '#libs/vault/vault';
import { until } from '../support/until';
import { quick, World } from './worker-world';

describe('a worker that is held up', () => {
  let world: World;
  beforeAll(async () => void (world = await World.open('postgres')));
  beforeEach(() => world.begin());
  afterAll(() => world.close());

  it('sends nothing once its lease is over: somebody else may be at it', async () => {
    let held = 0;
    await world.worker({}, ({ vault }) => ({
      vault: reading(vault, () => {
        if (held++ === 0) world.advance(quick.leaseMs! + 1);
      }),
    }));
    const { recoveryId } = await world.challenged();
    await until('the next try is accepted', () => world.accepted(recoveryId));
    expect(await world.deliveries(recoveryId)).toEqual(['DeliveryAttempted', 'DeliveryAttempted', 'DeliveryAccepted']);
    expect(world.codesReceived()).toEqual([await world.codeOf(recoveryId)]);
  });

  it('notes nothing as reacted to before every job was added', async () => {
    const checkpoint = new ReactorCheckpoint(world.pool, 'held-up');
    await checkpoint.migrate();
    const logId = await world.store.identity();
    await checkpoint.save({ position: (await world.store.head())!, logId });
    const added: string[] = [];
    let away = true;
    let asked = 0;
    const queues = queuesWith(({ id }) => {
      if (away && ++asked) throw new Error('the queues are away');
      added.push(id);
    });
    const options = { queues, checkpoint, maxAgeMs: 60_000, saveEveryMs: 10, onAlarm: () => {}, onError: () => {} };
    const stopping = new AbortController();
    const reactor = new Reactor({ ...options, store: world.store, clock: world.clock });
    const running = reactor.run(stopping.signal);
    const { recoveryId } = await world.challenged();
    await until('it tried again and again', () => asked > 3);
    const noted = async () => checkpoint.resume(logId, await world.store.head());
    const asking = (await world.store.head())!;
    expect(await noted()).toBeLessThan(asking);
    away = false;
    await until('the job is added', () => added.length > 0);
    await until('it is noted', async () => (await noted()) >= asking);
    stopping.abort();
    await running;
    const [, issued] = await world.store.readStream(`recovery-${recoveryId}`);
    expect(added).toEqual([issued!.id]);
  });

  it('asks each time under another name: the queue may hold the one before', async () => {
    const added: string[] = [];
    const look = reconciler({ queues: queuesWith(({ id }) => void added.push(id)) } as Parameters<
      typeof reconciler
    >[0]);
    const payload = { deliveryId: 'delivery-1', channel: 'email', accountId: 'account-1', revision: 1 };
    const deed = { kind: 'delivery', payload } as OpenDeed;
    await look(deed);
    const [first] = added;
    await until('its time has passed', () => Date.now() > Number(/-r(\d+)$/.exec(first!)![1]));
    await look(deed);
    expect(new Set(added).size).toBe(2);
  });
});

/** The same vault, of which somebody hears when it is read. */
const reading = (vault: Vault, heard: () => void): Vault =>
  new Proxy(vault, {
    get(target, key) {
      const own = Reflect.get(target, key) as unknown;
      if (typeof own !== 'function') return own;
      return (...asked: unknown[]): unknown => {
        if (key === 'read') heard();
        return own.apply(target, asked) as unknown;
      };
    },
  });

function queuesWith(add: (entry: { id: string; job: Job }) => void): Queues<Job> {
  const queue: JobQueue<Job> = {
    add: (jobs) => Promise.resolve().then(() => jobs.forEach(add)),
    counts: () => Promise.resolve({ waiting: 0, active: 0, delayed: 0, failed: 0 }),
  };
  return { queue: () => queue } as unknown as Queues<Job>;
}
