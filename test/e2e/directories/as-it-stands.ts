import { eventually } from '../../support/journey';
import { storedEvents } from '../../support/stored-events';
import { owner, peopling, type Organisation } from './organisation';

/** What the policy asks for, and what the directory says of its people, reaches the other side. */
export function asItStandsSuite(given: () => Organisation): void {
  it('closes the time in which an old password still binds, where the policy asks for it', async () => {
    const organisation = given();
    const { admin, directory, product } = organisation;
    const reset = async (password: string) => {
      const recovery = await organisation.proved();
      await recovery.password(password);
      return (await organisation.ended(recovery)).status;
    };
    const former = organisation.secret('before a double reset', 'Former-Harbour-4711!');
    expect(await reset(former)).toBe('succeeded');
    await admin.changePolicy({ doubleReset: true });
    const before = await organisation.changes();
    const next = organisation.secret('after a double reset', 'Double-Harbour-4711!');
    expect(await reset(next)).toBe('succeeded');
    await admin.changePolicy({ doubleReset: false });
    // Where no former password binds, one write is enough.
    const writes = directory.managed.options.kind === 'ad' ? 3 : 1;
    expect((await organisation.changes()) - before).toBe(writes);
    expect([await organisation.binds(former), await organisation.binds(next)]).toEqual([false, true]);
    const written = (await storedEvents(product)).filter(({ type }) => type === 'PasswordWritten').at(-1)!;
    expect(written.data).toMatchObject({ writes, fenced: true });
  });

  it('unlocks and leaves the password as it is', async () => {
    const organisation = given();
    const password = organisation.secrets['after a double reset']!;
    await organisation.directory.managed.lock(owner);
    expect(await organisation.binds(password)).toBe(false);
    const recovery = await organisation.proved('account-locked');
    expect((await recovery.post('unlock')).status).toBe(202);
    expect((await organisation.ended(recovery)).outcome).toMatchObject({ result: 'succeeded', reason: 'unlocked' });
    expect(await organisation.binds(password)).toBe(true);
  });

  it('disables whom the directory disabled, and who is gone', async () => {
    const { admin, agent, directory } = given();
    await directory.managed.disable('outsider');
    await directory.managed.remove('fritz');
    await agent.stop();
    await agent.start();
    const disabled = async (username: string) => {
      const { users } = (await admin.get(`/tenant/users?name=${encodeURIComponent(username)}`)).body;
      return (users as { disabled: boolean }[])[0]?.disabled;
    };
    for (const who of ['outsider', 'fritz'] as const) {
      await eventually(async () => (await disabled(peopling.username!(who))) === true);
    }
    expect(await disabled(peopling.username!('emil'))).toBe(false);
  });
}
