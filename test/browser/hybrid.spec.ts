import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { eventually } from '../support/journey';
import { ScriptedAgent } from '../support/scripted-agent';
import { House } from './house';
import { mailedCode, mailedCodes, type Portal, type Language } from './portal';

const user = 'hybrid.user@contoso.example';
const address = 'hybrid.user@contoso.home.example';
const first = 'Correct-Horse-1!';

/** Up to the new password, by a code that was mailed. */
async function proved(portal: Portal, reason: 'forgot' | 'locked'): Promise<void> {
  const { page, t, person } = portal;
  await person.resetLimits();
  const sent = (await mailedCodes(person, address)).length;
  await portal.goto('/reset');
  await portal.identify(user);
  await portal.at(t.reason.title);
  await page.getByRole('radio', { name: t.reason[reason] }).check();
  await portal.press(t.next);
  await portal.askForCode(address);
  await portal.enterCode(await mailedCode(person, address, sent));
}

describe('people whose password lies in the organisation’s own directory', () => {
  const house = new House({ KEYTURN_OUTSIDE_DIRECTORY: 'simulated' });
  let portal: Portal;

  beforeAll(async () => {
    const admin = await Administrator.signIn(house.url);
    await admin.changePolicy({ unlockWithoutReset: true });
  }, 120_000);

  const atADesk = async (password: string): Promise<string> =>
    (await house.person.post('/outside/api/directory/sign-ins', { username: user, password })).body.result;

  /** What is said of the password that the directory refused: that it was, and what it asks for. */
  async function refusedByDirectory({ page, t }: Portal): Promise<void> {
    const told = page.getByRole('alert').filter({ hasText: t.password.rejectedTitle });
    await told.getByText(t.password.rejected['directory-policy']!).waitFor();
    await told.getByText(t.password.directoryRules).waitFor();
    await told.getByText(t.password.directoryLength(8)).waitFor();
    await told.getByText(t.password.directoryHistory(3)).waitFor();
  }

  it.each<[Language, number, string, string]>([
    ['en', 1_280, first, 'Lantern-Harbour-1!'],
    ['ja', 390, 'Lantern-Harbour-1!', 'Lantern-Harbour-2!'],
  ])(
    'change a password they know, and read the directory’s rules when it refuses one (%s)',
    async (language, width, old, next) => {
      portal = await house.open({ language, viewport: { width, height: 900 } });
      const { t } = portal;
      await portal.goto('/');
      await portal.signIn(user, old);
      await portal.at(t.signIn.signedInTitle);
      await portal.press(t.signIn.changePassword);
      await portal.at(t.change.title);
      const choose = async (current: string, password: string) => {
        await portal.field(t.change.current).fill(current);
        await portal.field(t.password.label).fill(password);
        await portal.field(t.password.again).fill(password);
        await portal.press(t.change.submit);
      };
      await choose('not-the-password', next);
      await portal.text(t.change.currentWrong).waitFor();
      await choose(old, old);
      await refusedByDirectory(portal);
      expect(await portal.violations()).toEqual([]);
      expect(await portal.overflows()).toBe(false);
      await choose(old, next);
      await portal.at(t.signIn.signedInTitle);
      await portal.text(t.change.done).waitFor();
      expect([await atADesk(next), await atADesk(old)]).toEqual(['right', 'wrong']);
      expect(portal.complaints).toEqual([]);
    },
    90_000,
  );

  it.each<[Language, number, string]>([
    ['en', 1_280, 'Lantern-Harbour-3!'],
    ['ja', 390, 'Lantern-Harbour-4!'],
  ])(
    'reset a password, and choose another when the directory refuses the first (%s)',
    async (language, width, next) => {
      portal = await house.open({ language, viewport: { width, height: 900 } });
      const { t } = portal;
      await proved(portal, 'forgot');
      await portal.choosePassword('Lantern-Harbour-2!');
      await refusedByDirectory(portal);
      // Back at the password, the page reads on from its heading.
      expect(await portal.focused()).toContain(t.password.title);
      expect(await portal.violations()).toEqual([]);
      expect(await portal.overflows()).toBe(false);
      await portal.choosePassword(next);
      await portal.at(t.done.title);
      await portal.text(t.done.body).waitFor();
      expect(await atADesk(next)).toBe('right');
      expect(portal.complaints).toEqual([]);
    },
    90_000,
  );

  it('unlock their account and keep the password', async () => {
    const password = 'Lantern-Harbour-4!';
    for (let n = 0; n < 10; n++) await atADesk('not-the-password');
    expect(await atADesk(password)).toBe('locked');
    portal = await house.open();
    const { t } = portal;
    await proved(portal, 'locked');
    await portal.at(t.password.titleUnlock);
    expect(await portal.violations()).toEqual([]);
    await portal.press(t.password.unlock);
    await portal.at(t.done.titleUnlocked);
    await portal.text(t.done.bodyUnlocked).waitFor();
    expect(await portal.violations()).toEqual([]);
    expect(await atADesk(password)).toBe('right');
  }, 90_000);
});

