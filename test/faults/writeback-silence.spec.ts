import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Administrator } from '../support/administrators';
import type { RunningAgent } from '../support/agent';
import { eventually, type Any, type Recovery } from '../support/journey';
import { isStopped, lives } from '../support/processes';
import { until } from '../support/until';
import { address, HybridWorld, patience, user } from './hybrid-world';

/** Milliseconds the clocks of platform and agents were put forward by, so that a deadline passed. */
const beyond = 125_000;

describe('a writeback whose agent is silent', () => {
  let world: HybridWorld;
  let agent: RunningAgent;
  let ahead = 0;
  let before: number;

  beforeAll(async () => {
    world = await HybridWorld.open();
    agent = await world.agent();
  });
  afterAll(() => world?.close());
  beforeEach(async () => void (before = await world.changes()));

  const deadlinePasses = async (): Promise<void> => {
    await world.agentDoom.ahead((ahead += beyond));
    await world.person.advance(`PT${beyond / 1_000}S`);
  };
  const submitted = async (): Promise<{ recovery: Recovery; password: string }> => {
    const recovery = await world.proved();
    const password = world.newPassword();
    expect((await recovery.password(password)).body.status).toBe('writing-back');
    return { recovery, password };
  };
  const stopped = async (...agents: readonly RunningAgent[]): Promise<RunningAgent> =>
    eventually(async () => {
      for (const one of agents) if (await isStopped(one.pid)) return one;
      return undefined;
    }, patience);
  const letter = async (): Promise<Any> =>
    (await world.person.mails(address)).find(({ subject }) => /was not set/.test(subject));
  /** By the platform's time, which was moved: what is submitted now is sealed for both. */
  const bothAlive = async (): Promise<void> => {
    const admin = await Administrator.signIn(world.product.url);
    await eventually(async () => {
      const { agents } = (await admin.get('/tenant/agents')).body;
      return agents.filter(({ state }: Any) => state === 'alive').length === 2;
    }, patience);
  };
  const begun = async ({ dataDir }: RunningAgent) => (await readdir(join(dataDir, 'writebacks'))).length;
  /** The person is told that nothing was changed, and nothing was, nor is anything left that could. */
  const expectNothing = async (recovery: Recovery, told: Any): Promise<void> => {
    expect(await world.closed(recovery)).toMatchObject({
      status: 'failed',
      outcome: { result: 'failed', reason: 'writeback-timed-out' },
    });
    const mail = await eventually(async () => {
      const latest = await letter();
      return latest?.messageId !== told?.messageId && latest;
    });
    expect(mail.text).toContain('Nothing was changed, and nothing will be');
    await eventually(async () => (await begun(agent)) === 0, patience);
    expect(await world.changes()).toBe(before);
    expect((await world.history(recovery)).writeback.filter((type) => type === 'WritebackReported')).toHaveLength(1);
  };

  it('starts no write past its deadline when it was stopped before it and told to go on after', async () => {
    const told = await letter();
    await world.agentDoom.name('before intending', 'pause');
    const { recovery } = await submitted();
    await stopped(agent);
    await deadlinePasses();
    expect((await world.view(recovery)).status).toBe('writing-back');
    agent.signal('SIGCONT');
    await expectNothing(recovery, told);
  });

  it('starts none when it was stopped while it asked, and finds the command in its question’s answer', async () => {
    const told = await letter();
    const recovery = await world.proved();
    agent.signal('SIGSTOP');
    await stopped(agent);
    expect((await recovery.password(world.newPassword())).body.status).toBe('writing-back');
    await eventually(async () => (await world.history(recovery)).writeback.includes('WritebackLeased'));
    await deadlinePasses();
    agent.signal('SIGCONT');
    await expectNothing(recovery, told);
  });

  it.each(['after beginning', 'before beginning'])(
    'is not yet confirmed while it is gone (%s), and applied by nobody later, when its sealed value is gone too',
    async (point) => {
      const told = await letter();
      await world.agentDoom.name(point);
      const { recovery } = await submitted();
      await until('the agent is dead', () => !lives(agent.pid), patience);
      await world.person.advance('PT20S');
      expect([(await world.view(recovery)).status, await world.sealed()]).toEqual(['writing-back', 1]);
      await world.person.advance('PT10M');
      await eventually(async () => (await world.sealed()) === 0);
      expect((await world.view(recovery)).status).toBe('writing-back');
      await agent.start();
      await expectNothing(recovery, told);
    },
  );

  it('for a minute: people are refused before any gate; and let in once it is back', async () => {
    agent.signal('SIGKILL');
    await agent.stop();
    await world.person.advance('PT1M');
    await world.person.resetLimits();
    const refused = await world.person.start(user);
    expect([refused.status, refused.body.code]).toEqual([403, 'contact-administrator']);
    await agent.start();
    const { recovery, password } = await submitted();
    expect((await world.closed(recovery)).status).toBe('succeeded');
    expect([(await world.changes()) - before, await world.binds(password)]).toEqual([1, true]);
  });

  describe('while another is there', () => {
    let other: RunningAgent;
    beforeAll(async () => void (other = await world.agent()));

    it.each([
      ['before it wrote', 'after beginning'],
      ['after it wrote', 'after modify'],
    ])('is taken over and written once when it died with it, %s, and is not started again', async (_, point) => {
      await bothAlive();
      await world.agentDoom.name(point);
      const { recovery, password } = await submitted();
      const [dead, living] = await eventually(() => {
        if (lives(agent.pid) === lives(other.pid)) return Promise.resolve(undefined);
        return Promise.resolve(lives(agent.pid) ? [other, agent] : [agent, other]);
      }, patience);
      expect((await world.view(recovery)).status).toBe('writing-back');
      // Its lease lapses.
      await world.person.advance('PT31S');
      expect((await world.closed(recovery)).status).toBe('succeeded');
      expect([(await world.changes()) - before, await world.binds(password)]).toEqual([1, true]);
      const { writeback, ...rest } = await world.history(recovery);
      expect(rest).toEqual({
        recovery: ['PasswordSubmitted', 'RecoverySucceeded'],
        account: ['WritebackRequested', 'PasswordWritten', 'NoticeRequested'],
      });
      expect(writeback).toEqual([
        'WritebackOffered',
        'WritebackLeased',
        'WritebackOffered',
        'WritebackLeased',
        'WritebackReported',
      ]);
      await eventually(async () => (await begun(living)) === 0, patience);
      // Should it ever come back it finds done what it had begun.
      expect(await begun(dead)).toBe(1);
      await dead.start();
      await eventually(async () => (await begun(dead)) === 0, patience);
      expect((await world.changes()) - before).toBe(1);
    });

    it.each([
      ['before it wrote', 'after intending'],
      ['after it wrote', 'after modify'],
    ])('is written once when it was stopped %s and goes on after the other was done', async (_, point) => {
      await world.agentDoom.name(point, 'pause');
      const { recovery, password } = await submitted();
      const still = await stopped(agent, other);
      await world.person.advance('PT31S');
      expect((await world.closed(recovery)).status).toBe('succeeded');
      still.signal('SIGCONT');
      await eventually(async () => (await begun(still)) === 0, patience);
      expect([(await world.changes()) - before, await world.binds(password)]).toEqual([1, true]);
      const { writeback, ...rest } = await world.history(recovery);
      expect(rest).toEqual({
        recovery: ['PasswordSubmitted', 'RecoverySucceeded'],
        account: ['WritebackRequested', 'PasswordWritten', 'NoticeRequested'],
      });
      expect(writeback).toEqual([
        'WritebackOffered',
        'WritebackLeased',
        'WritebackOffered',
        'WritebackLeased',
        'WritebackReported',
      ]);
    });
  });
});
