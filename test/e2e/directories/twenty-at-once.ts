import { appCodeAt } from '#libs/commands/accounts/app-codes';
import { firstPassword } from '../../contract/directory/known-people';
import { PersonAt } from '../../support/elsewhere';
import { eventually, Recovery, type StartedView } from '../../support/journey';
import { signedIn, steppedUp } from '../../support/phone';
import { storedEvents } from '../../support/stored-events';
import { begun, owner, user, type Organisation } from './organisation';
import { repeatJobs } from './repeat-jobs';

const crowd = 20;
const stepMs = 30_000;

/** Many resets of one person, each proved by a code of its own from an app: the directory gets one password. */
export function twentyAtOnceSuite(given: () => Organisation): void {
  let seed: string;
  /** Each step of RFC 6238 is good for one code. */
  const used = new Set<number>();

  /** A code nobody used yet: of the last step, this one or the next; if all are used, time goes on. */
  async function freshCode(): Promise<string> {
    const { person } = given();
    for (let advance = 'PT0S'; ; advance = 'PT90S') {
      const now = Date.parse((await person.advance(advance)).body.now as string);
      const step = [-1, 0, 1].map((n) => Math.floor(now / stepMs) + n).find((one) => !used.has(one));
      if (step === undefined) continue;
      used.add(step);
      return appCodeAt(seed, new Date(step * stepMs));
    }
  }

  it('lets a person of the directory register an app', async () => {
    const { person } = given();
    const token = await signedIn(person, user, firstPassword);
    await steppedUp(person, token, user);
    const { body } = await person.post('/api/v1/me/methods', { method: 'app-code' }, { token });
    seed = given().secret('app seed', body.secret as string);
    const path = `/api/v1/me/methods/registrations/${body.registrationId}/confirm`;
    expect((await person.post(path, { code: await freshCode() }, { token })).status).toBe(200);
  });

  it('of twenty resets at once applies the accepted one alone, and tells each what became of it', async () => {
    const organisation = given();
    const { product, directory, agent } = organisation;
    const recoveries = await Promise.all(
      Array.from({ length: crowd }, async (_, n) => {
        const somewhere = new PersonAt(product.url, `127.40.0.${n + 1}`);
        return new Recovery(somewhere, (await somewhere.started(user)).view as StartedView);
      }),
    );
    for (const recovery of recoveries) {
      const { status, body } = await recovery.post('challenges', { method: 'app-code' });
      expect(status).toBe(202);
      const answer = await recovery.answer(body.challengeId as string, await freshCode());
      expect(answer.body.status).toBe('choosing-password');
    }
    // Minutes have passed, in which nobody heard of it.
    await agent.stop();
    await agent.start();
    await organisation.untilAlive(1);

    const before = await organisation.changes();
    const passwords = recoveries.map((_, n) => organisation.secret(`crowd ${n}`, `Crowded-Harbour-${n}!`));
    const answers = await Promise.all(recoveries.map((recovery, n) => recovery.password(passwords[n]!)));
    const accepted = answers.findIndex(({ status }) => status === 202);
    const others = answers.filter((_, n) => n !== accepted);
    expect(others.map(({ status, body }) => [status, body.code])).toEqual(others.map(() => [409, 'recovery-closed']));

    const views = await Promise.all(recoveries.map((recovery) => organisation.ended(recovery)));
    const superseded = { status: 'failed', outcome: { result: 'failed', reason: 'superseded' } };
    const applied = { status: 'succeeded', outcome: { result: 'succeeded', reason: 'reset', method: 'app-code' } };
    for (const [n, view] of views.entries()) expect(view).toMatchObject(n === accepted ? applied : superseded);

    expect((await organisation.changes()) - before).toBe(1);
    expect(await organisation.binds(passwords[accepted]!)).toBe(true);
    const ids = new Set(recoveries.map(({ view }) => view.recoveryId));
    const events = (await storedEvents(product)).filter(({ data }) => ids.has(data.recoveryId as string));
    const count = (...types: string[]) => events.filter(({ type }) => types.includes(type)).length;
    expect([count('PasswordSubmitted'), count('WritebackRequested'), count('PasswordWritten')]).toEqual([crowd, 1, 1]);
    expect([count('RecoverySucceeded'), count('RecoveryFailed')]).toEqual([1, crowd - 1]);
    const written = events.find(({ type }) => type === 'WritebackRequested')!.data;
    const fence = new RegExp(`^keyturn:${written.fence}:${written.writebackId}:1:[0-9a-f]{6}$`);
    expect(await directory.managed.fence(owner)).toMatch(fence);
  });

  it('writes nothing again when the job of a reset comes back', async () => {
    const organisation = given();
    const requested = (await storedEvents(organisation.product)).filter(({ type }) => type === 'WritebackRequested');
    expect(requested.length).toBeGreaterThan(0);
    const before = await organisation.changes();
    expect(await repeatJobs(organisation, requested)).toEqual({ failed: 0 });
    expect(await organisation.changes()).toBe(before);
  });

  it('refuses an older reset whose agent comes back late', async () => {
    const organisation = given();
    const { agent, directory, person } = organisation;
    const other = await organisation.anotherAgent();
    try {
      await organisation.untilAlive(2);
      const before = await organisation.changes();
      const early = await organisation.proved();
      directory.signal('SIGSTOP');
      expect((await early.password(organisation.secret('early', 'Early-Harbour-4711!'))).status).toBe(202);
      const late = await eventually(async () => ((await begun(agent)) ? agent : (await begun(other)) && other));
      late.signal('SIGSTOP');
      directory.signal('SIGCONT');
      // Its lease lapses, and the other one does it.
      await person.advance('PT75S');
      expect((await organisation.ended(early)).status).toBe('succeeded');
      const next = await organisation.proved();
      expect((await next.password(organisation.secret('next', 'Next-Harbour-4711!'))).status).toBe(202);
      expect((await organisation.ended(next)).status).toBe('succeeded');
      late.signal('SIGCONT');
      await eventually(() => Promise.resolve(late.lines().some(({ result }) => result === 'stale')), 30_000);
      expect((await organisation.changes()) - before).toBe(2);
      expect(await organisation.binds('Next-Harbour-4711!')).toBe(true);
    } finally {
      agent.signal('SIGCONT');
      await other.remove();
    }
  });
}
