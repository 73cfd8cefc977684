/** sessionStorage where it is allowed; otherwise nothing is kept and the page works until it is left. */
export const tabStorage = {
  get(name: string): string | undefined {
    try {
      return sessionStorage.getItem(PREFIX + name) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set(name: string, value: string): void {
    try {
      sessionStorage.setItem(PREFIX + name, value);
    } catch {
      // storage is switched off
    }
  },
  remove(name: string): void {
    try {
      sessionStorage.removeItem(PREFIX + name);
    } catch {
      // nothing was kept
    }
  },
};

const PREFIX = 'keyturn.';
