import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A wire to a server that can be cut, muted, clogged, held up or slowed at a chosen moment. */
export class Wire {
  readonly #pairs = new Set<readonly [near: Socket, far: Socket]>();
  #server: Server | undefined;
  /** Of connections that exist when it is called: the server hears, but nothing it says arrives any more. */
  readonly #muted = new WeakSet<Socket>();
  #refusing = false;
  /** Of connections that exist when it is called: what is said to the server waits for `deliver`, whoever has gone since. */
  readonly #held = new Map<Socket, Buffer[]>();
  /** Connections that were let through. */
  opened = 0;
  /** Connections that were refused. */
  refused = 0;
  /** Connections that whoever opened them ended by a reset: nothing of theirs is on its way any more. */
  resets = 0;
  /** Nothing passes in either direction, and nobody is told. */
  clogged = false;
  /** Milliseconds each piece takes on its way. */
  delayMs = 0;

  private constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  static async to(host: string, port: number): Promise<Wire> {
    const wire = new Wire(host, port);
    wire.#server = createServer((near) => wire.#join(near)).listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get near(): number {
    return (this.#server!.address() as { port: number }).port;
  }

  mute(): void {
    for (const [near] of this.#pairs) this.#muted.add(near);
  }

  hold(): void {
    for (const [, far] of this.#pairs) this.#held.set(far, []);
  }

  /** What was held arrives now. */
  deliver(): void {
    for (const [far, chunks] of this.#held) for (const chunk of chunks) far.write(chunk);
    this.#held.clear();
  }

  cut({ refuse = false } = {}): void {
    this.#refusing = refuse;
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
  }

  mend(): void {
    this.#refusing = this.clogged = false;
    this.refused = 0;
    this.deliver();
    this.delayMs = 0;
  }

  close(): void {
    this.cut({ refuse: true });
    this.#server?.close();
  }

  #join(near: Socket): void {
    if (this.#refusing) {
      this.refused++;
      return void near.destroy();
    }
    this.opened++;
    const far = connect(this.port, this.host);
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const socket of pair) socket.setNoDelay(true).on('error', () => {});
    near.on('error', ({ code }: NodeJS.ErrnoException) => void (this.resets += Number(code === 'ECONNRESET')));
    const carry = (to: Socket) => (chunk: Buffer) => {
      if (this.clogged || (to === near && this.#muted.has(near))) return;
      const held = this.#held.get(to);
      if (held) held.push(chunk);
      else if (this.delayMs > 0) setTimeout(() => to.write(chunk), this.delayMs);
      else to.write(chunk);
    };
    near.on('data', carry(far));
    far.on('data', carry(near));
    const end = (): void => {
      if (this.#held.has(far)) return;
      for (const socket of pair) socket.destroy();
      this.#pairs.delete(pair);
    };
    near.on('close', end);
    far.on('close', () => {
      this.#held.delete(far);
      end();
    });
  }
}
