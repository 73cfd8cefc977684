import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';

/** Somebody without a mouse, who sees where the focus is. */
export class Keys {
  constructor(private readonly page: Page) {}

  press = (key: string): Promise<void> => this.page.keyboard.press(key);
  type = (text: string): Promise<void> => this.page.keyboard.type(text);

  /**
   * Tabs on to what has this name, looking that each stop on the way shows the focus.
   * @param most stops, on a long page
   */
  async tabTo(name: string, most = 40): Promise<void> {
    for (let stops = 0; stops < most; stops++) {
      await this.press('Tab');
      const stop = await this.page.evaluate<{ name: string; outline: string } | null>(FOCUSED);
      if (stop === null) continue;
      expect(stop).toMatchObject({ outline: 'solid' });
      if (stop.name === name) return;
    }
    throw new Error(`Tab never came to "${name}"`);
  }

  async fill(label: string, text: string): Promise<void> {
    await this.tabTo(label);
    await this.type(text);
  }

  /** Presses the button or follows the link of this name. */
  async use(name: string, most?: number): Promise<void> {
    await this.tabTo(name, most);
    await this.press('Enter');
  }
}

/** The name of what has the focus and how that is shown; null outside of the page's controls. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (!element || !element.matches('a, button, input, select, textarea, audio')) return null;
  const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent;
  return { name: name.trim(), outline: getComputedStyle(element).outlineStyle };
})()`;
