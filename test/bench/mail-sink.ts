import { SMTPServer } from 'smtp-server';

/** Takes every mail and remembers when each address got its last code. */
export class MailSink {
  readonly #codes = new Map<string, { code: string; at: number }>();
  readonly #waiting = new Map<string, (code: { code: string; at: number }) => void>();
  #mails = 0;

  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async start(): Promise<MailSink> {
    let sink: MailSink | undefined;
    const server = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      hideSTARTTLS: true,
      logger: false,
      // The library waits 100 ms before its greeting unless told otherwise.
      ...({ handshakeTimeout: 0, disabledCommands: ['AUTH', 'STARTTLS'] } as object),
      onData(stream, session, done) {
        const at = performance.now();
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
        stream.on('end', () => {
          sink?.take(session.envelope.rcptTo[0]?.address ?? '', text, at);
          done();
        });
      },
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', () => ready()));
    const { port } = server.server.address() as { port: number };
    sink = new MailSink(server, `smtp://127.0.0.1:${port}`);
    return sink;
  }

  get mails(): number {
    return this.#mails;
  }

  take(address: string, text: string, at: number): void {
    this.#mails++;
    const code = /(?:^|\n)\s*(\d{4}) (\d{4})\s*\r?\n/.exec(text)?.slice(1).join('');
    if (!code) return;
    const waiting = this.#waiting.get(address);
    this.#waiting.delete(address);
    if (waiting) waiting({ code, at });
    else this.#codes.set(address, { code, at });
  }

  /** The next code for this address, and when its DATA began (by `performance.now()`). */
  code(address: string): Promise<{ code: string; at: number }> {
    const known = this.#codes.get(address);
    this.#codes.delete(address);
    return known ? Promise.resolve(known) : new Promise((resolve) => this.#waiting.set(address, resolve));
  }

  close(): Promise<void> {
    return new Promise((closed) => this.server.close(() => closed()));
  }
}
