import { randomUUID } from 'node:crypto';
import { eventually, type Recovery } from '../support/journey';
import { redisInstalled } from '../support/redis-server';
import { ServerWorld, type Role } from './server-world';

const password = 'Lantern-Harbour-Server-1!';

(redisInstalled ? describe : describe.skip)('a writeback in server mode, with two APIs', () => {
  let world: ServerWorld;
  let one: Role;
  let other: Role;

  beforeAll(async () => {
    world = await ServerWorld.open('ada', 'ben', 'cleo', 'dan', 'eve');
    [one, other] = world.apis;
  });
  afterAll(() => world?.close());

  /** Done once, and told so at this API; all of it stands in the log. */
  const expectOnce = async (name: string, api: Role, recovery: Recovery): Promise<void> => {
    expect(await world.told(api, recovery)).toMatchObject({ status: 'succeeded', outcome: { reason: 'reset' } });
    expect((await world.at(api, recovery).get()).body.status).toBe('succeeded');
    expect([await world.changes(name), await world.binds(name, password)]).toEqual([1, true]);
    expect(await world.history(recovery)).toEqual({
      recovery: ['PasswordSubmitted', 'RecoverySucceeded'],
      account: ['WritebackRequested', 'PasswordWritten', 'NoticeRequested'],
      // One lease: nobody had to wait for it to lapse.
      writeback: ['WritebackOffered', 'WritebackLeased', 'WritebackReported'],
    });
  };

  it('is finished when the worker is killed between submission and offer', async () => {
    const recovery = await world.proved('ada', one);
    await world.worker.doom.name('before WritebackOffered');
    expect((await recovery.password(password)).body.status).toBe('writing-back');
    await world.worker.died();
    expect((await world.at(other, recovery).get()).body.status).toBe('writing-back');
    world.worker.start();
    await expectOnce('ada', other, recovery);
  });

  it('is finished when the API that the agent asks is killed', async () => {
    await world.asks(one);
    const recovery = await world.proved('ben', other);
    await one.end('SIGKILL');
    expect((await recovery.password(password)).status).toBe(202);
    await expectOnce('ben', other, recovery);
    one.start();
    await one.ready();
  });

  it('is finished when the API is killed that gave it to the agent, before it arrived', async () => {
    await world.asks(one);
    const recovery = await world.proved('cleo', other);
    await one.doom.name('after WritebackLeased');
    expect((await recovery.password(password)).status).toBe(202);
    await one.died();
    await expectOnce('cleo', other, recovery);
    one.start();
    await one.ready();
  });

  it('is told at the other API when the one is killed that answered the person', async () => {
    await world.asks(other);
    const recovery = await world.proved('dan', one);
    world.slapd.signal('SIGSTOP');
    expect((await recovery.password(password)).body.status).toBe('writing-back');
    await one.end('SIGKILL');
    expect((await world.at(other, recovery).get()).body.status).toBe('writing-back');
    world.slapd.signal('SIGCONT');
    await expectOnce('dan', other, recovery);
    one.start();
    await one.ready();
  });

  it('is told at the other API when the one is killed that should have answered the person', async () => {
    await world.asks(other);
    const recovery = await world.proved('eve', one);
    await one.doom.name('after PasswordSubmitted');
    const key = randomUUID();
    await expect(recovery.password(password, key)).rejects.toThrow();
    await one.died();
    // The same request again, as a browser makes it.
    const answer = await eventually(() => world.at(other, recovery).password(password, key));
    expect([200, 202]).toContain(answer.status);
    await expectOnce('eve', other, recovery);
  });
});
