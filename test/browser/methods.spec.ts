import { Administrator } from '../support/administrators';
import { accountOf } from '../support/helpdesk';
import { eventually } from '../support/journey';
import { House } from './house';
import { mailedCode, type Portal, type Language } from './portal';

const password = 'Correct-Horse-1!';
const home = (username: string) => username.replace(/@(\w+)\.example$/, '@$1.home.example');

/** The ways back in that are not a code by mail, and what a sign-in may ask for first. */
describe('other ways', () => {
  const house = new House();

  const changed = async (policy: object): Promise<void> => {
    expect((await (await Administrator.signIn(house.url)).changePolicy(policy)).status).toBe(200);
  };
  const signingIn = async (language: Language, username: string): Promise<Portal> => {
    const portal = await house.open({ language });
    await portal.goto('/');
    await portal.signIn(username, password);
    return portal;
  };

  it('two gates: a code of the app, then the questions; and how strong the new password is', async () => {
    const username = 'two.methods@northwind.example';
    const portal = await house.open();
    const { page, t, person } = portal;
    const way = (method: 'app-code' | 'security-questions') =>
      page.getByRole('radio', { name: t.method.of[method].offer });
    await portal.goto('/reset');
    await portal.identify(username, { captcha: false });
    await portal.forgot();
    await portal.at(t.method.title);
    expect(await way('security-questions').count()).toBe(0);
    await way('app-code').check();
    await portal.press(t.method.go);
    await portal.at(t.code.title);
    await page.getByText(t.code.fromApp).waitFor();
    expect(await portal.violations()).toEqual([]);
    await portal.enterCode('000000');
    await page.getByText(t.code.wrong).waitFor();
    const { body: app } = await person.get(`/outside/api/totp?user=${username}`);
    await portal.enterCode(app.code as string);

    await portal.at(t.method.titleSecond);
    expect(await way('app-code').count()).toBe(0);
    await way('security-questions').check();
    expect(await portal.violations()).toEqual([]);
    await portal.press(t.method.go);
    await portal.at(t.wait.titleQuestions);
    const answer = async (colour: string) => {
      const fields = page.getByRole('textbox');
      expect(await fields.count()).toBe(3);
      for (const [n, word] of ['one', 'two', 'three'].entries()) await fields.nth(n).fill(`${colour} ${word}`);
      await portal.press(t.wait.submit);
    };
    await answer('red');
    await page.getByText(t.wait.wrongAnswers).waitFor();
    expect(await portal.violations()).toEqual([]);
    await answer('blue');

    await portal.at(t.password.title);
    const meter = page.getByRole('meter', { name: t.password.strength });
    const shown = async (typed: string): Promise<string> => {
      await portal.field(t.password.label).fill(typed);
      return (await meter.getAttribute('aria-valuetext'))!;
    };
    const names = t.password.strengthOf;
    expect(await shown('aaaaaaaa')).toBe(names[1]);
    // Unlike anything, but too short to be used.
    expect(await shown('Xk9#vQ2')).toBe(names[2]);
    expect(await shown('Quiet-Kettle-9')).toBe(names[4]);
    expect(await shown('Quiet kettle, purple harbour, 9 lanterns')).toBe(names[5]);
    await page.getByText(`${t.password.strength}: ${names[5]}`).waitFor();
    expect(await portal.violations()).toEqual([]);
    await portal.choosePassword('Quiet kettle, purple harbour, 9 lanterns');
    await portal.at(t.done.title);
    expect(portal.complaints).toEqual([]);
  }, 120_000);

  it('whoever knows the password but is locked out unlocks the account, and keeps it', async () => {
    await changed({ unlockWithoutReset: true });
    const username = 'cloud.user@contoso.example';
    const portal = await house.open({ language: 'ja' });
    const { page, t, person } = portal;
    for (let n = 0; n < 10; n++) await person.signIn(username, `Wrong-Guess-${n}!`);
    expect((await person.signIn(username, password)).status).toBe(401);
    await portal.goto('/reset');
    await portal.identify(username);
    await portal.at(t.reason.title);
    await page.getByRole('radio', { name: t.reason.locked }).check();
    await portal.press(t.next);
    await portal.askForCode(home(username));
    await portal.enterCode(await mailedCode(person, home(username)));
    await portal.at(t.password.titleUnlock);
    expect(await portal.violations()).toEqual([]);
    await portal.press(t.password.unlock);
    await portal.at(t.done.titleUnlocked);
    expect(await portal.violations()).toEqual([]);
    await portal.press(t.done.signIn);
    await portal.signIn(username, password);
    await portal.at(t.signIn.signedInTitle);
  }, 90_000);

  it('is asked at sign-in to register a way, and may put it off', async () => {
    await changed({ registration: { required: true, skippable: true, reconfirmDays: 0 } });
    const username = 'no.methods@contoso.example';
    const portal = await signingIn('en', username);
    const { t } = portal;
    await portal.at(t.security.title);
    await portal.text(t.security.due['register-methods']).waitFor();
    expect(await portal.violations()).toEqual([]);
    await portal.press(t.security.skip);
    await portal.text(t.security.due['register-methods']).waitFor({ state: 'detached' });
    await portal.close();
    const again = await signingIn('ja', username);
    await again.at(again.t.signIn.signedInTitle);
    await again.close();
    await changed({ registration: { required: false } });
  }, 90_000);

  it('a password that an administrator wants changed, and one that has expired, lead to a new one', async () => {
    const admin = await Administrator.signIn(house.url);
    const demanded = 'one.method@contoso.example';
    const path = `/helpdesk/users/${await accountOf(admin, demanded)}/require-password-change`;
    expect((await admin.post(path)).status).toBe(204);
    const change = async (portal: Portal, why: string, next: string) => {
      const { page, t } = portal;
      await portal.at(t.change.title);
      await page.getByText(why).waitFor();
      expect(await portal.violations()).toEqual([]);
      await portal.field(t.password.label).fill(next);
      await portal.field(t.password.again).fill(next);
      await portal.press(t.change.submit);
      await portal.at(t.signIn.signedInTitle);
      await page.getByText(t.change.done).waitFor();
      expect(portal.complaints).toEqual([]);
      await portal.close();
    };
    const forced = await signingIn('en', demanded);
    await forced.at(forced.t.change.title);
    await forced.field(forced.t.change.current).fill(password);
    await change(forced, forced.t.change.mustChange, 'Quiet-Kettle-Forced-1');

    await changed({ passwords: { expiryDays: 30 } });
    await admin.person.advance('P31D');
    const username = 'outside.group@contoso.example';
    await eventually(async () => (await admin.person.signIn(username, password)).body.code === 'password-expired');
    const expired = await signingIn('ja', username);
    await change(expired, expired.t.change.expired, 'Quiet-Kettle-Expired-2');
  }, 90_000);
});
