import { House } from './house';
import { mailedCode, mailedCodes, type Language } from './portal';

const oldPassword = 'Correct-Horse-1!';

describe('getting back in', () => {
  const house = new House();

  const people: [Language, string, 'light' | 'dark', number][] = [
    ['en', 'cloud.user', 'light', 1_000],
    ['ja', 'two.methods', 'dark', 390],
  ];

  it.each(people)(
    'in %s, from the sign-in page to signed in',
    async (language, name, colorScheme, width) => {
      const viewport = { width, height: 800 };
      const portal = await house.open({ language, colorScheme, viewport });
      const { page, t } = portal;
      const username = `${name}@contoso.example`;
      const address = `${name}@contoso.home.example`;
      const newPassword = `Quiet-Harbour-${language}-42!`;

      await portal.goto('/');
      await portal.at(t.signIn.title);
      expect(await page.getAttribute('html', 'lang')).toBe(language);
      expect(await portal.violations()).toEqual([]);
      await page.getByRole('link', { name: t.signIn.cannotAccess }).click();

      await portal.at(t.identify.title);
      await portal.field(t.signIn.username).fill(username);
      await page.getByRole('img', { name: t.captcha.image }).waitFor();
      await page.getByText('Contoso', { exact: true }).waitFor();
      expect(await portal.violations()).toEqual([]);
      await portal.identify(username);

      await portal.at(t.reason.title);
      expect(await portal.focused()).toContain(t.reason.title);
      expect(await portal.violations()).toEqual([]);
      await portal.forgot();

      await portal.at(t.method.title);
      expect(await portal.violations()).toEqual([]);
      await portal.askForCode(address);

      await page.getByText(t.code.delivery.sent).waitFor();
      expect(await portal.violations()).toEqual([]);
      await portal.enterCode(await mailedCode(portal.person, address));

      await portal.at(t.password.title);
      expect(await portal.violations()).toEqual([]);
      await portal.choosePassword(newPassword);

      await portal.at(t.done.title);
      expect(await portal.focused()).toContain(t.done.title);
      expect(await portal.violations()).toEqual([]);
      await portal.press(t.done.yes);
      await page.getByText(t.done.thanks).waitFor();
      expect(await portal.kept()).toEqual({});

      await portal.press(t.done.signIn);
      await portal.signIn(username, oldPassword);
      await portal.alert(t.signIn.failed);
      await portal.signIn(username, newPassword);
      await portal.at(t.signIn.signedInTitle);
      expect(await portal.violations()).toEqual([]);

      expect(portal.complaints).toEqual([]);
      for (const shown of portal.addresses) expect(shown).toMatch(/^about:blank$|\/(reset)?$/);
      await portal.close();
    },
    90_000,
  );

  it('at 320 px, nothing has to be scrolled sideways', async () => {
    const portal = await house.open({ viewport: { width: 320, height: 600 } });
    const address = 'cloud.user@contoso.home.example';
    const { t } = portal;
    const overflows: string[] = [];
    const look = async (step: string) => (await portal.overflows()) && overflows.push(step);

    await portal.goto('/reset');
    await portal.field(t.signIn.username).fill('cloud.user@contoso.example');
    await portal.page.getByRole('img', { name: t.captcha.image }).waitFor();
    await portal.press(t.captcha.listen);
    await look('identify');
    await portal.identify('cloud.user@contoso.example');
    await portal.at(t.reason.title);
    await look('reason');
    await portal.forgot();
    const seen = (await mailedCodes(portal.person, address)).length;
    await portal.at(t.method.title);
    await look('method');
    await portal.askForCode(address);
    await look('code');
    await portal.enterCode(await mailedCode(portal.person, address, seen));
    await portal.at(t.password.title);
    await look('password');
    await portal.press(t.cancel);
    await look('stop');
    expect(overflows).toEqual([]);
  }, 60_000);

  it('speaks the language that is chosen, and remembers it', async () => {
    const portal = await house.open();
    await portal.goto('/reset?lang=ja');
    await portal.at('どなたですか?');
    await portal.page.getByLabel('言語').selectOption('en');
    await portal.at('Who are you?');
    await portal.page.reload();
    await portal.at('Who are you?');
    expect(await portal.page.getAttribute('html', 'lang')).toBe('en');
  }, 30_000);

  it('shows a kiosk no way out of the reset', async () => {
    const portal = await house.open();
    await portal.goto('/reset?kiosk');
    await portal.at(portal.t.identify.title);
    expect(await portal.page.getByRole('banner').count()).toBe(0);
    expect(await portal.page.getByRole('link').count()).toBe(1);
    expect(await portal.page.getByRole('button').allTextContents()).toEqual([portal.t.next]);
    expect(await portal.violations()).toEqual([]);
  }, 30_000);
});
