export interface NotMe {
  /** The configured public address of the installation; never taken from a request. */
  publicUrl: string;
  /** base64url, at least 128 bits */
  token: string;
}

/** `<public URL>/not-me#<token>`: in the fragment, so that no server or proxy on the way logs it. */
export function notMeLink({ publicUrl, token }: NotMe): string {
  const base = new URL(publicUrl);
  if (!['https:', 'http:'].includes(base.protocol) || base.username || base.search || base.hash) {
    throw new TypeError('the public URL must be a plain http(s) address');
  }
  if (!/^[A-Za-z0-9_-]{22,}$/.test(token)) throw new TypeError('a not-me token is at least 22 base64url characters');
  return `${base.origin}${base.pathname.replace(/\/$/, '')}/not-me#${token}`;
}
