/** Takes the mailed link's token out of the address before anything else runs; it is kept for this tab alone. */
export function takeNotMeToken(): void {
  if (location.pathname !== '/not-me' || location.hash.length < 2) return;
  token = location.hash.slice(1);
  history.replaceState(history.state, '', location.pathname + location.search);
  try {
    sessionStorage.setItem(STORED, token);
  } catch {
    // storage is switched off: a reload then needs the link again
  }
}

export function notMeToken(): string | undefined {
  try {
    return token ?? sessionStorage.getItem(STORED) ?? undefined;
  } catch {
    return token;
  }
}

export function forgetNotMeToken(): void {
  token = undefined;
  try {
    sessionStorage.removeItem(STORED);
  } catch {
    // nothing was kept
  }
}

let token: string | undefined;
const STORED = 'keyturn.not-me';
