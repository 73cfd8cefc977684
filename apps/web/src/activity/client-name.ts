import type { Client } from './activity.js';
import type { ActivityMessages } from './messages-en.js';

/** "Firefox on Windows" */
export function deviceName(client: Client | null, t: ActivityMessages['sessions']): string {
  const { browser, system } = client ?? {};
  if (browser && system) return t.on(browser, system);
  return browser ?? system ?? t.unknown;
}

/** `203.0.0.0/16` as people read it: "203.0.x.x" */
export const networkName = (network: string): string =>
  network.includes(':') ? network.replace(/::\/\d+$/, ':x') : network.replace(/\.0\.0\/16$/, '.x.x');
