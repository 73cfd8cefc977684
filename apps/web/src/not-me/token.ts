import { tabStorage } from '../tab-storage.js';

/** Takes the mailed link's token out of the address before anything else runs; it is kept for this tab alone. */
export function takeNotMeToken(): void {
  if (location.pathname !== '/not-me' || location.hash.length < 2) return;
  token = location.hash.slice(1);
  history.replaceState(history.state, '', location.pathname + location.search);
  tabStorage.set(STORED, token);
}

export function notMeToken(): string | undefined {
  return token ?? tabStorage.get(STORED);
}

export function forgetNotMeToken(): void {
  token = undefined;
  tabStorage.remove(STORED);
}

let token: string | undefined;
const STORED = 'not-me';
