import { connect as dial, isIP, type Socket } from 'node:net';
import { connect as secure, type TLSSocket } from 'node:tls';
import { Client } from 'ldapts';
import { directoryTimeout, type DirectoryOptions } from './directory-options.js';
import { NotConfidential, Unreachable } from './directory-errors.js';

export type Reached = Pick<DirectoryOptions, 'url' | 'ca' | 'timeoutMs'>;

/** Which of several servers behind one name was reached: what belongs together goes to the same one. */
export interface Pin {
  address?: string | undefined;
}

/**
 * One connection to the directory. It is never opened again by itself: the client would do so unauthenticated, and go on.
 * While something that was asked on it has no answer, it ends by a reset: what lies in this machine's send buffer would
 * otherwise go on its way minutes later, when it has long been said that nothing was changed.
 */
export class Line {
  /** All that was asked on it was answered, or changes nothing. */
  settled = false;

  private constructor(readonly ldap: Client) {}

  /** @throws NotConfidential, Unreachable, or what the network or TLS says; no certificate but a trusted one gets this far */
  static async to(reached: Reached, pin: Pin = {}): Promise<Line> {
    const { url, timeoutMs = directoryTimeout } = reached;
    if (new URL(url).protocol !== 'ldaps:') throw new NotConfidential('passwords travel over ldaps:// only');
    const { tcp, socket } = await connected(reached, pin);
    let handedOver = false;
    const ldap = new Client({
      url,
      timeout: timeoutMs,
      connectTimeout: timeoutMs,
      createSecureConnection: () => {
        if (handedOver) throw new Unreachable('the connection broke');
        handedOver = true;
        return socket;
      },
    });
    const line = new Line(ldap);
    endByReset(socket, tcp, () => !line.settled);
    return line;
  }

  async leave(): Promise<void> {
    await this.ldap.unbind().catch(() => undefined);
  }
}

async function connected(
  { url, ca, timeoutMs = directoryTimeout }: Reached,
  pin: Pin,
): Promise<{ tcp: Socket; socket: TLSSocket }> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const tcp = dial({ host: pin.address ?? host, port: Number(port || 636) }).setNoDelay(true);
  const timer = setTimeout(() => tcp.destroy(new Unreachable('the connection timed out')), timeoutMs);
  try {
    await happened(tcp, 'connect', tcp);
    const { remoteAddress } = tcp;
    // A name is sent and checked; an address is checked only (RFC 6066 forbids to send one).
    const named = isIP(host) ? { host } : { servername: host };
    const trust = { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...named, ...(ca && { ca }) } as const;
    const socket = secure({ ...trust, socket: tcp });
    await happened(socket, 'secureConnect', tcp);
    // The certificate is for the name all the same.
    pin.address ??= remoteAddress;
    return { tcp, socket };
  } catch (error) {
    tcp.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** @param under whose end ends it too, and tells the reason */
function happened(socket: Socket, event: 'connect' | 'secureConnect', under: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    for (const one of new Set([socket, under])) {
      one.on('error', reject);
      one.once('close', () => reject(new Unreachable('the connection broke')));
    }
  });
}

function endByReset(socket: TLSSocket, tcp: Socket, wished: () => boolean): void {
  const [end, destroy] = [socket.end.bind(socket), socket.destroy.bind(socket)];
  const reset = (): boolean => wished() && !tcp.destroyed && Boolean(tcp.resetAndDestroy());
  socket.end = ((...rest: []) => (reset() ? socket : end(...rest))) as typeof socket.end;
  socket.destroy = ((error?: Error) => {
    reset();
    return destroy(error);
  }) as typeof socket.destroy;
}
