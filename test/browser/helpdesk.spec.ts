import { helpdeskCatalogues } from '../../apps/web/src/helpdesk/catalogues';
import { eventually } from '../support/journey';
import { House } from './house';
import type { Portal, Language } from './portal';

const t = helpdeskCatalogues.en;

describe('the page of the helpdesk', () => {
  const house = new House();
  beforeEach(() => house.person.resetLimits());

  /** A browser in which somebody with a role is signed in, on the page. */
  async function opened(username = 'helpdesk@contoso.example', language: Language = 'en', width = 1_280) {
    const viewport = { width, height: 900 };
    const portal = await house.openAs(username, { language, viewport, timezoneId: 'Asia/Tokyo' });
    await portal.goto('/helpdesk');
    await portal.at(helpdeskCatalogues[language].title);
    return portal;
  }
  async function found(portal: Portal, username: string, words = t): Promise<void> {
    await portal.field(words.find.label).fill(username);
    await portal.press(words.find.submit);
    await portal.at(username);
  }
  const inMail = (mailbox: string, pattern: RegExp): Promise<string> =>
    eventually(async () => (await house.person.mails(mailbox)).flatMap(({ text }) => pattern.exec(text)?.[1] ?? [])[0]);
  const inDialog = (portal: Portal, name: string) =>
    portal.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

  it('is closed to strangers and to people without the office', async () => {
    const stranger = await house.open();
    await stranger.goto('/helpdesk');
    await stranger.text(t.signInFirst).waitFor();
    expect(await stranger.violations()).toEqual([]);
    await stranger.close();
    const auditor = await opened('auditor@contoso.example');
    await auditor.text(t.notAllowed).waitFor();
    expect(await auditor.page.getByLabel(t.find.label).count()).toBe(0);
  }, 60_000);

  it.each<[Language, string, number]>([
    ['en', 'cloud.user', 1_280],
    ['ja', 'one.method', 390],
  ])(
    'F14: verifies a caller and sends a pass, and shows neither word nor pass (%s)',
    async (language, name, width) => {
      const words = helpdeskCatalogues[language];
      const [username, mailbox] = [`${name}@contoso.example`, `${name}@contoso.home.example`];
      const portal = await opened(undefined, language, width);
      const { page } = portal;
      const seen: string[] = [];
      page.on('response', (response) => {
        if (response.url().includes('/api/'))
          void response.text().then(
            (text) => seen.push(text),
            () => undefined,
          );
      });
      await page.getByRole('heading', { name: words.cases.title }).waitFor();
      expect(await portal.violations()).toEqual([]);
      await portal.press(words.find.submit);
      await portal.text(words.find.missing).waitFor();
      expect(await portal.focused()).toBe('INPUT person');
      await portal.field(words.find.label).fill('nobody@contoso.example');
      await portal.press(words.find.submit);
      await portal.text(words.find.notFound).waitFor();
      expect(await portal.violations()).toEqual([]);

      await found(portal, username.toUpperCase().toLowerCase(), words);
      await portal.text(words.user.canReset).waitFor();
      expect(await portal.violations()).toEqual([]);
      await portal.press(words.assist.start);
      await portal.text(words.help.first).waitFor();
      await portal.press(words.word.send);
      await page.getByLabel(words.word.label, { exact: true }).waitFor();
      expect(await portal.violations()).toEqual([]);
      await portal.press(words.word.check);
      await page.getByText(words.word.missing, { exact: true }).waitFor();
      await portal.field(words.word.label).fill('apple river');
      await portal.press(words.word.check);
      await portal.text(`${words.word.wrong} ${words.word.triesLeft(4)}`).waitFor();
      expect(await portal.focused()).toBe('INPUT word');
      expect(await portal.violations()).toEqual([]);
      const word = await inMail(mailbox, /\n\n {4}([a-z]+ [a-z]+)\n/);
      await portal.field(words.word.label).fill(word);
      await portal.press(words.word.check);

      await portal.press(words.help.pass);
      await page.getByRole('dialog').getByText(words.help.passConfirmTitle).waitFor();
      expect(await portal.violations()).toEqual([]);
      await inDialog(portal, words.help.no);
      await portal.press(words.help.pass);
      await inDialog(portal, words.help.passYes);
      const pass = await inMail(mailbox, /\n\n {4}([\d ]{10,})\n/);
      await page
        .getByRole('status')
        .filter({ hasText: words.help.passSent('§').split('§')[0]! })
        .waitFor();
      expect(await portal.violations()).toEqual([]);
      expect(await portal.overflows()).toBe(false);
      const signedIn = await house.person.post('/api/v1/sessions', { username, temporaryAccessPass: pass });
      expect(signedIn.body.next).toBe('change-password');

      const shown = [...seen, await page.content()].join('\n');
      for (const secret of [pass, pass.replaceAll(' ', ''), mailbox]) expect(shown).not.toContain(secret);
      expect(seen.join('\n')).not.toContain(word);
      expect(portal.addresses.join()).not.toContain(name);

      // Whoever comes later finds the case in the list.
      await portal.press(words.user.back);
      await portal.text(words.cases.progress['pass-sent']).waitFor();
      await page.getByRole('button', { name: words.cases.openOf(username, words.cases.kinds.assistance) }).click();
      await portal.at(username);
      expect(portal.complaints).toEqual([]);
      await portal.close();
      const { token } = signedIn.body;
      await house.person.post('/api/v1/me/password', { newPassword: `Helped-Lantern-${language}-91!` }, { token });
    },
    120_000,
  );

  it('lifts what holds a caller up, and tells limits with the time they end', async () => {
    const [username, mailbox] = ['two.methods@contoso.example', 'two.methods@contoso.home.example'];
    const recovery = await house.person.started(username);
    const challengeId = await recovery.challenged(mailbox);
    for (let n = 0; n < 5; n++) await recovery.answer(challengeId, `0000000${n}`);
    const portal = await opened();
    const { page } = portal;
    await portal.field(t.find.label).fill(recovery.view.supportCode.toLowerCase());
    await portal.press(t.find.submit);
    await portal.at(username);
    await portal.text(new RegExp(`^${t.user.ways.email}, until `)).waitFor();
    expect(await portal.violations()).toEqual([]);

    await portal.press(t.assist.start);
    await portal.press(t.word.send);
    await portal.field(t.word.label).fill(await inMail(mailbox, /\n\n {4}([a-z]+ [a-z]+)\n/));
    await portal.press(t.word.check);
    await portal.press(t.help.lift);
    await portal.text(t.help.liftReasonMissing).waitFor();
    expect(await portal.focused()).toBe('INPUT reason');
    await portal.field(t.help.liftReason).fill('mistyped the code, and read out the words');
    await portal.press(t.help.lift);
    await page.getByRole('dialog').getByText(t.help.liftConfirm).waitFor();
    await inDialog(portal, t.help.liftYes);
    await portal.text(t.help.lifted).waitFor();
    await portal.text(t.user.noBlocks).waitFor();
    expect(await portal.violations()).toEqual([]);

    // A case of somebody else is told, and taken over only on purpose.
    const administrator = await opened('authentication.admin@contoso.example');
    await found(administrator, username);
    await administrator.press(t.assist.start);
    await administrator.page.getByRole('dialog').getByText(t.assist.takeBody).waitFor();
    expect(await administrator.violations()).toEqual([]);
    await inDialog(administrator, t.assist.take);
    await administrator.text(t.word.why).waitFor();
    await portal.field(t.help.liftReason).fill('once more');
    await portal.press(t.help.lift);
    await inDialog(portal, t.help.liftYes);
    await portal.alert(t.refused['case-not-open']!);

    for (let sent = 2; sent <= 5; sent++) {
      await administrator.press(sent === 2 ? t.word.send : t.word.again);
      await eventually(async () => {
        const mails = (await house.person.mails(mailbox)).filter(({ text }) => /\n\n {4}[a-z]+ [a-z]+\n/.test(text));
        return mails.length >= sent;
      });
    }
    await administrator.press(t.word.again);
    await administrator.alert(t.tooMany('').split('.')[0]!);
    expect(await administrator.violations()).toEqual([]);
    await portal.close();
  }, 120_000);

  it('shows of people at or above one’s role that they are, and nothing else', async () => {
    const portal = await opened();
    await found(portal, 'authentication.admin@contoso.example');
    await portal.text(t.user.cannotAssist).waitFor();
    expect(await portal.page.getByRole('button', { name: t.assist.start }).count()).toBe(0);
    expect(await portal.violations()).toEqual([]);
  }, 60_000);

  it('has somebody choose a new password at their next sign-in, when an administrator wants it', async () => {
    const username = 'outside.group@contoso.example';
    const helper = await opened();
    await found(helper, username);
    await helper.text(t.assist.startWhy).waitFor();
    expect(await helper.page.getByRole('heading', { name: t.demand.title }).count()).toBe(0);
    await helper.close();

    const portal = await opened('authentication.admin@contoso.example', 'ja', 390);
    const words = helpdeskCatalogues.ja;
    await found(portal, username, words);
    await portal.press(words.demand.demand);
    await portal.page.getByRole('dialog').getByText(words.demand.confirm).waitFor();
    expect(await portal.violations()).toEqual([]);
    await inDialog(portal, words.demand.no);
    await portal.press(words.demand.demand);
    await inDialog(portal, words.demand.yes);
    await portal.text(words.demand.demanded).waitFor();
    expect(await portal.violations()).toEqual([]);
    expect(await portal.overflows()).toBe(false);
    expect(await house.person.signIn(username, 'Correct-Horse-1!')).toMatchObject({
      body: { next: 'change-password' },
    });
    expect(portal.complaints).toEqual([]);
  }, 60_000);

  it('gives somebody a new contact when two administrators want it, by keyboard', async () => {
    const username = 'no.methods@contoso.example';
    const first = await opened('authentication.admin@contoso.example');
    await found(first, username);
    await first.text(t.user.reasons['too-few-methods']!).waitFor();
    await first.press(t.assist.start);
    await first.text(t.help.noContact).waitFor();
    await first.press(t.contact.propose);
    expect(await first.focused()).toBe('INPUT contact');
    await first.page.keyboard.type('no.methods@contoso.example');
    await first.page.keyboard.press('Enter');
    await inDialog(first, t.contact.yes);
    await first.text(t.unfit['own-domain']!).waitFor();
    expect(await first.violations()).toEqual([]);
    await first.field(t.contact.emailLabel).fill('no.methods@home.example');
    await first.page.keyboard.press('Enter');
    await first.page.getByRole('dialog').getByText(t.contact.confirm).waitFor();
    expect(await first.violations()).toEqual([]);
    await first.page.keyboard.press('Tab');
    await first.page.keyboard.press('Shift+Tab');
    await first.page.getByRole('button', { name: t.contact.yes }).focus();
    await first.page.keyboard.press('Enter');
    await first.text(t.contact.mine).waitFor();
    expect(await first.page.getByRole('button', { name: t.contact.approve, exact: true }).count()).toBe(0);
    expect(await first.violations()).toEqual([]);

    const second = await opened('admin@contoso.example', 'ja', 390);
    const ja = helpdeskCatalogues.ja;
    const waiting = ja.cases.openOf(username, ja.cases.kinds['contact-approval']);
    await second.press(ja.cases.refresh);
    await second.page.getByRole('button', { name: waiting }).focus();
    await second.page.keyboard.press('Enter');
    await second.at(username);
    await second.text(ja.contact.decide).waitFor();
    expect(await second.violations()).toEqual([]);
    expect(await second.overflows()).toBe(false);
    await second.page.getByRole('button', { name: ja.contact.approve, exact: true }).focus();
    await second.page.keyboard.press('Space');
    await second.page.getByRole('dialog').getByText(ja.contact.approveBody).waitFor();
    await second.page.keyboard.press('Escape');
    await second.page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await second.focused()).toContain(ja.contact.approve);
    await second.press(ja.contact.approve);
    await inDialog(second, ja.contact.approveYes);
    await second.text(ja.contact.approved).waitFor();
    await first.press(t.contact.reject);
    await inDialog(first, t.contact.rejectYes);
    await first.alert(t.refused['proposal-not-open']!);
    expect([...first.complaints, ...second.complaints]).toEqual([]);
    await first.close();
  }, 120_000);
});
