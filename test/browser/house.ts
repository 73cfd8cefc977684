import type { Browser, BrowserContextOptions } from 'playwright-core';
import { Administrator } from '../support/administrators';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { openBrowser, Portal, type Language } from './portal';

type Wishes = BrowserContextOptions & { language?: Language };

/** The product with a browser before it, for one group of tests: there before the first, gone after the last. */
export class House {
  #product: Product | undefined;
  #browser: Browser | undefined;
  readonly #tabs = new Set<Portal>();

  /** To be made where hooks are declared. @param env further settings of the product */
  constructor(env: Readonly<Record<string, string>> = {}) {
    beforeAll(async () => {
      this.#product = await startProduct(env);
      this.#browser = await openBrowser();
    }, 120_000);
    afterEach(() => Promise.all([...this.#tabs].map((tab) => tab.close())).then(() => this.#tabs.clear()));
    afterAll(async () => {
      await this.#browser?.close();
      await this.#product?.remove();
    });
  }

  get product(): Product {
    return this.#product!;
  }

  get url(): string {
    return this.product.url;
  }

  /** Somebody without a browser. */
  get person(): Person {
    return new Person(this.url);
  }

  /** A tab of a browser of its own, which is closed when the test ends. */
  async open(wishes: Wishes = {}): Promise<Portal> {
    const portal = await Portal.open(this.#browser!, this.url, wishes);
    this.#tabs.add(portal);
    return portal;
  }

  /** One in which somebody with a role is signed in. */
  async openAs(username: string, wishes: Wishes = {}): Promise<Portal> {
    const portal = await this.open(wishes);
    const { token: value } = await Administrator.signIn(this.url, username);
    await portal.context.addCookies([{ name: 'keyturn', value, url: this.url, sameSite: 'Strict' }]);
    return portal;
  }
}
