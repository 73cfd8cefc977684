import { eventually } from '../../support/journey';
import { peopling, type Organisation } from './organisation';
import { firstPassword } from '../../contract/directory/known-people';

/** A sign-in at a desk, which Keyturn has no part in, shows where people are listed. */
export function lastSignInSuite(given: () => Organisation): void {
  it('shows on which day somebody last signed in at the directory', async () => {
    const { admin, agent, directory } = given();
    const listed = async (username: string) => {
      const { users } = (await admin.get(`/tenant/users?name=${encodeURIComponent(username)}`)).body;
      return (users as { lastDirectorySignInOn: string | null }[])[0]?.lastDirectorySignInOn;
    };
    const days = [new Date()];
    expect(await directory.managed.binds('emil', firstPassword)).toBe(true);
    days.push(new Date());
    await agent.stop();
    await agent.start();
    const on = await eventually(async () => (await listed(peopling.username!('emil'))) ?? undefined);
    expect(days.map((day) => day.toISOString().slice(0, 10))).toContain(on);
    expect(await listed(peopling.username!('fritz'))).toBeNull();
  });
}
