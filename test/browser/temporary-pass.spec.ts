import { Administrator } from '../support/administrators';
import { eventually } from '../support/journey';
import { House } from './house';
import type { Portal, Language } from './portal';

describe('signing in with a temporary access pass', () => {
  const house = new House();
  let portal: Portal;

  const inMail = (mailbox: string, pattern: RegExp): Promise<string> =>
    eventually(async () => {
      for (const { text } of await house.person.mails(mailbox)) {
        const [, found] = pattern.exec(text) ?? [];
        if (found) return found;
      }
      return undefined;
    });

  /** What the helpdesk sends to somebody who called and read out the word. */
  async function passFor(username: string, mailbox: string): Promise<string> {
    const helpdesk = await Administrator.signIn(house.url, 'helpdesk@contoso.example');
    const { body: user } = await helpdesk.post('/helpdesk/users/search', { username });
    const { methodId } = user.contacts.find(({ method }: { method: string }) => method === 'email');
    const of = `/helpdesk/users/${user.accountId}`;
    const { body: opened } = await helpdesk.post(`${of}/cases`);
    const path = `${of}/cases/${opened.caseId}`;
    await helpdesk.post(`${path}/word`, { methodId });
    await helpdesk.post(`${path}/word/answer`, { word: await inMail(mailbox, /\n\n {4}([a-z]+ [a-z]+)\n/) });
    expect((await helpdesk.post(`${path}/pass`, { methodId })).status).toBe(202);
    return inMail(mailbox, /\n\n {4}([\d ]{10,})\n/);
  }

  it.each<[Language, string]>([
    ['en', 'cloud.user'],
    ['ja', 'outside.group'],
  ])(
    'leads to a new password (%s)',
    async (language, name) => {
      const username = `${name}@contoso.example`;
      const pass = await passFor(username, `${name}@contoso.home.example`);
      portal = await house.open({ language });
      const { t } = portal;
      await portal.goto('/');
      await portal.at(t.signIn.title);
      await portal.press(t.signIn.usePass);
      await portal.field(t.signIn.username).fill(username);
      await portal.field(t.signIn.pass).fill('0000 0000 00');
      expect(await portal.violations()).toEqual([]);
      await portal.press(t.signIn.submit);
      await portal.alert(t.signIn.passFailed);
      await portal.field(t.signIn.pass).fill(pass);
      await portal.press(t.signIn.submit);

      await portal.at(t.change.title);
      await portal.text(t.change.mustChange).waitFor();
      expect(await portal.violations()).toEqual([]);
      expect(await portal.field(t.change.current).count()).toBe(0);
      await portal.field(t.password.label).fill('Another-Quiet-Kettle-6');
      await portal.field(t.password.again).fill('Another-Quiet-Kettle-6');
      await portal.press(t.change.submit);
      await portal.at(t.signIn.signedInTitle);
      expect((await house.person.signIn(username, 'Another-Quiet-Kettle-6')).status).toBe(201);
      expect(portal.complaints).toEqual([]);
    },
    60_000,
  );
});
