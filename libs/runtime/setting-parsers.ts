import { isIP } from 'node:net';

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
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (!parsed || !schemes.includes(parsed.protocol))
      throw new Error(`must be an address beginning with ${schemes.join('// or ')}//.`);
    // PostgreSQL's may name a socket instead.
    if (parsed.hostname === '' && !parsed.protocol.startsWith('postgres')) throw new Error('must name a host.');
    return text;
  };

/** The options after the `?`: a wrong one would be passed over in silence. */
export const optionsOf = (text: string | undefined, allowed: Readonly<Record<string, RegExp>>): string | undefined => {
  if (text === undefined) return undefined;
  for (const [name, value] of new URL(text).searchParams) {
    const pattern = allowed[name];
    const names = Object.keys(allowed).join(', ');
    if (!pattern) throw new Error(`has an option that is none: after the ? there may be ${names}.`);
    if (!pattern.test(value)) throw new Error(`has an option ${name} that cannot be.`);
  }
  return text;
};

export const smtpUrl = (text: string): string | undefined =>
  optionsOf(url('smtp:', 'smtps:')(text), { requireTls: /^(true|false)$/ });

/** `from`: a number, or a name of up to 11 letters. */
export const smppUrl = (text: string): string | undefined =>
  optionsOf(url('smpp:', 'ssmpp:')(text), { from: /^(\+?\d{3,15}|[A-Za-z0-9 ]{1,11})$/ });

/** As EventStoreDB documents it; unlike other addresses it may name several nodes. */
export const eventStoreUrl = (text: string): string | undefined => {
  if (!connectionString.test(text)) {
    throw new Error(
      'must be a connection string such as esdb://node1:2113,node2:2113?tls=true or esdb+discover://cluster:2113.',
    );
  }
  return text;
};
const connectionString =
  /^(esdb|kurrentdb)(\+discover)?:\/\/([^\s:@/?#]+:[^\s@]+@)?[\w.-]+(:\d{1,5})?(,[\w.-]+(:\d{1,5})?)*\/?(\?\w+=[^\s&?]+(&\w+=[^\s&?]+)*)?$/;

export const hostName = (text: string): string => {
  if (isIP(text.replace(/^\[(.*)\]$/, '$1')) === 0 && !/^[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(text)) {
    throw new Error(`must be an address of this machine, such as 127.0.0.1 or 0.0.0.0, not "${text}".`);
  }
  return text;
};

/** Addresses, networks, or the names that stand for some of them. */
export const networks = (text: string): string[] => {
  const parts = list(text);
  const wrong = parts.find((part) => !isNetwork(part));
  if (wrong !== undefined) {
    throw new Error(`must be addresses or networks such as 10.0.0.0/8, comma-separated; "${wrong}" is neither.`);
  }
  return parts;
};

function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

/** `name@host`, or `Name <name@host>` */
export const sender = (text: string): string => {
  if (!/^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(text)) {
    throw new Error('must be a mail address such as no-reply@example.com or Example <no-reply@example.com>.');
  }
  return text;
};
