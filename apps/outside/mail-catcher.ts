import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { sendBack } from './returned-mail.js';
import { noFaults, use, useDelay, type MailFaults } from './mail-faults.js';
import type { Mailbox } from './mailbox.js';

export interface MailCatcher {
  port: number;
  /** what is still to go wrong */
  faults(): Readonly<MailFaults>;
  /** Changes the named faults and leaves the others. */
  setFaults(change: Partial<MailFaults>): Promise<void>;
  close(): Promise<void>;
}

/** An SMTP server that takes mail for anybody into the mailbox, and misbehaves when told. */
export async function startMailCatcher(
  mailbox: Mailbox,
  listen: { host: string; port: number; bouncesDir?: string | undefined },
): Promise<MailCatcher> {
  const faults = noFaults();
  const server = new PromptServer({
    authOptional: true,
    hideSTARTTLS: true,
    disableReverseLookup: true,
    size: 5 * 1024 * 1024,
    // longer than any client keeps an idle connection
    socketTimeout: 10 * 60_000,
    closeTimeout: 200,
    logger: false,
    onAuth: (auth, _session, proceed) => proceed(null, { user: auth.username ?? 'anybody' }),
    onRcptTo(_address, _session, proceed) {
      if (use(faults, 'refuse')) proceed(answer(550, '5.1.1 No such mailbox'));
      else if (use(faults, 'greylist')) proceed(answer(451, '4.7.1 Greylisted, please come again'));
      else proceed();
    },
    onData(stream, session, proceed) {
      void receive(stream, session).then(
        () => proceed(),
        () => server.cut(session),
      );
    },
  });
  server.on('error', () => {});

  async function receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    if (use(faults, 'drop')) throw new Error('dropped');
    const ms = useDelay(faults);
    if (ms > 0) await new Promise((done) => setTimeout(done, ms).unref());
    const { mailFrom, rcptTo } = session.envelope;
    const to = rcptTo.map(({ address }) => address);
    const raw = Buffer.concat(chunks).toString('utf8');
    if (listen.bouncesDir !== undefined && use(faults, 'bounce')) await sendBack(listen.bouncesDir, to[0] ?? '', raw);
    else await mailbox.add({ from: mailFrom ? mailFrom.address : '', to, raw });
  }

  const open = async (port: number): Promise<number> => {
    const listening = server.listen(port, listen.host);
    await once(listening, 'listening');
    return (listening.address() as AddressInfo).port;
  };
  const shut = async (): Promise<void> => {
    server.cutAll();
    if (server.server.listening) await new Promise<void>((done) => server.server.close(() => done()));
  };

  const port = await open(listen.port);
  return {
    port,
    faults: () => structuredClone(faults),
    async setFaults(change) {
      const wasDown = faults.down;
      Object.assign(faults, structuredClone(change));
      if (faults.down && !wasDown) await shut();
      if (!faults.down && wasDown) await open(port);
    },
    close: shut,
  };
}

const answer = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/** smtp-server waits 100 ms before each greeting to catch clients that talk too soon; ours are not under suspicion. */
class PromptServer extends SMTPServer {
  readonly #sockets = new Map<string, Socket>();

  override connect(socket: Socket, socketOptions?: SMTPConnectionOptions | null): void {
    const connection = new SMTPConnection(this, socket, socketOptions);
    this.connections.add(connection);
    this.#sockets.set(connection.id, socket);
    socket.once('close', () => this.#sockets.delete(connection.id));
    connection.on('error', () => {});
    connection.on('connect', (data) => this._onClientConnect(data));
    connection._setListeners(() => connection.connectionReady());
  }

  cut(session: SMTPServerSession): void {
    this.#sockets.get(session.id)?.destroy();
  }

  cutAll(): void {
    this.#sockets.forEach((socket) => socket.destroy());
  }
}
