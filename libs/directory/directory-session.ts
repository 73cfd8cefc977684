import { connect, type ConnectionOptions } from 'node:tls';
import { Client, type Control } from 'ldapts';
import { directoryTimeout, type DirectoryOptions } from './directory-options.js';
import { NotConfidential, Unreachable } from './directory-errors.js';

type Reached = Pick<DirectoryOptions, 'url' | 'ca' | 'timeoutMs'>;

/** Which of several servers behind one name was reached: what belongs together goes to the same one. */
export interface Pin {
  address?: string | undefined;
}

/**
 * Runs `work` on one connection bound as the service account, and closes it. A connection that breaks is never opened again
 * by itself: the client would do so unauthenticated, and go on.
 * @throws Unreachable, NotConfidential, or what the directory answered to the bind
 */
export const asService = <T>(options: DirectoryOptions, work: (ldap: Client) => Promise<T>, pin?: Pin): Promise<T> =>
  boundAs(options, options.bindDn, options.bindPassword, work, undefined, pin);

/** The same, as somebody else. @throws EmptyPassword before anything is sent: many servers take it for an anonymous bind */
export async function boundAs<T>(
  reached: Reached,
  dn: string,
  password: string,
  work: (ldap: Client) => Promise<T>,
  control?: Control,
  pin?: Pin,
): Promise<T> {
  const ldap = await openedAs(reached, dn, password, control, pin);
  try {
    return await work(ldap);
  } finally {
    await ldap.unbind().catch(() => undefined);
  }
}

/** The same connection for whoever closes it themselves. */
export async function openedAs(
  reached: Reached,
  dn: string,
  password: string,
  control?: Control,
  pin?: Pin,
): Promise<Client> {
  if (password === '') throw new EmptyPassword();
  const ldap = clientOf(reached, pin);
  try {
    await ldap.bind(dn, password, control);
    return ldap;
  } catch (error) {
    await ldap.unbind().catch(() => undefined);
    throw error;
  }
}

export class EmptyPassword extends Error {
  override readonly name = 'EmptyPassword';
}

function clientOf({ url, ca, timeoutMs = directoryTimeout }: Reached, pin: Pin = {}): Client {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'ldaps:') throw new NotConfidential('passwords travel over ldaps:// only');
  let connected = false;
  const once: typeof connect = ((port: number, host: string, options: ConnectionOptions) => {
    if (connected) throw new Unreachable('the connection broke');
    connected = true;
    const socket = connect(port, pin.address ?? host, options);
    // The certificate is for the name all the same.
    return socket.once('secureConnect', () => (pin.address ??= socket.remoteAddress));
  }) as typeof connect;
  const bare = hostname.replace(/^\[|\]$/g, '');
  // A name is sent and checked; an address is checked only (RFC 6066 forbids to send one).
  const named = /^[\d.]+$|:/.test(bare) ? {} : { servername: bare };
  return new Client({
    url,
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    tlsOptions: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...named, ...(ca && { ca }) },
    createSecureConnection: once,
  });
}
