import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { deviceCatalogues } from '../../apps/web/src/device/catalogues';
import { en, type Messages } from '../../apps/web/src/messages/en';
import { ja } from '../../apps/web/src/messages/ja';
import { securityCatalogues } from '../../apps/web/src/security-info/catalogues';
import { eventually, Person } from '../support/journey';

/** Debian's Chromium, quiet and without anything that would reach out. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.KEYTURN_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export type Language = 'en' | 'ja';

/** What every page says, and the ones that are loaded when they are opened. */
type Texts = Messages & {
  security: (typeof securityCatalogues)['en'];
  device: (typeof deviceCatalogues)['en'];
};

const texts: Record<Language, Texts> = {
  en: { ...en, security: securityCatalogues.en, device: deviceCatalogues.en },
  ja: { ...ja, security: securityCatalogues.ja, device: deviceCatalogues.ja },
};

/** The portal in one browser tab, driven by what a person reads on it. */
export class Portal {
  readonly person: Person;
  readonly complaints: string[] = [];
  /** every address the tab ever showed */
  readonly addresses: string[] = [];

  private constructor(
    readonly url: string,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly t: Texts,
  ) {
    this.person = new Person(url);
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Warning:|Uncaught/.test(message.text())) this.complaints.push(message.text());
    });
    page.on('framenavigated', (frame) => this.addresses.push(frame.url()));
  }

  static async open(
    browser: Browser,
    url: string,
    { language = 'en', ...options }: BrowserContextOptions & { language?: Language } = {},
  ): Promise<Portal> {
    const locale = language === 'ja' ? 'ja-JP' : 'en-GB';
    const context = await browser.newContext({ locale, viewport: { width: 1000, height: 900 }, ...options });
    return new Portal(url, context, await context.newPage(), texts[language]);
  }

  /** Another tab of the same browser. */
  async tab(): Promise<Portal> {
    return new Portal(this.url, this.context, await this.context.newPage(), this.t);
  }

  /** The same browser seen through a tab that a page opened by itself. */
  adopt(page: Page): Portal {
    return new Portal(this.url, this.context, page, this.t);
  }

  close = (): Promise<void> => this.context.close();

  goto = (path: string) => this.page.goto(this.url + path);

  /** Waits for the step with this heading. */
  async at(title: string): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  }

  press = (name: string) => this.page.getByRole('button', { name, exact: true }).click();
  field = (label: string) => this.page.getByLabel(label, { exact: true });
  text = (text: string | RegExp) => this.page.getByText(text);
  alert = (text: string) => this.page.getByRole('alert').filter({ hasText: text }).waitFor();

  /** What is wrong with the page as it stands, by axe's rules for WCAG 2.2 A and AA and its good practices. */
  async violations(): Promise<string[]> {
    // Elements that are still fading would be measured in between colours.
    await this.page.evaluate(
      'Promise.all(document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined)))',
    );
    const { violations } = await new AxeBuilder({ page: this.page }).exclude('audio').analyze();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }

  /** Whether the reader has to scroll sideways. */
  overflows = () => this.page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');

  /** What has the keyboard: its tag, and its name or text. */
  focused = () =>
    this.page.evaluate<string>(
      '(({ tagName, name, textContent }) => tagName + " " + (name || textContent))(document.activeElement)',
    );

  kept = () => this.page.evaluate<Record<string, string>>('({ ...sessionStorage })');

  async recoveryId(): Promise<string> {
    const { 'keyturn.recovery': kept } = await this.kept();
    return (JSON.parse(kept ?? '{}') as { recoveryId: string }).recoveryId;
  }

  // the steps

  /** Types who, and the CAPTCHA's answer where one is shown, up to the question why. */
  async identify(username: string, { captcha = true } = {}): Promise<void> {
    await this.at(this.t.identify.title);
    await this.field(this.t.signIn.username).fill(username);
    if (captcha) await this.field(this.t.captcha.label).fill(await this.captchaAnswer());
    await this.press(this.t.next);
  }

  async captchaAnswer(): Promise<string> {
    const picture = this.page.getByRole('img', { name: this.t.captcha.image });
    const source = (await picture.getAttribute('src')) ?? '';
    const captchaId = /captchas\/([^/]+)\/image/.exec(source)?.[1];
    const { body } = await this.person.get(`/outside/api/captchas/${captchaId}`);
    return body.answer as string;
  }

  async forgot(): Promise<void> {
    await this.at(this.t.reason.title);
    await this.page.getByRole('radio', { name: this.t.reason.forgot }).check();
    await this.press(this.t.next);
  }

  async askForCode(address: string): Promise<void> {
    await this.at(this.t.method.title);
    await this.page.getByRole('radio', { name: this.t.method.of.email.offer }).check();
    await this.field(this.t.method.confirmEmail).fill(address);
    await this.press(this.t.method.send);
    await this.at(this.t.code.title);
  }

  async enterCode(code: string): Promise<void> {
    await this.field(this.t.code.label).fill(code);
    await this.press(this.t.code.submit);
  }

  async choosePassword(password: string): Promise<void> {
    await this.at(this.t.password.title);
    await this.field(this.t.password.label).fill(password);
    await this.field(this.t.password.again).fill(password);
    await this.press(this.t.password.submit);
  }

  /** Up to the code, with a code on its way. */
  async toCode(username: string, address: string): Promise<void> {
    await this.goto('/reset');
    await this.identify(username);
    await this.forgot();
    await this.askForCode(address);
  }

  async signIn(username: string, password: string): Promise<void> {
    await this.at(this.t.signIn.title);
    await this.field(this.t.signIn.username).fill(username);
    await this.field(this.t.signIn.password).fill(password);
    await this.press(this.t.signIn.submit);
  }
}

/** The codes mailed to an address, newest first, grouped as they are printed. */
export async function mailedCodes(person: Person, address: string): Promise<string[]> {
  const mails = await person.mails(address);
  return mails.flatMap(({ text }) => /(?:^|\n)\s*(\d{4} \d{4})\s*(?:\n|$)/.exec(text)?.[1] ?? []);
}

/** The newest code, once more than `seen` have arrived. */
export const mailedCode = (person: Person, address: string, seen = 0): Promise<string> =>
  eventually(async () => {
    const codes = await mailedCodes(person, address);
    return codes.length > seen && codes[0];
  });
