import { CompleteReset, CompleteResetHandler } from '#libs/commands/recovery/complete-reset';
import { derivedId } from '#libs/commands/steps';
import { ReadModelDomains } from '#libs/commands/tenants/read-model-domains';
import { ResetNotices } from '#libs/commands/recovery/reset-notices';
import { Tenants } from '#libs/commands/tenants/tenants';
import { account } from '#libs/domain/account/account';
import { recovery } from '#libs/domain/recovery/recovery';
import { load } from '#libs/eventstore/execute';
import { openReadModels } from '#libs/readmodels/rows';
import type { RunningWorker } from '#apps/worker/worker';
import { until } from '../support/until';
import { outcomes, provedRecovery } from './proved-recovery';
import { World } from './worker-world';

/** Milliseconds until the reconciler has seen that a completion is due (500 in this world) and has done it. */
const soon = 5_000;

describe('a reset that its process did not finish', () => {
  let world: World;
  let resets: CompleteResetHandler;
  beforeAll(async () => {
    world = await World.open('postgres');
    const tenants = new Tenants(world.store, new ReadModelDomains(openReadModels(world.pool)));
    resets = new CompleteResetHandler(world.store, new ResetNotices(tenants), world.clock);
  });
  beforeEach(() => world.begin());
  afterAll(() => world.close());

  it('is committed and closed when the process ended after the submission', async () => {
    const recoveryId = await submitted();
    const worker = await working();
    await until('it succeeds', async () => (await outcomes(world, recoveryId)).length > 0, soon);
    await expectOnce(worker, recoveryId);
  });

  it('is closed when the process ended after the commit, and not committed again', async () => {
    const recoveryId = await submitted();
    await crashBeforeClosing(recoveryId);
    expect([await commits(recoveryId), await outcomes(world, recoveryId)]).toEqual([1, []]);
    const worker = await working();
    await until('it succeeds', async () => (await outcomes(world, recoveryId)).length > 0, soon);
    await expectOnce(worker, recoveryId);
  });

  it('is finished once by several at a time', async () => {
    const recoveryId = await submitted();
    const [worker] = await Promise.all([working(), working()]);
    await Promise.all([complete(recoveryId), complete(recoveryId)]);
    await expectOnce(worker, recoveryId);
  });

  it('fails as superseded when another reset came first', async () => {
    const [late, first] = [await submitted(), await submitted()];
    await complete(first);
    const worker = await working();
    await until('it fails', async () => (await outcomes(world, late)).length > 0, soon);
    expect(await outcomes(world, late)).toEqual([['RecoveryFailed', { result: 'failed', reason: 'superseded' }]]);
    expect(await commits(late)).toBe(0);
    await expectOnce(worker, first);
  });

  const complete = (recoveryId: string) => resets.execute(new CompleteReset(recoveryId));
  const working = () => world.worker({}, () => ({ completeReset: complete }));

  async function expectOnce(worker: RunningWorker, recoveryId: string): Promise<void> {
    await until('the notice is mailed', () => world.smtp.received.length > 0);
    await until('the queue is empty', async () => {
      const { waiting, active } = await worker.queues.queue('email').counts();
      return waiting + active === 0;
    });
    await world.projected();
    await worker.runDue();
    expect(await commits(recoveryId)).toBe(1);
    expect(await outcomes(world, recoveryId)).toEqual([
      ['RecoverySucceeded', { result: 'succeeded', reason: 'reset', method: 'email' }],
    ]);
    expect(world.smtp.received.map(({ raw }) => raw.includes('was reset'))).toEqual([true]);
    const { state } = await load(world.store, account, world.accountId);
    expect(state.credential?.credentialId).toBe(derivedId(recoveryId, 'credential'));
    expect([world.troubles, world.failed, world.alarms]).toEqual([[], [], []]);
  }

  /** A recovery as its request leaves it when it ends right after `PasswordSubmitted`. */
  async function submitted(): Promise<string> {
    const { accountId, vault } = world;
    const recoveryId = await provedRecovery(world, 'forgot-password');
    const now = world.clock.now().toISOString();
    const credential = await vault.seal({ owner: accountId, place: 'account/password-hash', value: 'a hash' });
    const data = { credentialId: derivedId(recoveryId, 'credential'), credential, now };
    await world.execute(recovery, recoveryId, { type: 'SubmitPassword', data });
    return recoveryId;
  }

  /** The process ends between its two appends. */
  async function crashBeforeClosing(recoveryId: string): Promise<void> {
    const { store } = world;
    const append = store.append;
    store.append = (stream, ...rest) =>
      stream === `recovery-${recoveryId}` ? Promise.reject(new Error('crash')) : append.call(store, stream, ...rest);
    try {
      await expect(complete(recoveryId)).rejects.toThrow('crash');
    } finally {
      store.append = append;
    }
  }

  async function commits(recoveryId: string): Promise<number> {
    const events = await world.store.readStream(`account-${world.accountId}`);
    return events.filter(
      ({ type, data }) => type === 'PasswordReset' && (data as { recoveryId?: string }).recoveryId === recoveryId,
    ).length;
  }
});
