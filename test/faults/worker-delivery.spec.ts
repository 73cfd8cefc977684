import { randomUUID } from 'node:crypto';
import { account } from '#libs/domain/account/account';
import { recovery } from '#libs/domain/recovery/recovery';
import { presets } from '#libs/domain/tenant/policy';
import { minutes } from '#libs/domain/time';
import type { RunningWorker } from '#apps/worker/worker';
import { until } from '../support/until';
import { address, backends, codeIn, World } from './worker-world';

describe.each(backends)('the worker on %s', (backend) => {
  let world: World;
  let worker: RunningWorker;
  beforeAll(async () => void (world = await World.open(backend)));
  beforeEach(async () => {
    await world.begin();
    worker = await world.worker();
  });
  afterAll(() => world.close());

  const accepted = (recoveryId: string) => until('the mail is accepted', () => world.accepted(recoveryId));
  const deliverChallenge = (recoveryId: string, deliveryId: string) =>
    ({ queue: 'email', name: 'deliver-challenge', data: { recoveryId, deliveryId } }) as const;

  it('mails the code of a challenge and records it', async () => {
    const { recoveryId } = await world.challenged();
    await accepted(recoveryId);
    expect(await world.deliveries(recoveryId)).toEqual(['DeliveryAttempted', 'DeliveryAccepted']);
    const [mail] = world.smtp.received;
    expect(mail!.recipients).toEqual([address]);
    expect(codeIn(mail!.raw)).toBe(await world.codeOf(recoveryId));
    expect([world.troubles, world.failed, world.alarms]).toEqual([[], [], []]);
  });

  it('says who caused what', async () => {
    const { recoveryId } = await world.challenged();
    await accepted(recoveryId);
    const [, issued, ...rest] = await world.store.readStream(`recovery-${recoveryId}`);
    for (const { metadata } of rest) {
      const actor = { kind: 'worker', id: 'email' };
      expect(metadata).toMatchObject({ correlationId: recoveryId, causationId: issued!.id, actor });
    }
  });

  it('mails a notice', async () => {
    const [noticeId, recoveryId] = [randomUUID(), randomUUID()];
    const credential = await world.vault.seal({
      owner: world.accountId,
      place: 'account/password-hash',
      value: 'hash',
    });
    const notices = [{ noticeId, template: 'password-was-reset', contact: world.contact }] as const;
    const now = world.clock.now().toISOString();
    await world.execute(account, world.accountId, {
      type: 'ResetPassword',
      data: { recoveryId, credentialId: randomUUID(), credential, epoch: 1, notices, now },
    });
    await until('it is recorded', async () => (await world.types(`notice-${noticeId}`)).includes('DeliveryAccepted'));
    const [mail] = world.smtp.received;
    expect(mail!.recipients).toEqual([address]);
    expect(mail!.raw).toContain('was reset');
  });

  it('records a decoy like anybody and mails nothing', async () => {
    const { recoveryId } = await world.challenged({ kind: 'decoy', token: 'decoy-token', refusal: 'unknown-user' });
    await accepted(recoveryId);
    expect(await world.deliveries(recoveryId)).toEqual(['DeliveryAttempted', 'DeliveryAccepted']);
    expect(world.smtp.received).toEqual([]);
  });

  it('R3: delays a decoy while everybody is delayed', async () => {
    await world.mailServerDown();
    const { recoveryId: real } = await world.challenged();
    await until('the real one is delayed', async () => (await world.deliveries(real)).includes('DeliveryDeferred'));
    const { recoveryId } = await world.challenged({ kind: 'decoy', token: 'decoy-token', refusal: 'unknown-user' });
    await until('it is delayed too', async () => (await world.deliveries(recoveryId)).includes('DeliveryDeferred'));
    await world.mailServerUp();
    await accepted(real);
    await accepted(recoveryId);
  });

  it('gives up what the mail server refuses for good', async () => {
    world.smtp.script({ step: 'rcpt', code: 550, text: '5.1.1 No such user' });
    const { recoveryId } = await world.challenged();
    await until('it failed', async () => (await world.deliveries(recoveryId)).includes('DeliveryFailed'));
    const failed = (await world.store.readStream(`recovery-${recoveryId}`)).at(-1)!;
    expect(failed.data).toMatchObject({ attempt: 1, reason: 'mailbox-unknown', providerCode: 550 });
    await world.projected();
    await worker.runDue();
    expect(await world.deliveries(recoveryId)).toEqual(['DeliveryAttempted', 'DeliveryFailed']);
  });

  it('tries again what was greylisted, with the same code', async () => {
    world.smtp.script({ step: 'rcpt', code: 451, text: '4.7.1 Greylisted' });
    const { recoveryId } = await world.challenged();
    await accepted(recoveryId);
    expect(await world.deliveries(recoveryId)).toEqual([
      'DeliveryAttempted',
      'DeliveryDeferred',
      'DeliveryAttempted',
      'DeliveryAccepted',
    ]);
    expect(world.codesReceived()).toEqual([await world.codeOf(recoveryId)]);
  });

  it('repeats the same mail when the line broke after DATA', async () => {
    world.smtp.script({ step: 'drop-after-data' });
    const { recoveryId } = await world.challenged();
    await accepted(recoveryId);
    const code = await world.codeOf(recoveryId);
    expect(world.codesReceived()).toEqual([code, code]);
    const ids = world.smtp.received.map(({ raw }) => /^Message-ID: (.*)$/im.exec(raw)?.[1]);
    expect(ids[0]).toBe(ids[1]);
  });

  it('waits for a mail server that is down', async () => {
    await world.mailServerDown();
    const { recoveryId } = await world.challenged();
    await until('it was tried', async () => (await world.deliveries(recoveryId)).includes('DeliveryDeferred'));
    await world.mailServerUp();
    await accepted(recoveryId);
    expect(world.codesReceived()).toEqual([await world.codeOf(recoveryId)]);
  });

  it('never sends a code after its expiry', async () => {
    await world.mailServerDown();
    const { recoveryId } = await world.challenged();
    await until('it was tried', async () => (await world.deliveries(recoveryId)).includes('DeliveryDeferred'));
    world.advance(minutes(11));
    await world.mailServerUp();
    await world.projected();
    await worker.runDue();
    await worker.queues
      .queue('email')
      .add([{ id: randomUUID(), job: deliverChallenge(recoveryId, await idOf(recoveryId)) }]);
    const { recoveryId: later } = await world.challenged();
    await accepted(later);
    expect(world.codesReceived()).toEqual([await world.codeOf(later)]);
    expect(await world.accepted(recoveryId)).toBe(false);
  });

  it('closes a recovery whose time is up', async () => {
    const { recoveryId } = await world.challenged();
    await accepted(recoveryId);
    world.advance(minutes(16));
    await world.projected();
    await worker.runDue();
    expect((await world.types(`recovery-${recoveryId}`)).at(-1)).toBe('RecoveryAbandoned');
  });

  it('does not send the code that a newer one replaced', async () => {
    world.smtp.script({ step: 'rcpt', code: 451, text: '4.7.1 Greylisted' });
    const { recoveryId } = await world.challenged();
    await until('it is deferred', async () => (await world.deliveries(recoveryId)).includes('DeliveryDeferred'));
    const old = await world.codeOf(recoveryId);
    await world.challenge(recoveryId);
    await accepted(recoveryId);
    world.advance(minutes(1));
    await world.projected();
    await worker.runDue();
    expect(world.codesReceived()).toEqual([await world.codeOf(recoveryId)]);
    expect(world.codesReceived()).not.toContain(old);
  });

  it('sends one mail for a delivery that is queued twice', async () => {
    const { recoveryId, challengeId } = await world.challenged();
    const job = deliverChallenge(recoveryId, challengeId);
    await worker.queues.queue('email').add(Array.from({ length: 5 }, () => ({ id: randomUUID(), job })));
    await accepted(recoveryId);
    await until('the queue is empty', async () => {
      const { waiting, active } = await worker.queues.queue('email').counts();
      return waiting + active === 0;
    });
    expect(world.codesReceived()).toHaveLength(1);
  });

  it('sends one mail each with several workers at work', async () => {
    await Promise.all([world.worker(), world.worker()]);
    const recoveries = await Promise.all(Array.from({ length: 20 }, () => world.challenged()));
    for (const { recoveryId } of recoveries) await accepted(recoveryId);
    const codes = await Promise.all(recoveries.map(({ recoveryId }) => world.codeOf(recoveryId)));
    expect(world.codesReceived().sort()).toEqual(codes.sort());
  });

  it('passes over an event that nobody knows, says so, and goes on', async () => {
    const metadata = { correlationId: randomUUID(), actor: { kind: 'system' } } as const;
    const unknown = { id: randomUUID(), type: 'PigeonReleased', data: {}, metadata };
    await world.store.append(`recovery-${randomUUID()}`, 'no-stream', [unknown]);
    const { recoveryId } = await world.challenged();
    await accepted(recoveryId);
    expect(world.alarms).toEqual(['PigeonReleased']);
  });

  it.each([
    ['passed', (challengeId: string, reservationId: string) => settle(challengeId, reservationId, true)],
    ['failed', (challengeId: string, reservationId: string) => settle(challengeId, reservationId, false)],
    ['failed', () => ({ type: 'CancelRecovery', data: { now: now() } }) as const],
  ])('settles a try that nobody settled as its recovery shows: %s', async (result, next) => {
    const { recoveryId, challengeId } = await world.challenged();
    const reservationId = randomUUID();
    const attempt = { reservationId, recoveryId, family: 'email', source: 'source', proven: true } as const;
    const data = { ...attempt, limits: presets.hardened.limits, now: now() };
    await world.execute(account, world.accountId, { type: 'ReserveProof', data });
    await world.execute(recovery, recoveryId, next(challengeId, reservationId));
    await until('it is settled', async () => {
      const events = await world.store.readStream(`account-${world.accountId}`);
      const settled = events.find(({ type, data }) => type === 'ProofSettled' && idIn(data) === reservationId);
      return (settled?.data as { result?: string } | undefined)?.result === result;
    });
  });

  it('refuses a job with anything else in it, and goes on', async () => {
    const { recoveryId, challengeId } = await world.challenged();
    const wrong = {
      ...deliverChallenge(recoveryId, challengeId),
      data: { recoveryId, deliveryId: challengeId, code: '1' },
    };
    const adding = worker.queues.queue('email').add([{ id: randomUUID(), job: wrong as never }]);
    await expect(adding).rejects.toThrow('deliver-challenge carries 1 unknown field(s)');
    await accepted(recoveryId);
  });

  it('leaves no code and no address in queues, events and errors', async () => {
    world.smtp.script({ step: 'rcpt', code: 550, text: `5.1.1 <${address}>: no such user` });
    const { recoveryId } = await world.challenged();
    await until('it failed', async () => (await world.deliveries(recoveryId)).includes('DeliveryFailed'));
    const { recoveryId: other } = await world.challenged();
    await accepted(other);
    const events = [];
    for await (const event of world.store.readAll()) events.push({ ...event, revision: 0, position: 0 });
    const everything = [
      await world.queued(),
      JSON.stringify(events),
      world.troubles.map(String).join(),
      world.failed.join(),
    ];
    for (const secret of [address, await world.codeOf(recoveryId), await world.codeOf(other)]) {
      expect(everything.filter((text) => text.includes(secret))).toEqual([]);
    }
  });

  it('leaves none in jobs that wait, either', async () => {
    await world.mailServerDown();
    const { recoveryId } = await world.challenged();
    // What the job carries, not what it is called: its name stays behind in the queue's own notes.
    let queued = '';
    await until(
      'the job is there for a next try',
      async () => {
        const deferred = (await world.deliveries(recoveryId)).includes('DeliveryDeferred');
        queued = await world.queued();
        return deferred && queued.includes(recoveryId);
      },
      30_000,
    );
    const code = await world.codeOf(recoveryId);
    for (const secret of [address, code, `${code.slice(0, 4)} ${code.slice(4)}`]) expect(queued).not.toContain(secret);
    await world.mailServerUp();
    await accepted(recoveryId);
  });

  const now = () => world.clock.now().toISOString();
  const idIn = (data: object) => (data as { reservationId?: string }).reservationId;
  const settle = (challengeId: string, reservationId: string, correct: boolean) => ({
    type: 'SettleChallenge' as const,
    data: { challengeId, reservationId, reservedAt: now(), correct, now: now() },
  });

  async function idOf(recoveryId: string): Promise<string> {
    const events = await world.store.readStream(`recovery-${recoveryId}`);
    const state = events.reduce((s, event) => recovery.evolve(s, event as never), recovery.initial);
    return state.challenge!.challengeId;
  }
});
