import { Readable } from 'node:stream';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Clock } from '#libs/runtime/clock';
import { systemClock } from '#libs/runtime/clock';
import { answerOf, classifyFailure, type DeliveryResult, type SmtpFailure } from './delivery-result.js';
import { isMailAddress, parseSender, type Sender } from './mail-address.js';
import { mimeMessage } from './mime-message.js';
import { parseSmtpUrl, type SmtpServer } from './smtp-url.js';

export interface OutgoingMail {
  /** The same for every try of one delivery. Letters, digits, `.`, `_`, `-`; the sender's domain is appended. */
  messageId: string;
  /** One address, from the vault and never from a request. */
  to: string;
  subject: string;
  text: string;
  html: string;
  /** BCP 47 */
  language: string;
  /** Extra headers; names and values are ours, never a user's. */
  headers?: Readonly<Record<string, string>>;
}

export interface MailerLimits {
  /** Open connections to the server; further mails wait, and their waiting counts against `perMailMs`. */
  connections: number;
  /** From dialling to the end of the greeting, TLS included. */
  connectMs: number;
  /** Everything that belongs to one try. A lease on a delivery has to be longer. */
  perMailMs: number;
  /** How long a connection is kept warm without a mail. */
  idleMs: number;
}

export interface MailerOptions {
  smtpUrl: string;
  from: string;
  clock?: Clock;
  limits?: Partial<MailerLimits>;
  /** Verify the certificate of a server on this machine too; elsewhere it always is. */
  verifyLoopback?: boolean;
}

export interface Mailer {
  /**
   * Hands one mail to the server. Answers with what happened and throws only after `close`.
   * @param withinMs milliseconds after which the try ends, where that is sooner than `perMailMs`
   */
  send(mail: OutgoingMail, withinMs?: number): Promise<DeliveryResult>;
  readonly limits: Readonly<MailerLimits>;
  /** Lets running sends end, then closes the connections. */
  close(): Promise<void>;
}

export const defaultLimits: MailerLimits = { connections: 4, connectMs: 5_000, perMailMs: 15_000, idleMs: 240_000 };

/** Keeps a few connections to one mail server and sends over whichever is free. */
export function createMailer(options: MailerOptions): Mailer {
  const sender = parseSender(options.from);
  const clock = options.clock ?? systemClock;
  const limits = { ...defaultLimits, ...options.limits };
  const transport = openTransport(parseSmtpUrl(options.smtpUrl), limits, options.verifyLoopback ?? false);
  const handedOver = new WeakSet<AbortSignal>();
  const running = new Set<Promise<unknown>>();
  let closed = false;

  transport.use('stream', ({ message, data }, done) => {
    message.createReadStream = () => streamOf(data.raw as Buffer, () => handedOver.add(data.signal!));
    done();
  });

  async function attempt(mail: OutgoingMail, withinMs: number): Promise<DeliveryResult> {
    const message = compose(mail, sender, clock);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), Math.min(withinMs, limits.perMailMs));
    try {
      const { response } = await transport.sendMail({ ...message, signal: deadline.signal });
      return { kind: 'accepted', ...(answerOf({ response }) ?? { smtpCode: 250 }) };
    } catch (failure) {
      return classifyFailure(failure as SmtpFailure, handedOver.has(deadline.signal));
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    limits,
    async send(mail, withinMs = limits.perMailMs) {
      if (closed) throw new Error('the mailer is closed');
      if (!isMailAddress(mail.to)) return { kind: 'refused', reason: 'invalid-address' };
      const sending = attempt(mail, withinMs);
      running.add(sending);
      try {
        return await sending;
      } finally {
        running.delete(sending);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(running);
      transport.close();
    },
  };
}

/**
 * One piece and then the end, at which `whenRead` is called: from there on only the server knows whether it took the
 * mail. (The stream that nodemailer would make runs the same bytes through three more.)
 */
function streamOf(message: Buffer, whenRead: () => void): Readable {
  const stream = new Readable({
    read() {
      this.push(message);
      this.push(null);
    },
  });
  return stream.once('end', whenRead);
}

function openTransport(server: SmtpServer, limits: MailerLimits, verifyLoopback: boolean) {
  return createTransport({
    pool: true,
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.requireTls,
    ...(server.user && { auth: { user: server.user, pass: server.password } }),
    tls: { rejectUnauthorized: verifyLoopback || !server.loopback, minVersion: 'TLSv1.2' },
    maxConnections: limits.connections,
    maxMessages: Infinity,
    // once, for a kept connection that the server closed at the moment we used it; never after mail was handed over
    maxRequeues: 1,
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    // nodemailer counts idling as silence of the socket; each mail has its own deadline instead
    socketTimeout: limits.idleMs + limits.perMailMs,
    idleTimeout: limits.idleMs,
    socketCloseTimeout: 1_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function compose(mail: OutgoingMail, from: Sender, clock: Clock): SendMailOptions {
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(mail.messageId)) {
    throw new TypeError('a messageId is letters, digits, ".", "_" and "-"');
  }
  const raw = mimeMessage({
    messageId: `<${mail.messageId}@${from.address.slice(from.address.indexOf('@') + 1)}>`,
    date: clock.now(),
    from,
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: {
      'Content-Language': mail.language,
      // RFC 3834: no out-of-office answer to a code
      'Auto-Submitted': 'auto-generated',
      ...mail.headers,
    },
  });
  // objects, so that nothing parses the addresses again
  return { raw, envelope: { from, to: [{ name: '', address: mail.to }] } };
}
