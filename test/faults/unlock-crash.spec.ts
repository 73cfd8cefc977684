import { CompleteReset, CompleteResetHandler } from '#libs/commands/recovery/complete-reset';
import { ResetNotices } from '#libs/commands/recovery/reset-notices';
import { ReadModelDomains } from '#libs/commands/tenants/read-model-domains';
import { Tenants } from '#libs/commands/tenants/tenants';
import { account } from '#libs/domain/account/account';
import { recovery } from '#libs/domain/recovery/recovery';
import { load } from '#libs/eventstore/execute';
import { openReadModels } from '#libs/readmodels/rows';
import { until } from '../support/until';
import { killedAt } from './killed-at';
import { outcomes, provedRecovery } from './proved-recovery';
import { backends, World } from './worker-world';

/** Where the worker dies that goes on with an unlock whose request ended right after `UnlockSubmitted`. */
const points = ['unlock taken', 'account unlocked', 'recovery closed'] as const;

describe.each(backends)('a worker killed in the middle of an unlock, on %s', (backend) => {
  let world: World;
  let resets: CompleteResetHandler;
  beforeAll(async () => {
    world = await World.open(backend);
    const tenants = new Tenants(world.store, new ReadModelDomains(openReadModels(world.pool)));
    resets = new CompleteResetHandler(world.store, new ResetNotices(tenants), world.clock);
  });
  beforeEach(async () => {
    await world.begin();
    // Three a day are allowed.
    world.advance(25 * 3_600_000);
  });
  afterAll(() => world.close());

  it.each(points)('when %s: the account is unlocked once, and its owner told', async (point) => {
    const before = await unlocks();
    const recoveryId = await submitted();
    await killedAt(world, point);
    const worker = await world.worker({}, () => ({
      completeReset: (id) => resets.execute(new CompleteReset(id)),
    }));
    await until('the recovery is over', async () => (await outcomes(world, recoveryId)).length > 0);
    await until('the owner is told', () => notices() > 0);
    await until('the queue is empty', async () => {
      const { waiting, active } = await worker.queues.queue('email').counts();
      return waiting + active === 0;
    });
    await world.projected();
    await worker.runDue();
    expect(await outcomes(world, recoveryId)).toEqual([
      ['RecoverySucceeded', { result: 'succeeded', reason: 'unlocked', method: 'email' }],
    ]);
    expect((await unlocks()) - before).toBe(1);
    const { state } = await load(world.store, account, world.accountId);
    expect([state.usedRecoveries.includes(recoveryId), state.credential]).toEqual([true, null]);
    // The mail server's answer and the kill may meet: then the same notice goes twice.
    expect(notices()).toBeLessThanOrEqual(point === 'recovery closed' ? 2 : 1);
  });

  const notices = (): number => world.smtp.received.filter(({ raw }) => raw.includes('was unlocked')).length;

  const unlocks = async (): Promise<number> =>
    (await world.types(`account-${world.accountId}`)).filter((type) => type === 'AccountUnlocked').length;

  /** A recovery as its request leaves it when it ends right after its point of no return. */
  async function submitted(): Promise<string> {
    const recoveryId = await provedRecovery(world, 'account-locked');
    const now = world.clock.now().toISOString();
    await world.execute(recovery, recoveryId, { type: 'SubmitUnlock', data: { now } });
    return recoveryId;
  }
});
