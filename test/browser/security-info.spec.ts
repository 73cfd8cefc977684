import { appCodeAt } from '#libs/commands/accounts/app-codes';
import { Administrator } from '../support/administrators';
import { House } from './house';
import { mailedCode, mailedCodes, type Portal, type Language } from './portal';

const password = 'Correct-Horse-1!';

describe('the page of one’s security information', () => {
  const house = new House();

  const opened = async (username: string, language: Language = 'en'): Promise<Portal> => {
    const portal = await house.open({ language });
    await portal.goto('/');
    await portal.signIn(username, password);
    await portal.at(portal.t.signIn.signedInTitle);
    await portal.page.getByRole('link', { name: portal.t.security.title }).click();
    await portal.at(portal.t.security.title);
    return portal;
  };

  it('tells strangers to sign in', async () => {
    const portal = await house.open();
    await portal.goto('/security-info');
    await portal.text(portal.t.security.signInFirst).waitFor();
    expect(await portal.violations()).toEqual([]);
  }, 30_000);

  it.each([
    ['en', 'no.methods@contoso.example', 'first.mail@mail.example'],
    ['ja', 'unlicensed.user@contoso.example', undefined],
  ] as const)(
    'registers an address, an app and questions, in %s',
    async (language, username, first) => {
      const portal = await opened(username, language);
      const { page, t, person } = portal;
      const words = t.security;
      expect(await portal.violations()).toEqual([]);

      const address = first ?? 'second.mail@mail.example';
      await portal.press(words.addMethod.email);
      if (!first) {
        const registered = 'unlicensed.user@contoso.home.example';
        await portal.at(words.stepUp.title);
        expect(await portal.violations()).toEqual([]);
        await portal.press(words.stepUp.send);
        await portal.at(words.code.title);
        await portal.field(words.code.label).fill(await mailedCode(person, registered));
        await portal.press(words.code.submit);
      }
      await portal.at(words.contact.emailTitle);
      await portal.press(words.contact.send);
      await page.getByText(t.required).waitFor();
      expect(await portal.focused()).toBe('INPUT contact');
      await portal.field(words.contact.email).fill('me@contoso.example');
      await portal.press(words.contact.send);
      await page.getByText(words.contact.unfit['own-domain']!).waitFor();
      expect(await portal.violations()).toEqual([]);
      await portal.field(words.contact.email).fill(address);
      await portal.press(words.contact.send);
      await portal.at(words.code.title);
      await portal.field(words.code.label).fill('00000000');
      await portal.press(words.code.submit);
      await page.getByText(words.code.wrong).waitFor();
      expect(await portal.violations()).toEqual([]);
      await mailedCode(person, address);
      await portal.press(words.code.resend);
      await page.getByText(words.code.resent).waitFor();
      await portal.field(words.code.label).fill(await mailedCode(person, address, 1));
      await portal.press(words.code.submit);
      await page.getByText(words.changed).waitFor();

      if (first) {
        // Registered a moment ago, it is what proves the next change.
        await portal.press(words.addMethod['app-code']);
        await portal.at(words.stepUp.title);
        await portal.press(words.stepUp.send);
        await portal.at(words.code.title);
        await portal.field(words.code.label).fill(await mailedCode(person, address, 2));
        await portal.press(words.code.submit);
      } else {
        await portal.press(words.addMethod['app-code']);
      }
      await portal.at(words.app.title);
      await page.getByRole('img', { name: words.app.picture }).waitFor();
      expect(await portal.violations()).toEqual([]);
      const secret = (await page.locator('.app-key').textContent())!.replace(/\s/g, '');
      const { body } = await person.advance('PT0S');
      await portal.field(words.code.label).fill(appCodeAt(secret, new Date(body.now as string)));
      await portal.press(words.code.submit);
      await page.getByText(words.changed).waitFor();

      await portal.press(words.addMethod['security-questions']);
      await portal.at(words.questions.title);
      for (const n of [1, 2, 3]) {
        await portal.field(words.questions.question(n)).selectOption({ index: n });
        await portal.field(words.questions.answer(n)).fill(n === 3 ? 'lantern 1' : `lantern ${n}`);
      }
      await portal.press(words.questions.submit);
      await page.getByText(words.questions.unfit['answer-twice']!).waitFor();
      expect(await portal.violations()).toEqual([]);
      await portal.field(words.questions.answer(3)).fill('lantern 3');
      await portal.press(words.questions.submit);
      await page.getByText(words.changed).waitFor();

      const remove = words.of(words.remove, words.kind['security-questions']);
      await portal.press(remove);
      await page.getByRole('dialog').getByText(words.removeTitle).waitFor();
      expect(await portal.violations()).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: words.keep, exact: true }).click();
      await portal.press(remove);
      await page.getByRole('dialog').getByRole('button', { name: words.remove, exact: true }).click();
      await page.getByText(words.changed).waitFor();
      await page.getByRole('button', { name: remove, exact: true }).waitFor({ state: 'detached' });
      expect(await portal.overflows()).toBe(false);
      expect(portal.complaints).toEqual([]);
      await portal.close();
    },
    120_000,
  );

  it.each(['en', 'ja'] as const)(
    'pairs a device, and removes it, in %s',
    async (language) => {
      const portal = await opened('cloud.user@contoso.example', language);
      const { page, t, person } = portal;
      const words = t.security;
      const proving = async (address: string, count: number) => {
        await portal.at(words.stepUp.title);
        await portal.press(words.stepUp.send);
        await portal.at(words.code.title);
        await portal.field(words.code.label).fill(await mailedCode(person, address, count));
        await portal.press(words.code.submit);
      };
      await portal.press(words.addMethod['app-notification']);
      await proving(
        'cloud.user@contoso.home.example',
        (await mailedCodes(person, 'cloud.user@contoso.home.example')).length,
      );
      await portal.at(words.device.title);
      const pairingUrl = await page.getByRole('link', { name: words.device.open }).getAttribute('href');
      expect(await portal.violations()).toEqual([]);
      await person.post('/outside/api/devices', { pairingUrl });
      await page.getByText(words.changed).waitFor();
      await page
        .getByRole('button', { name: words.of(words.remove, words.kind['app-notification']) })
        .first()
        .click();
      await page.getByRole('dialog').getByRole('button', { name: words.remove }).click();
      await page.getByRole('list').getByText(words.kind['app-notification']).waitFor({ state: 'detached' });
      await portal.close();
    },
    90_000,
  );

  it('asks at sign-in whether all is still right', async () => {
    const administrator = await Administrator.signIn(house.url);
    await administrator.changePolicy({ registration: { required: true, reconfirmDays: 1 } });
    await administrator.person.advance('P1D');
    const portal = await house.open();
    await portal.goto('/');
    await portal.signIn('cloud.user@contoso.example', password);
    await portal.at(portal.t.security.title);
    await portal.text(portal.t.security.due['reconfirm-methods']).waitFor();
    expect(await portal.violations()).toEqual([]);
    await portal.press(portal.t.security.confirm);
    await portal.text(portal.t.security.confirmed).waitFor();
  }, 60_000);
});
