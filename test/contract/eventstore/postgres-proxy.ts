import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between the store and PostgreSQL and can cut the wire at a chosen moment. */
export class PostgresProxy {
  readonly #pairs = new Set<[store: Socket, postgres: Socket]>();
  #server: Server | undefined;
  #mute = false;
  #refusing = false;

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

  /** Cuts every connection; new ones are accepted again, unless told to refuse them. */
  cut({ refuse = false } = {}): void {
    this.#refusing = refuse;
    this.#mute = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
  }

  accept(): void {
    this.#refusing = false;
  }

  close(): void {
    this.cut({ refuse: true });
    this.#server?.close();
  }

  #join(store: Socket): void {
    if (this.#refusing) return void store.destroy();
    const postgres = connect(this.port, this.host);
    const pair: [Socket, Socket] = [store, postgres];
    this.#pairs.add(pair);
    for (const socket of pair) socket.setNoDelay(true).on('error', () => {});
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
