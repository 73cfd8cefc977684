export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);

export const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

export const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

export const longEnough = (text: string): string | undefined => {
  if (text.length < 32) throw new Error('must have at least 32 random characters (openssl rand -base64 32).');
  return text;
};

export const portNumber = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new Error(`must be a port from 1 to 65535, not "${text}".`);
  return port;
};

export const oneOf =
  <T extends string>(...allowed: readonly T[]) =>
  (text: string): T => {
    if (!allowed.includes(text as T)) throw new Error(`must be one of ${allowed.join(', ')}, not "${text}".`);
    return text as T;
  };

/** The value is never repeated in the message: it may hold a password. */
export const url =
  (...schemes: readonly string[]) =>
  (text: string): string | undefined => {
    const scheme = URL.canParse(text) ? new URL(text).protocol : undefined;
    if (!scheme || !schemes.includes(scheme))
      throw new Error(`must be an address beginning with ${schemes.join('// or ')}//.`);
    return text;
  };