describe('people whose directory takes its time', () => {
  const house = new House();
  let portal: Portal;
  let agent: ScriptedAgent;

  beforeAll(async () => {
    const admin = await Administrator.signIn(house.url);
    await admin.changePolicy({ unlockWithoutReset: true });
    agent = await ScriptedAgent.enrol(house.person, (await admin.post('/tenant/agents')).body.enrolmentCode as string);
    await agent.link(user, randomUUID());
  }, 120_000);

  /** Up to the new password while the agent waits for work; then it waits no more. */
  async function provedWithAgent(language: Language, reason: 'forgot' | 'locked'): Promise<void> {
    portal = await house.open({ language, viewport: { width: 390, height: 900 } });
    const end = await agent.breathe();
    await eventually(async () => {
      const { status, body } = await house.person.start(user);
      if (status !== 201) return false;
      const { recoveryId, recoveryToken: token } = body;
      return (await house.person.post(`/api/v1/recoveries/${recoveryId}/cancel`, {}, { token })).status === 200;
    });
    await proved(portal, reason);
    end();
  }
  async function taken(): Promise<string> {
    const command = await agent.next();
    if (!command) throw new Error('nothing was offered');
    return command.writebackId;
  }

  it('are told after 20 seconds that it is not yet confirmed, and when it is', async () => {
    await provedWithAgent('en', 'forgot');
    const { t, page } = portal;
    await portal.choosePassword('Lantern-Harbour-1!');
    await portal.at(t.waiting.titlePassword);
    await portal.text(t.waiting.body).waitFor();
    const writebackId = await taken();
    expect(await portal.text(t.waiting.unconfirmed).count()).toBe(0);
    expect(await portal.violations()).toEqual([]);
    await page.getByText(t.waiting.unconfirmed, { exact: true }).waitFor({ timeout: 30_000 });
    await portal.text(t.waiting.unconfirmedBody).waitFor();
    await portal.text(t.help.supportCode).first().waitFor();
    expect(await portal.violations()).toEqual([]);
    expect(await portal.overflows()).toBe(false);
    await agent.report(writebackId, 'succeeded');
    await portal.at(t.done.title);
    expect(portal.complaints).toEqual([]);
  }, 120_000);

  it('are told so of an unlock as well, and that the password stays', async () => {
    await provedWithAgent('ja', 'locked');
    const { t } = portal;
    await portal.press(t.password.unlock);
    await portal.at(t.waiting.titleUnlock);
    await portal.text(t.waiting.bodyUnlock).waitFor();
    const writebackId = await taken();
    expect(await portal.violations()).toEqual([]);
    await portal.text(t.waiting.unconfirmedUnlock).waitFor({ timeout: 30_000 });
    await agent.report(writebackId, 'succeeded');
    await portal.at(t.done.titleUnlocked);
    await portal.text(t.done.bodyUnlocked).waitFor();
    expect(await portal.violations()).toEqual([]);
  }, 120_000);

  it('read every rule that the directory tells', async () => {
    await provedWithAgent('en', 'forgot');
    const { t, page } = portal;
    await portal.choosePassword('Lantern-Harbour-2!');
    const rules = { minimumLength: 24, complexity: true, history: 1, minimumAgeHours: 24 };
    await agent.report(await taken(), 'rejected-by-policy', { rules });
    await portal.at(t.password.title);
    const told = page.getByRole('alert').getByRole('listitem');
    const { directoryLength, directoryComplexity, directoryHistory, directoryAge } = t.password;
    for (const rule of [directoryLength(24), directoryComplexity, directoryHistory(1), directoryAge(24)]) {
      await told.filter({ hasText: rule }).waitFor();
    }
    expect(await portal.violations()).toEqual([]);
    // It is a word about that password alone: another is on its way.
    await portal.choosePassword('Lantern-Harbour-Long-Enough-3!');
    await portal.at(t.waiting.titlePassword);
    await agent.report(await taken(), 'succeeded');
    await portal.at(t.done.title);
  }, 120_000);
});
