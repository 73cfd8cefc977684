import { randomUUID } from 'node:crypto';
import { account } from '#libs/domain/account/account';
import type { AgentState } from '#libs/domain/agent/agent';
import { recovery } from '#libs/domain/recovery/recovery';
import { hours, seconds } from '#libs/domain/time';
import { writeback } from '#libs/domain/writeback/writeback';
import { SettleWriteback, SettleWritebackHandler } from '#libs/commands/writeback/settle-writeback';
import { WritebackNotices } from '#libs/commands/writeback/writeback-notices';
import type { Clock } from '#libs/runtime/clock';
import { World } from './worker-world';
import { WritebackDesk, type Asked } from './writeback-desk';

/** Something happens between the look at the recovery and the word that closes it. */
class Between extends WritebackNotices {
  constructor(
    resets: ConstructorParameters<typeof WritebackNotices>[0],
    clock: Clock,
    private readonly happens: () => Promise<unknown>,
  ) {
    super(resets, clock);
  }

  override async of(...given: Parameters<WritebackNotices['of']>) {
    await this.happens();
    return super.of(...given);
  }
}

/** Words of agents, and their silence, in every order that real ones could bring them in. */
describe('what agents say of a writeback', () => {
  let world: World;
  let desk: WritebackDesk;
  let first: AgentState;
  let second: AgentState;

  beforeAll(async () => {
    world = await World.open('postgres');
    desk = await WritebackDesk.open(world);
  });
  afterAll(() => world?.close());
  beforeEach(async () => {
    // A sealing key lives a day, and some of these take one.
    [first, second] = [await desk.newAgent(), await desk.newAgent()];
    await desk.newPerson();
  });

  const offered = (kind?: 'reset' | 'unlock') => desk.offered([first, second], kind);
  const outcomeOf = async (asked: Asked) => (await desk.recovery(asked)).outcome;
  /** The first takes it and is silent, the second has it now. */
  const passedOn = async (asked: Asked): Promise<void> => {
    expect(await desk.lease(first, asked.writebackId)).toBeDefined();
    await desk.lapse(asked);
    expect(await desk.lease(second, asked.writebackId)).toBeDefined();
    await desk.alive(first, second);
  };
  const templates = async () =>
    (await desk.told('NoticeRequested')).map(({ data }) => (data as { template: string }).template);
  /** Its owner says "this was not me", of something that was before. */
  const disown = async (): Promise<void> => {
    const { credential } = await desk.account();
    const notMe = { credentialId: credential?.credentialId ?? null, families: [] };
    const now = desk.now();
    const data = { caseId: randomUUID(), alertId: randomUUID(), noticeId: randomUUID(), notMe, noticedAt: now, now };
    await world.execute(account, desk.accountId, { type: 'ReportNotMe', data });
  };

  describe('that did nothing', () => {
    it('ends when the last of them has said so, whoever had it then', async () => {
      const asked = await offered();
      await passedOn(asked);
      await desk.report(first, asked.writebackId, 'unreachable', { trouble: 'econnrefused' });
      expect([await outcomeOf(asked), await desk.sealed(asked)]).toEqual([null, true]);
      await desk.report(second, asked.writebackId, 'unreachable', { trouble: 'econnrefused' });
      expect(await outcomeOf(asked)).toMatchObject({ result: 'failed', reason: 'problem-on-premises' });
      expect([(await desk.happened(asked)).slice(-2), await desk.sealed(asked)]).toEqual([
        ['WritebackUntouched', 'WritebackReported'],
        false,
      ]);
    });

    it('leaves it to a third, and has it expire at its deadline, not a day later, when that one never comes', async () => {
      const third = await desk.newAgent();
      const asked = await desk.offered([first, second, third]);
      await passedOn(asked);
      await desk.alive(third);
      await desk.report(second, asked.writebackId, 'unreachable', { trouble: 'econnrefused' });
      await desk.report(first, asked.writebackId, 'unreachable', { trouble: 'econnrefused' });
      expect((await desk.happened(asked)).slice(-2)).toEqual(['WritebackReturned', 'WritebackReturned']);
      world.advance(seconds(120));
      await desk.tend(asked);
      expect(await outcomeOf(asked)).toMatchObject({ result: 'failed', reason: 'writeback-timed-out' });
    });

    it('tells the administrators of trouble that is theirs to end, although another agent did it', async () => {
      const asked = await offered();
      await desk.lease(first, asked.writebackId);
      const more = { trouble: 'certificate-refused', doneAt: desk.now() };
      for (let n = 0; n < 2; n++) await desk.report(first, asked.writebackId, 'unreachable', more);
      expect(await desk.told('AlertRaised')).toMatchObject([
        { data: { template: 'writeback-refused', facts: { result: 'unreachable' }, once: expect.any(String) } },
      ]);
      await desk.lease(second, asked.writebackId);
      await desk.report(second, asked.writebackId, 'succeeded');
      expect(await outcomeOf(asked)).toMatchObject({ result: 'succeeded' });
      expect(await desk.told('AlertRaised')).toHaveLength(1);
    });

    it('does not raise one for a directory that is away', async () => {
      const asked = await offered();
      await desk.lease(first, asked.writebackId);
      await desk.report(first, asked.writebackId, 'unreachable', { trouble: 'econnrefused' });
      expect([(await desk.happened(asked)).at(-1), await desk.told('AlertRaised')]).toEqual(['WritebackReturned', []]);
    });

    it('is told to whoever has left by then, and to those who wait at the portal alone', async () => {
      const left = await desk.offered([first]);
      await desk.lease(first, left.writebackId);
      world.advance(seconds(121));
      await desk.report(first, left.writebackId, 'unreachable', { trouble: 'econnrefused' });
      expect(await desk.told('NoticeRequested')).toMatchObject([
        { data: { template: 'writeback-timed-out', facts: { unchanged: 'yes' } } },
      ]);
      const waiting = await desk.offered([first]);
      await desk.lease(first, waiting.writebackId);
      await desk.report(first, waiting.writebackId, 'unreachable', { trouble: 'econnrefused' });
      expect(await outcomeOf(waiting)).toMatchObject({ reason: 'problem-on-premises' });
      expect(await templates()).toHaveLength(1);
    });
  });

  it('an agent is not given anew what it has begun: it would begin as if it never had', async () => {
    const asked = await offered();
    await desk.lease(first, asked.writebackId, []);
    await desk.lapse(asked);
    expect(await desk.lease(first, asked.writebackId, [asked.writebackId])).toBeUndefined();
    expect(await desk.lease(second, asked.writebackId, [])).toMatchObject({ tried: true });
    await desk.report(second, asked.writebackId, 'succeeded');
    expect(await outcomeOf(asked)).toMatchObject({ result: 'succeeded' });
  });

  it('an agent that never got it is asked what stands when another gave it back after the deadline', async () => {
    const asked = await offered();
    // Its answer is lost with the process that gave it.
    await desk.lease(first, asked.writebackId, []);
    world.advance(seconds(100));
    await desk.tend(asked);
    await desk.lease(second, asked.writebackId, []);
    world.advance(seconds(21));
    await desk.report(second, asked.writebackId, 'expired');
    expect([(await desk.happened(asked)).at(-1), await outcomeOf(asked)]).toEqual(['WritebackReturned', null]);
    expect(await desk.lease(second, asked.writebackId, [])).toBeUndefined();
    expect(await desk.lease(first, asked.writebackId, [])).toBeDefined();
    await desk.report(first, asked.writebackId, 'expired');
    expect(await outcomeOf(asked)).toMatchObject({ result: 'failed', reason: 'writeback-timed-out' });
  });

  it('an agent is told that another may have done some of it, and not when that one changed nothing', async () => {
    const asked = await offered();
    expect(await desk.lease(first, asked.writebackId)).not.toHaveProperty('tried');
    await desk.report(first, asked.writebackId, 'unreachable', { trouble: 'econnrefused' });
    expect(await desk.lease(second, asked.writebackId)).not.toHaveProperty('tried');
  });

  it.each(['WritebackExpired', 'WritebackLost'])('%s stands in the case file of its recovery', async (type) => {
    const asked = await offered();
    if (type === 'WritebackLost') await desk.lease(first, asked.writebackId);
    world.advance(hours(24));
    await desk.tend(asked);
    const events = await world.store.readStream(`writeback-${asked.writebackId}`);
    expect(events.at(-1)).toMatchObject({ type, metadata: { correlationId: asked.recoveryId } });
  });

  describe('that comes late', () => {
    it('that it unlocked: counted, and told to its owner, once', async () => {
      const asked = await offered('unlock');
      await desk.lease(first, asked.writebackId);
      world.advance(hours(24));
      await desk.tend(asked);
      expect(await outcomeOf(asked)).toMatchObject({ reason: 'writeback-timed-out' });
      for (let n = 0; n < 2; n++) await desk.report(first, asked.writebackId, 'succeeded');
      expect(await outcomeOf(asked)).toMatchObject({ result: 'succeeded', reason: 'unlocked' });
      expect(await desk.told('UnlockWritten')).toHaveLength(1);
      expect((await desk.account()).unlocks).toHaveLength(1);
      expect(await templates()).toEqual(['writeback-timed-out', 'account-was-unlocked']);
    });

    it('that it wrote, after a later password was: that one stays current', async () => {
      const early = await offered();
      await desk.lease(first, early.writebackId);
      const later = await offered();
      await desk.lease(second, later.writebackId);
      await desk.report(second, later.writebackId, 'succeeded');
      const { credential, lastReset } = await desk.account();
      await desk.report(first, early.writebackId, 'succeeded');
      expect(await desk.told('PasswordWritten')).toMatchObject([
        { data: { writebackId: later.writebackId } },
        { data: { writebackId: early.writebackId, overtaken: 'later-write' } },
      ]);
      expect(await desk.account()).toMatchObject({ credential, lastReset, writebacks: [] });
      expect(await outcomeOf(early)).toMatchObject({ result: 'succeeded' });
    });

    it('that it wrote what its owner disowned meanwhile: nobody gets in with it, nor is known by it', async () => {
      const asked = await offered();
      await desk.lease(first, asked.writebackId);
      await disown();
      await desk.report(first, asked.writebackId, 'succeeded');
      expect(await desk.told('PasswordWritten')).toMatchObject([{ data: { overtaken: 'not-me' } }]);
      expect((await desk.account()).credential).toBeNull();
      expect(await outcomeOf(asked)).toMatchObject({ result: 'failed', reason: 'not-me' });
      expect([await world.types(`signins-${desk.accountId}`), await desk.sealed(asked)]).toEqual([[], false]);
    });
  });

  it('nothing is begun for an account that its owner has disowned', async () => {
    const asked = await offered();
    await disown();
    expect(await desk.lease(first, asked.writebackId)).toBeUndefined();
    world.advance(seconds(120));
    await desk.tend(asked);
    expect((await desk.happened(asked)).at(-1)).toBe('WritebackExpired');
    expect(await outcomeOf(asked)).toMatchObject({ result: 'failed', reason: 'not-me' });
  });

  it('nor for one that was disabled meanwhile', async () => {
    const asked = await offered();
    const disabling = { type: 'DisableAccount', data: { now: desk.now() } } as const;
    await world.execute(account, desk.accountId, disabling);
    expect(await desk.lease(first, asked.writebackId)).toBeUndefined();
    world.advance(seconds(120));
    await desk.tend(asked);
    expect(await outcomeOf(asked)).toMatchObject({ result: 'failed', reason: 'writeback-timed-out' });
    expect(await desk.sealed(asked)).toBe(false);
  });

  it('what was begun is finished all the same: half of a double reset would be nobody’s password', async () => {
    const asked = await offered();
    await desk.lease(first, asked.writebackId);
    await disown();
    await desk.lapse(asked);
    expect(await desk.lease(second, asked.writebackId)).toBeDefined();
  });

  describe('that contradicts another', () => {
    it('refused what had been written: the recovery ends with what is true', async () => {
      const asked = await offered();
      await passedOn(asked);
      await desk.report(second, asked.writebackId, 'rejected-by-policy');
      expect((await desk.recovery(asked)).phase).toBe('open');
      await desk.report(first, asked.writebackId, 'succeeded');
      expect(await outcomeOf(asked)).toMatchObject({ result: 'succeeded', reason: 'reset' });
      expect(await desk.told('PasswordWritten')).toHaveLength(1);
    });

    it('while another password is on its way to be asked for: that one is refused, and does not wait for ever', async () => {
      const asked = await offered();
      await passedOn(asked);
      await desk.report(second, asked.writebackId, 'rejected-by-policy');
      await desk.submit(asked.recoveryId, 'reset', [first, second]);
      await desk.report(first, asked.writebackId, 'succeeded');
      expect((await desk.recovery(asked)).phase).toBe('submitted');
      expect((await desk.complete(asked.recoveryId)).outcome).toMatchObject({ result: 'failed', reason: 'superseded' });
    });

    it('said at the same moment: whichever closes the recovery, the truth has the last word', async () => {
      const asked = await offered();
      await desk.lease(first, asked.writebackId);
      await desk.report(first, asked.writebackId, 'unreachable');
      const { store, vault, clock } = world;
      const failing = { reason: 'writeback-timed-out' } as const;
      const notices = new Between(desk.resets, clock, () =>
        world.execute(recovery, asked.recoveryId, { type: 'FailRecovery', data: { ...failing, now: desk.now() } }),
      );
      await desk.lease(second, asked.writebackId);
      const { recoveryId } = asked;
      const done = { agentId: second.agentId, result: 'succeeded', writes: 1, fenced: true, alive: [] } as const;
      await world.execute(writeback, asked.writebackId, {
        type: 'ReportWriteback',
        data: { ...done, doneAt: desk.now(), now: desk.now() },
      });
      const settle = new SettleWritebackHandler(store, notices, vault, clock);
      await settle.execute(new SettleWriteback(asked.writebackId));
      expect(await world.types(`recovery-${recoveryId}`)).toEqual(
        expect.arrayContaining(['RecoveryFailed', 'OutcomeCorrected']),
      );
      expect(await outcomeOf(asked)).toMatchObject({ result: 'succeeded', reason: 'reset' });
    });
  });
});
