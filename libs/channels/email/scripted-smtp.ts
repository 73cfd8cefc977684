import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';

/** What the server does with the next mail (or, for `greeting`, with the next connection). */
export type SmtpScript =
  | { step: 'greeting' | 'mail' | 'rcpt' | 'data'; code: number; text: string }
  | { step: 'greeting-delay'; ms: number }
  /** cuts the line when the envelope is through / when the whole mail has arrived, before any answer */
  | { step: 'drop-before-data' | 'drop-after-data' }
  | { step: 'silence-after-data' };

export interface ReceivedMail {
  from: string;
  recipients: string[];
  raw: string;
  /** answered with 250 */
  accepted: boolean;
  encrypted: boolean;
}

export interface ScriptedSmtp {
  url: string;
  port: number;
  received: ReceivedMail[];
  /** connections made so far */
  connections(): number;
  script(...steps: SmtpScript[]): void;
  /** ends every open connection, as a server does with idle ones */
  hangUp(): void;
  close(): Promise<void>;
}

/** A real SMTP server for tests that misbehaves as told, one script a mail, and keeps everything it was given. */
export async function startScriptedSmtp(
  options: { port?: number; tls?: 'starttls' | 'from-the-start'; auth?: boolean } = {},
): Promise<ScriptedSmtp> {
  const scripts: SmtpScript[] = [];
  const received: ReceivedMail[] = [];
  const sockets = new Map<string, Socket>();
  let connections = 0;

  const take = <Step extends SmtpScript['step']>(...steps: Step[]): Extract<SmtpScript, { step: Step }> | undefined => {
    const next = scripts[0];
    if (!next || !(steps as string[]).includes(next.step)) return undefined;
    return scripts.shift() as Extract<SmtpScript, { step: Step }>;
  };
  const answer = (step: 'greeting' | 'mail' | 'rcpt' | 'data', proceed: (error?: Error) => void) => {
    const script = take(step) as { code: number; text: string } | undefined;
    proceed(script && Object.assign(new Error(script.text), { responseCode: script.code }));
  };

  const server = new UnhurriedServer({
    // with TLS it shows a certificate that nobody vouches for
    ...(options.tls ? { secure: options.tls === 'from-the-start' } : { disabledCommands: ['STARTTLS'] }),
    authOptional: !options.auth,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 50,
    logger: false,
    onConnect(_session, proceed) {
      connections++;
      const delay = take('greeting-delay');
      if (delay) setTimeout(proceed, delay.ms).unref();
      else answer('greeting', proceed);
    },
    onAuth: (auth, _session, proceed) =>
      auth.password === 'right' ? proceed(null, { user: auth.username }) : proceed(new Error('no')),
    onMailFrom: (_address, _session, proceed) => answer('mail', proceed),
    onRcptTo: (_address, _session, proceed) => answer('rcpt', proceed),
    onData(stream, session, proceed) {
      if (take('drop-before-data')) return void sockets.get(session.id)?.destroy();
      const kept = keep(stream, session).then((mail) => {
        if (take('drop-after-data')) return void sockets.get(session.id)?.destroy();
        if (take('silence-after-data')) return;
        answer('data', (error) => {
          mail.accepted = !error;
          proceed(error);
        });
      });
      // a client that died in the middle of its mail
      kept.catch(() => {});
    },
  });
  server.on('error', () => {});
  server.onSocket = (id, socket) => sockets.set(id, socket);

  async function keep(stream: SMTPServerDataStream, { envelope, secure }: SMTPServerSession): Promise<ReceivedMail> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const from = envelope.mailFrom ? envelope.mailFrom.address : '';
    const recipients = envelope.rcptTo.map(({ address }) => address);
    const mail = { from, recipients, raw: Buffer.concat(chunks).toString(), accepted: false, encrypted: secure };
    received.push(mail);
    return mail;
  }

  const listening = server.listen(options.port ?? 0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return {
    url: `${options.tls === 'from-the-start' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    port,
    received,
    connections: () => connections,
    script: (...steps) => void scripts.push(...steps),
    hangUp: () => sockets.forEach((socket) => socket.destroy()),
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise((done) => server.close(() => done()));
    },
  };
}

/** smtp-server waits 100 ms before each greeting to catch clients that talk too soon; ours are not under suspicion. */
class UnhurriedServer extends SMTPServer {
  onSocket: (id: string, socket: Socket) => void = () => {};

  override connect(socket: Socket, socketOptions?: SMTPConnectionOptions | null): void {
    const connection = new SMTPConnection(this, socket, socketOptions);
    this.connections.add(connection);
    this.onSocket(connection.id, socket);
    connection.on('error', () => {});
    connection.on('connect', (data) => this._onClientConnect(data));
    connection._setListeners(() => connection.connectionReady());
  }
}
