import { mailedCode, notMeLink } from '../support/not-me';
import { House } from './house';
import type { Portal, Language } from './portal';

const user = 'two.methods@contoso.example';
const address = 'two.methods@contoso.home.example';

describe('the mailed "this was not me"', () => {
  const house = new House();
  let portal: Portal;

  /** @param address of somebody who may reset by mail */
  async function freshLink(username: string, mailbox: string): Promise<string> {
    const recovery = await house.person.started(username);
    const challengeId = await recovery.challenged(mailbox);
    await recovery.answer(challengeId, await mailedCode(house.person, mailbox));
    expect((await recovery.password('Lantern-In-Browser-5!')).body.status).toBe('succeeded');
    return notMeLink(house.person, mailbox, 'was reset');
  }

  it.each<[Language, string, string]>([
    ['en', user, address],
    ['ja', 'cloud.user@contoso.example', 'cloud.user@contoso.home.example'],
  ])(
    'T18: is shown, acted upon once and remembered (%s)',
    async (language, username, mailbox) => {
      const link = await freshLink(username, mailbox);
      const session = (await house.person.signIn(username, 'Lantern-In-Browser-5!')).body.token as string;
      const me = async () => (await house.person.get('/api/v1/me', { token: session })).status;
      portal = await house.open({ language });
      const { t } = portal;
      await portal.goto(link.slice(house.url.length));
      await portal.at(t.notMe.title);
      expect(portal.page.url()).toBe(`${house.url}/not-me`);
      await portal.text(t.notMe.body['password-was-reset']).waitFor();
      await portal.text(t.notMe.account(`${username[0]}•••••@contoso.example`)).waitFor();
      expect(await portal.violations()).toEqual([]);
      expect(await me()).toBe(200);

      await portal.press(t.notMe.submit);
      await portal.at(t.notMe.doneTitle);
      await portal.text(/[0-9A-F]{8}$/).waitFor();
      expect(await portal.violations()).toEqual([]);
      expect(await me()).toBe(401);
      expect(await portal.kept()).not.toHaveProperty('keyturn.not-me');

      await portal.goto(link.slice(house.url.length));
      await portal.at(t.notMe.doneTitle);
      await portal.press(t.notMe.reset);
      await portal.at(t.identify.title);
      // T18: the token stood in the address the browser was given, and in no later one.
      const token = link.slice(link.indexOf('#') + 1);
      expect(portal.page.url()).not.toContain(token);
      expect(portal.complaints).toEqual([]);
    },
    60_000,
  );
});
