import type { BrowserContextOptions } from 'playwright-core';
import { activityCatalogues } from '../../apps/web/src/activity/catalogues';
import { activityTypes } from '#libs/commands/me/activity';
import { eventually, Person } from '../support/journey';
import { House } from './house';
import type { Language } from './portal';

const password = 'Correct-Horse-1!';
const elsewhere = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0' };

describe('the page of one’s own activity', () => {
  const house = new House();
  let person: Person;

  beforeAll(async () => {
    person = new Person(house.url, elsewhere);
  }, 120_000);

  /** A browser in which this person is signed in, on the page. */
  async function opened(username: string, language: Language = 'en', options: BrowserContextOptions = {}) {
    const portal = await house.open({ language, timezoneId: 'Asia/Tokyo', ...options });
    await portal.goto('/');
    await portal.signIn(username, password);
    await portal.at(portal.t.signIn.signedInTitle);
    await portal.page.getByRole('link', { name: portal.t.signIn.activity, exact: true }).click();
    await portal.at(activityCatalogues[language].title);
    return portal;
  }
  const known = (token: string) => person.get('/api/v1/me', { token }).then(({ status }) => status);

  it('has words for every kind of entry, in both languages', () => {
    for (const t of Object.values(activityCatalogues)) expect(Object.keys(t.what)).toHaveLength(activityTypes.length);
  });

  it('tells strangers to sign in', async () => {
    const portal = await house.open();
    await portal.goto('/activity');
    await portal.text(activityCatalogues.en.signInFirst).waitFor();
    expect(await portal.violations()).toEqual([]);
  }, 30_000);

  it.each<[Language, string, number]>([
    ['en', 'cloud.user@contoso.example', 1_280],
    ['ja', 'unlicensed.user@contoso.example', 390],
  ])(
    'shows what happened in plain words and one’s own time, and ends other sessions (%s)',
    async (language, username, width) => {
      const t = activityCatalogues[language];
      await person.signIn(username, 'Wrong-Guess-1!');
      const [first, second] = [await signedIn(username), await signedIn(username)];
      await eventually(async () => {
        const { body } = await person.get('/api/v1/me/activity', { token: first });
        return body.items.filter(({ what }: { what: string }) => what === 'signed-in').length >= 2;
      });
      const portal = await opened(username, language, { viewport: { width, height: 900 } });
      const { page } = portal;
      await portal.text(t.zone('Asia/Tokyo')).waitFor();
      await portal.text(t.what['sign-in-failed']).waitFor();
      await portal.text(t.method.email).first().waitFor();
      await portal
        .text(t.list.from(t.sessions.on('Firefox', 'Windows')))
        .first()
        .waitFor();
      const entry = page.getByRole('listitem').filter({ hasText: t.what['sign-in-failed'] });
      const time = entry.locator('time');
      const at = new Date((await time.getAttribute('datetime'))!);
      const inTokyo = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'Asia/Tokyo' });
      expect(await time.textContent()).toBe(inTokyo.format(at));
      expect(await portal.violations()).toEqual([]);
      expect(await portal.overflows()).toBe(false);

      // One session, then all others.
      const ended = page.getByRole('button', { name: new RegExp(`^${t.sessions.endOf('', '').split(/[:,、]/)[0]}: `) });
      const before = await ended.count();
      await ended.first().click();
      await portal.text(t.sessions.ended).waitFor();
      expect(await ended.count()).toBe(before - 1);
      await eventually(async () => (await Promise.all([first, second].map(known))).includes(401));
      await portal.press(t.sessions.endOthers);
      await page.getByRole('dialog').getByText(t.sessions.confirmTitle).waitFor();
      expect(await portal.violations()).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: t.sessions.keep, exact: true }).click();
      await portal.press(t.sessions.endOthers);
      await page.getByRole('dialog').getByRole('button', { name: t.sessions.endOthers, exact: true }).click();
      await portal.text(t.sessions.endedOthers).waitFor();
      await portal.text(t.sessions.onlyThis).waitFor();
      expect(await Promise.all([first, second].map(known))).toEqual([401, 401]);
      expect(portal.complaints).toEqual([]);
      await portal.close();
    },
    90_000,
  );

  const signedIn = async (username: string) => (await person.signIn(username, password)).body.token as string;

  it('says what to do about what was somebody else, and does it, by keyboard', async () => {
    const username = 'outside.group@contoso.example';
    const t = activityCatalogues.en;
    await person.signIn(username, 'Wrong-Guess-1!');
    const other = await signedIn(username);
    await eventually(async () => {
      const { body } = await person.get('/api/v1/me/activity', { token: other });
      return body.items.some(({ what }: { what: string }) => what === 'signed-in');
    });
    const portal = await opened(username);
    const { page } = portal;
    const dispute = (what: string) => page.getByRole('button', { name: new RegExp(`^${t.notMe.ask}: ${what}`) }).last();

    await dispute(t.what['sign-in-failed']).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText(t.notMe.tried).waitFor();
    expect(await portal.violations()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await portal.focused()).toContain(t.notMe.ask);

    await dispute(t.what['signed-in']).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(t.notMe.got).waitFor();
    await dialog.getByText(t.notMe.steps.change).waitFor();
    expect(await portal.violations()).toEqual([]);
    await dialog.getByRole('button', { name: t.notMe.signOut, exact: true }).focus();
    await page.keyboard.press('Space');
    await portal.text(t.notMe.next).waitFor();
    expect(await known(other)).toBe(401);
    // The news has the focus, wherever the button was.
    expect(await page.evaluate('document.activeElement.className')).toBe('said');
    await page.keyboard.press('Tab');
    expect(await portal.focused()).toContain(t.notMe.toChange);
    expect(portal.complaints).toEqual([]);
  }, 60_000);

  it('puts earlier entries below, a part at a time, and goes on reading there', async () => {
    const username = 'one.method@contoso.example';
    const t = activityCatalogues.en;
    for (let n = 0; n < 24; n++) {
      await person.resetLimits();
      await signedIn(username);
    }
    await eventually(async () => {
      const token = await signedIn(username);
      const { body } = await person.get('/api/v1/me/activity?limit=100', { token });
      return (body.items as unknown[]).length > 22;
    });
    const portal = await opened(username);
    const { page } = portal;
    const entries = page.locator('.day li');
    await entries.nth(19).waitFor();
    expect(await entries.count()).toBe(20);
    await portal.press(t.list.earlier);
    await entries.nth(20).waitFor();
    expect(await page.evaluate('document.activeElement === document.querySelectorAll(".day li")[20]')).toBe(true);
    await portal.text(t.list.all).waitFor();
    expect(await portal.violations()).toEqual([]);
  }, 90_000);

  it('says that it could not load, and tries again', async () => {
    const portal = await opened('two.methods@contoso.example');
    const { page, t } = portal;
    await page.route('**/api/v1/me/activity*', (route) => route.fulfill({ status: 500, json: { code: 'internal' } }));
    await page.reload();
    await portal.alert(t.failure.unavailable);
    expect(await portal.violations()).toEqual([]);
    await page.unroute('**/api/v1/me/activity*');
    await portal.press(t.retry);
    await page.getByRole('heading', { name: activityCatalogues.en.list.title }).waitFor();
    await page.route('**/api/v1/me/activity*', (route) => route.fulfill({ json: { items: [] } }));
    await page.reload();
    await portal.text(activityCatalogues.en.list.empty).waitFor();
    expect(await portal.violations()).toEqual([]);
  }, 60_000);

  it('says so when the page itself did not arrive', async () => {
    const portal = await house.open();
    const { page, t } = portal;
    await page.route('**/assets/activity-page-*.js', (route) => route.abort());
    await portal.goto('/activity');
    await portal.at(t.failure.pageUnavailable);
    await portal.alert(t.failure.pageRetry);
    expect(await portal.violations()).toEqual([]);
    await page.unroute('**/assets/activity-page-*.js');
    await portal.press(t.retry);
    await portal.at(activityCatalogues.en.title);
  }, 30_000);

  it('comes when it is opened: who only wants back in loads none of it', async () => {
    const portal = await house.open();
    const loaded: string[] = [];
    portal.page.on('request', (request) => loaded.push(request.url()));
    await portal.goto('/reset');
    await portal.at(portal.t.identify.title);
    const files = loaded.flatMap((url) => /assets\/(.+)-[\w-]{8}\.(js|css)$/.exec(url)?.[1] ?? []);
    // All that the first page names by itself, and nothing that comes later.
    const html = await (await fetch(house.url)).text();
    const named = [...html.matchAll(/assets\/(.+?)-[\w-]{8}\.(?:js|css)"/g)].map(([, name]) => name);
    expect(files).toContain('index');
    expect(new Set(files)).toEqual(new Set(named));
    expect(files.filter((name) => name.endsWith('-page'))).toEqual([]);
  }, 30_000);
});
