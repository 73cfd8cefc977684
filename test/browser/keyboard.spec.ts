import type { Browser } from 'playwright-core';
import { startProduct, type Product } from '../support/product';
import { mailedCode, openBrowser, Portal } from './portal';

describe('without a mouse', () => {
  let product: Product;
  let browser: Browser;

  beforeAll(async () => {
    product = await startProduct();
    browser = await openBrowser();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await product?.remove();
  });

  it('the whole journey goes by Tab, arrows, Space and Enter, and the focus is always to be seen', async () => {
    const portal = await Portal.open(browser, product.url);
    const { page, t } = portal;
    const { keyboard } = page;
    const address = 'one.method@contoso.home.example';

    /** Tabs on to what has this name, looking that each stop on the way shows the focus. */
    async function tabTo(name: string): Promise<void> {
      for (let stops = 0; stops < 40; stops++) {
        await keyboard.press('Tab');
        const stop = await page.evaluate<{ name: string; outline: string } | null>(FOCUSED);
        if (stop === null) continue;
        expect(stop).toMatchObject({ outline: 'solid' });
        if (stop.name === name) return;
      }
      throw new Error(`Tab never came to "${name}"`);
    }
    async function fill(label: string, text: string): Promise<void> {
      await tabTo(label);
      await keyboard.type(text);
    }

    await portal.goto('/');
    await portal.at(t.signIn.title);
    await tabTo(t.signIn.cannotAccess);
    await keyboard.press('Enter');

    await portal.at(t.identify.title);
    await fill(t.signIn.username, 'one.method@contoso.example');
    await page.getByRole('img', { name: t.captcha.image }).waitFor();
    await tabTo(t.captcha.another);
    const source = await page.getByRole('img', { name: t.captcha.image }).getAttribute('src');
    await keyboard.press('Enter');
    await page.locator(`img:not([src="${source}"])`).waitFor();
    await fill(t.captcha.label, await portal.captchaAnswer());
    await keyboard.press('Enter');

    await portal.at(t.reason.title);
    await keyboard.press('Tab');
    await keyboard.press('Space');
    await keyboard.press('Enter');

    await portal.at(t.method.title);
    await fill(t.method.confirmEmail, address);
    await keyboard.press('Enter');

    await portal.at(t.code.title);
    await tabTo(t.cancel);
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(t.stop.goOn);
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await keyboard.press('Shift+Tab');
    await keyboard.press('Shift+Tab');
    await keyboard.type(await mailedCode(portal.person, address));
    await keyboard.press('Enter');

    await portal.at(t.password.title);
    await fill(t.password.label, 'Only-The-Keyboard-5');
    await fill(t.password.again, 'Only-The-Keyboard-5');
    await tabTo(t.password.submit);
    await keyboard.press('Space');

    await portal.at(t.done.title);
    await tabTo(t.done.yes);
    await keyboard.press('Enter');
    await page.getByText(t.done.thanks).waitFor();
    await portal.close();
  }, 90_000);
});

/** The name of what has the focus and how that is shown; null outside of the page's controls. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (!element || !element.matches('a, button, input, select, audio')) return null;
  const name = element.labels?.[0]?.textContent ?? element.textContent;
  return { name: name.trim(), outline: getComputedStyle(element).outlineStyle };
})()`;
