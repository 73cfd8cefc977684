import smpp, { type Fields, type Pdu, type Session } from 'smpp';
import type { NotTakenReason } from '../carrier.js';
import type { SmppServer } from './smpp-url.js';

/** The line could not be used: nothing was asked over it. */
export class LineTrouble extends Error {
  override readonly name = 'LineTrouble';

  constructor(
    readonly reason: NotTakenReason,
    readonly status?: number,
  ) {
    super(`the SMPP line is no good: ${reason}`);
  }
}

export interface LineOptions {
  readonly server: SmppServer;
  /** Milliseconds to connect and sign in. */
  readonly connectMs: number;
  /** Milliseconds between two looks whether the other side is still there. */
  readonly enquireMs: number;
  /** A message for us; its answer is what this resolves with. */
  readonly onDelivery: (pdu: Pdu) => Promise<Fields>;
}

/** One bound connection (SMPP 3.4, transceiver): asks, answers, and closes itself when the other side is gone. */
export class Line {
  readonly #session: Session;
  readonly #lost = new Set<() => void>();
  #watch: NodeJS.Timeout | undefined;
  #open = true;
  #heardAt = performance.now();

  private constructor(private readonly options: LineOptions) {
    const { host, port, tls } = options.server;
    this.#session = smpp.connect({ host, port, tls, ...(tls && { servername: host }) });
    this.#session.socket.setNoDelay(true);
  }

  /** @throws LineTrouble */
  static async open(options: LineOptions): Promise<Line> {
    const line = new Line(options);
    try {
      await line.#connected();
      await line.#bound();
    } catch (error) {
      line.drop();
      throw error;
    }
    line.#watchOver();
    return line;
  }

  /**
   * @returns the answer, or undefined when the line was lost or silent after the question was on its way
   * @throws LineTrouble when the question was never put
   */
  async submit(fields: Fields, ms: number): Promise<Pdu | undefined> {
    return this.#ask((answered) => this.#open && this.#session.submit_sm(fields, answered), ms);
  }

  /** Whether the other side still answers; not asked again within a second of its last word. */
  async isAlive(): Promise<boolean> {
    if (!this.#open || performance.now() - this.#heardAt < 1_000) return this.#open;
    const answer = await this.#ask((answered) => this.#session.enquire_link(answered), 1_000).catch(() => undefined);
    if (!answer) this.drop();
    return this.#open;
  }

  drop(): void {
    if (!this.#open) return;
    this.#open = false;
    clearInterval(this.#watch);
    this.#session.destroy();
    for (const lost of this.#lost) lost();
  }

  /** Says goodbye first. */
  async close(): Promise<void> {
    if (!this.#open) return;
    await this.#ask((answered) => this.#session.unbind(answered), 1_000).catch(() => undefined);
    this.drop();
  }

  #connected(): Promise<void> {
    const { server, connectMs } = this.options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new LineTrouble('timed-out')), connectMs);
      this.#session.once(server.tls ? 'secureConnect' : 'connect', () => (clearTimeout(timer), resolve()));
      this.#session.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        reject(new LineTrouble(reasonOf(error)));
        // The library cannot go on after what it does not understand.
        this.drop();
      });
      this.#session.on('close', () => this.drop());
    });
  }

  async #bound(): Promise<void> {
    const { user, password } = this.options.server;
    const credentials = { system_id: user, password, interface_version: 0x34 };
    const answer = await this.#ask(
      (answered) => this.#session.bind_transceiver(credentials, answered),
      this.options.connectMs,
    );
    if (!answer) throw new LineTrouble('timed-out');
    if (answer.command_status !== 0) throw new LineTrouble('sign-in-refused', answer.command_status);
    this.#session.on('deliver_sm', (pdu: Pdu) => void this.#answer(pdu, this.options.onDelivery(pdu)));
    this.#session.on('enquire_link', (pdu: Pdu) => this.#session.send(pdu.response()));
    this.#session.on('unbind', (pdu: Pdu) => (this.#session.send(pdu.response()), this.drop()));
  }

  async #answer(pdu: Pdu, answer: Promise<Fields>): Promise<void> {
    const fields = await answer.catch(() => ({ command_status: temporaryTrouble }));
    if (this.#open) this.#session.send(pdu.response(fields));
  }

  #watchOver(): void {
    const { enquireMs, connectMs } = this.options;
    this.#watch = setInterval(() => {
      void this.#ask((answered) => this.#session.enquire_link(answered), connectMs)
        .catch(() => undefined)
        .then((answer) => answer ?? this.drop());
    }, enquireMs);
    this.#watch.unref();
  }

  #ask(put: (answered: (pdu: Pdu) => void) => boolean, ms: number): Promise<Pdu | undefined> {
    return new Promise((resolve, reject) => {
      const end = (answer?: Pdu): void => {
        clearTimeout(timer);
        this.#lost.delete(end);
        if (answer) this.#heardAt = performance.now();
        resolve(answer);
      };
      const timer = setTimeout(end, ms);
      this.#lost.add(end);
      if (put(end)) return;
      end();
      reject(new LineTrouble('connection-lost'));
    });
  }
}

/** ESME_RX_T_APPN: come again later. */
const temporaryTrouble = 0x64;

function reasonOf({ code = '' }: NodeJS.ErrnoException): NotTakenReason {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'host-not-found';
  if (/^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code)) return 'tls-failed';
  return code === 'ECONNREFUSED' ? 'connection-refused' : 'connection-lost';
}
