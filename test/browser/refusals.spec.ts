import { House } from './house';
import { mailedCode, mailedCodes, type Portal } from './portal';

const username = 'one.method@contoso.example';
const address = 'one.method@contoso.home.example';

describe('when it does not go smoothly', () => {
  const house = new House();
  let portal: Portal;
  beforeEach(async () => {
    portal = await house.open();
    await portal.person.resetLimits();
  });

  async function toCode(name = 'one.method'): Promise<string> {
    const to = `${name}@contoso.home.example`;
    const seen = (await mailedCodes(portal.person, to)).length;
    await portal.toCode(`${name}@contoso.example`, to);
    return mailedCode(portal.person, to, seen);
  }

  async function stop(): Promise<void> {
    await portal.press(portal.t.cancel);
    await portal.press(portal.t.stop.stop);
    await portal.at(portal.t.closed.cancelledTitle);
  }

  it('names the helpdesk and a support code, alike for everybody who is refused', async () => {
    const shown: string[] = [];
    for (const name of ['outside.group', 'nobody.at.all']) {
      await portal.goto('/reset');
      await portal.identify(`${name}@contoso.example`);
      await portal.forgot();
      await portal.at(portal.t.closed.refusedTitle);
      const link = portal.page.getByRole('link', { name: /helpdesk\.contoso\.example/ });
      expect(await link.getAttribute('href')).toBe('https://helpdesk.contoso.example');
      const code = await portal.page.getByRole('main').locator('code').textContent();
      expect(code).toMatch(/\w{4,}/);
      expect(await portal.violations()).toEqual([]);
      shown.push((await portal.page.getByRole('main').innerText()).replace(code!, ''));
      expect(await portal.kept()).toEqual({});
    }
    expect(shown[0]).toBe(shown[1]);
  }, 60_000);

  it.each(['en', 'ja'] as const)('says the true reason to whoever proved who they are, in %s', async (language) => {
    await portal.close();
    portal = await house.open({ language });
    const to = 'one.method@northwind.home.example';
    const seen = (await mailedCodes(portal.person, to)).length;
    await portal.goto('/reset');
    await portal.identify('one.method@northwind.example', { captcha: false });
    await portal.forgot();
    await portal.askForCode(to);
    await portal.enterCode(await mailedCode(portal.person, to, seen));
    await portal.at(portal.t.closed.refusedTitle);
    await portal.text(portal.t.closed.failedWhy['too-few-methods']!).waitFor();
    expect(await portal.page.getByRole('main').locator('code').textContent()).toMatch(/\w{4,}/);
    expect(await portal.violations()).toEqual([]);
  });

  it('shows a new picture when the characters were wrong, and keeps the rest', async () => {
    const { t, page } = portal;
    await portal.goto('/reset');
    await portal.field(t.signIn.username).fill(username);
    const picture = page.getByRole('img', { name: t.captcha.image });
    const source = await picture.getAttribute('src');
    await portal.field(t.captcha.label).fill('wrong!');
    await portal.press(t.next);
    await portal.forgot();
    await portal.at(t.identify.title);
    await page.getByText(t.captcha.failed).waitFor();
    expect(await picture.getAttribute('src')).not.toBe(source);
    expect(await portal.field(t.signIn.username).inputValue()).toBe(username);
    expect(await portal.focused()).toBe('INPUT captcha');
    expect(await portal.violations()).toEqual([]);
    await portal.identify(username);
    expect(await page.getByRole('radio', { name: t.reason.forgot }).isChecked()).toBe(true);
    await portal.forgot();
    await portal.at(t.method.title);
    await portal.press(t.cancel);
    await portal.press(t.stop.stop);
    await portal.at(t.closed.cancelledTitle);
  }, 60_000);

  it('says which address does not match before anything is sent', async () => {
    const { t } = portal;
    await portal.goto('/reset');
    await portal.identify(username);
    await portal.forgot();
    await portal.at(t.method.title);
    await portal.field(t.method.confirmEmail).fill('one.method@elsewhere.example');
    await portal.press(t.method.send);
    await portal.page.getByText(t.method.mismatch).waitFor();
    expect(await portal.focused()).toBe('INPUT contact');
    await portal.askForCode(address);
    await stop();
  }, 60_000);

  it('explains why a password cannot be used, and takes a better one', async () => {
    const { t } = portal;
    await portal.enterCode(await toCode('two.methods'));
    await portal.choosePassword('short');
    await portal.page.getByText(t.password.tooShort(8)).waitFor();
    expect(await portal.focused()).toBe('INPUT new-password');
    await portal.choosePassword('C0ntos0-1');
    await portal.alert(t.password.rejectedTitle);
    await portal.alert(t.password.rejected['banned']!);
    expect(await portal.violations()).toEqual([]);
    await portal.choosePassword('Better-Kettle-Orbit-8');
    await portal.at(t.done.title);
  }, 60_000);

  it('P7: takes a pasted password, shows it only when asked, and tells password managers what it is', async () => {
    const { t, page } = portal;
    await portal.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await portal.enterCode(await toCode('two.methods'));
    await portal.at(t.password.title);
    const fields = [portal.field(t.password.label), portal.field(t.password.again)];
    await page.evaluate("navigator.clipboard.writeText('Pasted-Kettle-Orbit-9')");
    for (const field of fields) {
      expect(await field.getAttribute('type')).toBe('password');
      expect(await field.getAttribute('autocomplete')).toBe('new-password');
      await field.focus();
      await page.keyboard.press('Control+V');
      expect(await field.inputValue()).toBe('Pasted-Kettle-Orbit-9');
    }
    await page.getByText(t.password.reveal).click();
    for (const field of fields) expect(await field.getAttribute('type')).toBe('text');
    await stop();
  }, 60_000);

  it('sends a new code when the old one has expired', async () => {
    const { t, page } = portal;
    const old = await toCode();
    await portal.person.advance('PT11M');
    await portal.enterCode(old);
    await portal.alert(t.code.expired);
    // Once is enough.
    expect(await page.getByText(t.code.delivery.expired, { exact: true }).count()).toBe(0);
    expect(await portal.violations()).toEqual([]);
    await portal.press(t.code.resend);
    await page.getByText(t.code.delivery.sent).waitFor();
    await portal.enterCode(
      await mailedCode(portal.person, address, (await mailedCodes(portal.person, address)).length - 1),
    );
    await portal.at(t.password.title);
    await stop();
  }, 60_000);

  it('ends when its time is up', async () => {
    await toCode();
    await portal.person.advance('PT16M');
    await portal.at(portal.t.closed.abandonedTitle);
    expect(await portal.kept()).toEqual({});
    expect(await portal.violations()).toEqual([]);
  }, 60_000);

  it('says at once when the mail server refuses, and offers what else there is', async () => {
    const { t, page } = portal;
    await portal.person.faults({ refuse: 1 });
    await portal.toCode(username, address);
    await page.getByText(t.code.delivery.failed).waitFor();
    await page.getByRole('button', { name: t.code.resend }).waitFor();
    expect(await portal.violations()).toEqual([]);
    await portal.press(t.help.contact);
    await portal.press(t.stop.contact);
    await portal.at(t.closed.contactedTitle);
    await page.getByRole('link', { name: /helpdesk\.contoso\.example/ }).waitFor();
    expect(await portal.violations()).toEqual([]);
  }, 60_000);

  it('offers help after ten seconds without progress, not before', async () => {
    const { t, page } = portal;
    await toCode();
    await page.getByText(t.code.delivery.sent).waitFor();
    const help = page.getByRole('button', { name: t.code.resend });
    expect(await help.count()).toBe(0);
    const sent = Date.now();
    await help.waitFor({ timeout: 30_000 });
    expect(Date.now() - sent).toBeGreaterThan(5_000);
    await stop();
  }, 60_000);

  it('goes on where it was when the network comes back', async () => {
    const { t } = portal;
    await portal.goto('/reset');
    await portal.identify(username);
    await portal.at(t.reason.title);
    await portal.context.setOffline(true);
    await portal.forgot();
    await portal.alert(t.failure.unreachable);
    await portal.context.setOffline(false);
    await portal.press(t.next);
    await portal.at(t.method.title);
    await portal.press(t.cancel);
    await portal.press(t.stop.stop);
    await portal.at(t.closed.cancelledTitle);
  }, 60_000);

  it('says when to come back after too many starts', async () => {
    const { person, t } = portal;
    for (let start = 0; start < 30; start++) await person.start(`guess${start}@northwind.example`);
    await portal.goto('/reset');
    await portal.identify('one.method@northwind.example', { captcha: false });
    await portal.forgot();
    await portal.alert(t.failure.rateLimited);
    await portal.page.getByText(/You can try again in \d+ (minutes?|seconds)/).waitFor();
    expect(await portal.violations()).toEqual([]);
  }, 60_000);

  it('has nothing to say about a "this was not me" link that is no good', async () => {
    await portal.goto('/not-me#AAAAAAAAAAAAAAAAAAAAAA');
    await portal.at(portal.t.notMe.invalidTitle);
    expect(portal.page.url()).toBe(`${house.url}/not-me`);
    expect(await portal.violations()).toEqual([]);
  }, 30_000);

  // Last, for the account stays blocked.
  it('counts the tries down and then says until when and whom to ask', async () => {
    const { t, page } = portal;
    const right = await toCode();
    const wrong = right.startsWith('1') ? '2222 2222' : '1111 1111';
    for (const left of [4, 3, 2, 1]) {
      await portal.enterCode(wrong);
      await page.getByText(`${t.code.wrong} ${t.code.triesLeft(left)}`).waitFor();
      expect(await portal.focused()).toBe('INPUT code');
    }
    expect(await portal.violations()).toEqual([]);
    await portal.enterCode(wrong);
    await portal.at(t.closed.blockedTitle);
    await page.getByText(/You can try again after .+\d/).waitFor();
    await page.getByRole('link', { name: /helpdesk\.contoso\.example/ }).waitFor();
    expect(await portal.violations()).toEqual([]);

    await portal.press(t.closed.again);
    await portal.identify(username);
    await portal.forgot();
    await portal.at(t.closed.blockedTitle);
  }, 60_000);
});
