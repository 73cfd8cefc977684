import { House } from './house';
import { Keys } from './keys';
import { mailedCode } from './portal';

describe('without a mouse', () => {
  const house = new House();

  it('the whole journey goes by Tab, arrows, Space and Enter, and the focus is always to be seen', async () => {
    const portal = await house.open();
    const { page, t } = portal;
    const keys = new Keys(page);
    const address = 'one.method@contoso.home.example';

    await portal.goto('/');
    await portal.at(t.signIn.title);
    await keys.use(t.signIn.cannotAccess);

    await portal.at(t.identify.title);
    await keys.fill(t.signIn.username, 'one.method@contoso.example');
    await page.getByRole('img', { name: t.captcha.image }).waitFor();
    await keys.tabTo(t.captcha.another);
    const source = await page.getByRole('img', { name: t.captcha.image }).getAttribute('src');
    await keys.press('Enter');
    await page.locator(`img:not([src="${source}"])`).waitFor();
    await keys.fill(t.captcha.label, await portal.captchaAnswer());
    await keys.press('Enter');

    await portal.at(t.reason.title);
    await keys.press('Tab');
    await keys.press('Space');
    await keys.press('Enter');

    await portal.at(t.method.title);
    await keys.fill(t.method.confirmEmail, address);
    await keys.press('Enter');

    await portal.at(t.code.title);
    await keys.use(t.cancel);
    await page.getByRole('dialog').waitFor();
    await keys.use(t.stop.goOn);
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await keys.press('Shift+Tab');
    await keys.press('Shift+Tab');
    await keys.type(await mailedCode(portal.person, address));
    await keys.press('Enter');

    await portal.at(t.password.title);
    await keys.fill(t.password.label, 'Only-The-Keyboard-5');
    await keys.fill(t.password.again, 'Only-The-Keyboard-5');
    await keys.tabTo(t.password.submit);
    await keys.press('Space');

    await portal.at(t.done.title);
    await keys.use(t.done.yes);
    await page.getByText(t.done.thanks).waitFor();
  }, 90_000);

  it.each([
    ['en', 'outside.group'],
    ['ja', 'unlicensed.user'],
  ] as const)(
    'one proves who one is, registers an address and removes it, in %s',
    async (language, name) => {
      const portal = await house.open({ language });
      const { page, t, person } = portal;
      const words = t.security;
      const keys = new Keys(page);
      const [own, fresh] = [`${name}@contoso.home.example`, `${name}@mail.example`];

      await portal.goto('/');
      await portal.at(t.signIn.title);
      await keys.fill(t.signIn.username, `${name}@contoso.example`);
      await keys.fill(t.signIn.password, 'Correct-Horse-1!');
      await keys.press('Enter');
      await portal.at(t.signIn.signedInTitle);
      await keys.use(words.title);

      await portal.at(words.title);
      await keys.use(words.addMethod.email);
      await portal.at(words.stepUp.title);
      await keys.use(words.stepUp.send);
      await portal.at(words.code.title);
      await keys.fill(words.code.label, await mailedCode(person, own));
      await keys.press('Enter');

      await portal.at(words.contact.emailTitle);
      await keys.use(words.contact.send);
      await page.getByText(t.required).waitFor();
      expect(await portal.focused()).toBe('INPUT contact');
      await keys.type(fresh);
      await keys.press('Enter');
      await portal.at(words.code.title);
      await keys.fill(words.code.label, await mailedCode(person, fresh));
      await keys.press('Enter');

      await portal.at(words.title);
      await page.getByText(words.changed).waitFor();
      const remove = words.of(words.remove, `${words.kind.email} ${name[0]}•••••@mail.example`);
      const dialog = page.getByRole('dialog');
      await keys.use(remove);
      await dialog.waitFor();
      await keys.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      // The focus is where it was, so that one may go on from there.
      await keys.press('Enter');
      await dialog.waitFor();
      await keys.use(words.keep);
      await dialog.waitFor({ state: 'hidden' });
      await keys.press('Enter');
      await dialog.waitFor();
      await keys.use(words.remove);
      await page.getByRole('button', { name: remove, exact: true }).waitFor({ state: 'detached' });
      await page.getByText(words.changed).waitFor();
      expect(portal.complaints).toEqual([]);
      await portal.close();
    },
    90_000,
  );
});
