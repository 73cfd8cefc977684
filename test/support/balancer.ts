import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A plain TCP balancer: each connection goes to the first of the servers that takes it. */
export class Balancer {
  readonly #wires = new Map<Socket, number>();
  #server: Server | undefined;

  private constructor(private ports: readonly number[]) {}

  static async over(...ports: readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(ports);
    balancer.#server = createServer((near) => balancer.#join(near, balancer.ports)).listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server!.address() as { port: number }).port}`;
  }

  /** Connections that lead to this server now. */
  carried = (port: number): number => [...this.#wires.values()].filter((to) => to === port).length;

  /** New connections go there while it takes them; those that lead elsewhere are cut. */
  prefer(port: number): void {
    this.ports = [port, ...this.ports.filter((other) => other !== port)];
    for (const [near, to] of this.#wires) if (to !== port) near.destroy();
  }

  close(): void {
    for (const near of this.#wires.keys()) near.destroy();
    this.#server?.close();
  }

  #join(near: Socket, [port, ...others]: readonly number[]): void {
    near.on('error', () => undefined);
    if (port === undefined) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    far.once('error', () => this.#join(near, others));
    far.once('connect', () => {
      far.removeAllListeners('error').on('error', () => undefined);
      this.#wires.set(near, port);
      near.pipe(far).pipe(near);
      near.once('close', () => (this.#wires.delete(near), far.destroy()));
      far.once('close', () => near.destroy());
    });
  }
}
