import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between the store and PostgreSQL and can cut the wire at a chosen moment. */
export class PostgresProxy {
  readonly #pairs = new Set<[store: Socket, postgres: Socket]>();
  #server: Server | undefined;
  #mute = false;
  #refusing = false;
  #unwelcome: string | undefined;
  readonly #held: Socket[] = [];
  #holding = false;
  /** Connections sent away by {@link turnAway}. */
  turnedAway = 0;

  private constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  /** @returns the proxy, and the database's URL through it */
  static async before(databaseUrl: string): Promise<{ proxy: PostgresProxy; url: string }> {
    const url = new URL(databaseUrl);
    const proxy = new PostgresProxy(url.hostname, Number(url.port));
    proxy.#server = createServer((store) => proxy.#join(store)).listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    url.port = String((proxy.#server.address() as { port: number }).port);
    return { proxy, url: url.href };
  }

  /** PostgreSQL goes on hearing the store, but nothing it says arrives any more. */
  mute(): void {
    this.#mute = true;
  }

  /** The connections stay open and carry nothing more, not even their end. */
  swallow(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Cuts every connection; new ones are accepted again, unless told to refuse them. */
  cut({ refuse = false } = {}): void {
    this.#refusing = refuse;
    this.#mute = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
  }

  accept(): void {
    this.#refusing = this.#holding = false;
    for (const store of this.#held.splice(0)) this.#join(store);
  }

  /** Cuts every connection and keeps new ones waiting at the door until they are accepted. */
  hold(): void {
    this.cut();
    this.#holding = true;
  }

  get held(): number {
    return this.#held.length;
  }

  /** Sends away new connections that give this name of their application; all are welcome when there is none. */
  turnAway(application: string | undefined): void {
    this.#unwelcome = application;
  }

  close(): void {
    this.cut({ refuse: true });
    this.#server?.close();
  }

  #join(store: Socket): void {
    if (this.#refusing) return void store.destroy();
    if (this.#holding) return void this.#held.push(store.on('error', () => {}));
    const postgres = connect(this.port, this.host);
    const pair: [Socket, Socket] = [store, postgres];
    this.#pairs.add(pair);
    for (const socket of pair) socket.setNoDelay(true).on('error', () => {});
    store.once('data', (hello: Buffer) => {
      if (!this.#unwelcome || !hello.includes(this.#unwelcome)) return;
      this.turnedAway += 1;
      store.destroy();
    });
    store.on('data', (chunk) => postgres.write(chunk));
    postgres.on('data', (chunk) => {
      if (!this.#mute) store.write(chunk);
    });
    const end = (): void => {
      for (const socket of pair) socket.destroy();
      this.#pairs.delete(pair);
    };
    store.on('close', end);
    postgres.on('close', end);
  }
}
