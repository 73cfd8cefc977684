import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { firstIn } from './ber.js';
import type { OwnCertificate } from './certificate.js';
import { requestIn } from './ldap-messages.js';
import { LdapSession, type Backend } from './ldap-session.js';

export interface LdapServer {
  readonly port: number;
  /** No connection is taken, and those that exist end, until it is opened again. */
  shut(): Promise<void>;
  reopen(): Promise<void>;
}

/** LDAP over TLS on this machine: requests of one connection are answered one after the other. */
export async function startLdapServer(backend: Backend, { certificate, key }: OwnCertificate): Promise<LdapServer> {
  const sockets = new Set<Socket>();
  const server = createServer(
    { cert: certificate, key, minVersion: 'TLSv1.2' },
    (socket) => void converse(socket, backend),
  );
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  const open = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await open(0);
  return {
    port,
    async shut() {
      if (!server.listening) return;
      const closed = new Promise<void>((resume) => server.close(() => resume()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async reopen() {
      if (!server.listening) await open(port);
    },
  };
}

async function converse(socket: TLSSocket, backend: Backend): Promise<void> {
  socket.on('error', () => undefined).setNoDelay(true);
  const session = new LdapSession(backend);
  let pending: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      pending = Buffer.concat([pending, chunk]);
      for (let first = firstIn(pending); first; first = firstIn(pending)) {
        pending = first.rest;
        const answers = await session.answer(requestIn(first.element));
        if (!answers) return void socket.end();
        if (answers.length > 0) socket.write(Buffer.concat(answers));
      }
    }
  } catch {
    // Nonsense, a line that broke, or one that shall: either way nobody is told anything.
    socket.destroy();
  }
}
