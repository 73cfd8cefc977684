import { House } from './house';
import { mailedCode, mailedCodes, type Portal } from './portal';

const username = 'one.method@contoso.example';
const address = 'one.method@contoso.home.example';

describe('moving about in the reset', () => {
  const house = new House();
  let portal: Portal;
  beforeEach(async () => {
    portal = await house.open();
    await portal.person.resetLimits();
  });

  /** Up to the code. @returns the code that was mailed */
  async function toCode(): Promise<string> {
    const seen = (await mailedCodes(portal.person, address)).length;
    await portal.toCode(username, address);
    return mailedCode(portal.person, address, seen);
  }

  const stop = async () => {
    await portal.press(portal.t.cancel);
    await portal.press(portal.t.stop.stop);
    await portal.at(portal.t.closed.cancelledTitle);
  };

  it('goes back from the code to the ways and forward again, with the code still good', async () => {
    const code = await toCode();
    await portal.page.goBack();
    await portal.at(portal.t.method.title);
    await portal.page.goForward();
    await portal.at(portal.t.code.title);
    await portal.enterCode(code);
    await portal.at(portal.t.password.title);
    await stop();
  }, 60_000);

  it('stays with the ways when the answer to asking for the code comes after going back', async () => {
    const { page, t } = portal;
    let answer!: () => void;
    const wentBack = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/challenges', async (route) => {
      const response = await route.fetch();
      await wentBack;
      await route.fulfill({ response });
    });
    await toCode();
    await page.goBack();
    await portal.at(t.method.title);
    const refreshed = page.waitForResponse((response) => /\/recoveries\/[\da-f-]+$/.test(response.url()));
    answer();
    await (await refreshed).finished();
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))');
    await portal.at(t.method.title);
    await stop();
  }, 60_000);

  it('asks before "back" leaves a recovery, and keeps it when the answer is no', async () => {
    await portal.enterCode(await toCode());
    await portal.at(portal.t.password.title);
    await portal.page.goBack();
    await portal.at(portal.t.password.title);
    await portal.page.goBack();
    const question = portal.page.getByRole('dialog', { name: portal.t.stop.title });
    await question.waitFor();
    await portal.page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    await portal.at(portal.t.password.title);

    await stop();
    expect(await portal.kept()).toEqual({});
    await portal.press(portal.t.closed.again);
    await portal.at(portal.t.identify.title);
  }, 60_000);

  it('comes back to the same step after a reload', async () => {
    const { page, t } = portal;
    const seen = (await mailedCodes(portal.person, address)).length;
    await portal.goto('/reset');
    await portal.identify(username);
    await portal.forgot();
    await portal.at(t.method.title);
    await page.reload();
    await portal.askForCode(address);
    await page.reload();
    await portal.at(t.code.title);
    await portal.enterCode(await mailedCode(portal.person, address, seen));
    await portal.at(t.password.title);
    await page.reload();
    await portal.choosePassword('Slow-Reload-Lantern-9!');
    await portal.at(t.done.title);
    await page.reload();
    await portal.at(t.done.title);
    await portal.press(t.done.yes);
    await page.getByText(t.done.thanks).waitFor();
    await page.reload();
    await portal.at(t.identify.title);
    expect(portal.addresses.every((shown) => /^about:blank$|\/reset$/.test(shown))).toBe(true);
  }, 90_000);

  it('starts a recovery of its own in a second tab, also in a duplicated one', async () => {
    await portal.goto('/reset');
    await portal.identify(username);
    await portal.forgot();
    await portal.at(portal.t.method.title);
    const first = await portal.recoveryId();

    const second = await portal.tab();
    await second.goto('/reset');
    await second.identify(username);
    await second.forgot();
    await second.at(portal.t.method.title);
    expect(await second.recoveryId()).not.toBe(first);

    const opened = portal.context.waitForEvent('page');
    await portal.page.evaluate("void window.open('/reset')");
    const duplicate = portal.adopt(await opened);
    await duplicate.at(portal.t.identify.title);
    expect(await duplicate.recoveryId()).toBeUndefined();

    await portal.page.reload();
    await portal.at(portal.t.method.title);
    expect(await portal.recoveryId()).toBe(first);
    for (const one of [portal, second]) {
      await one.press(portal.t.cancel);
      await one.press(portal.t.stop.stop);
      await one.at(portal.t.closed.cancelledTitle);
    }
  }, 60_000);

  it('repeats a call whose answer was lost under the same key, by itself and when asked to', async () => {
    const { page, t } = portal;
    // Without the live view, which would tell the page that it worked.
    await page.route('**/events', (route) => route.abort());
    await portal.enterCode(await toCode());
    await portal.at(t.password.title);
    const keys: (string | undefined)[] = [];
    await page.route('**/password', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 3) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await portal.choosePassword('Lost-Answer-Kettle-3!');
    await portal.alert(t.failure.unreachable);
    await portal.press(t.password.submit);
    await portal.at(t.done.title);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
    await portal.press(t.done.no);
    await page.getByText(t.done.sorry).waitFor();
  }, 60_000);
});
