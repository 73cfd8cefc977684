import { connect, createServer, type Socket } from 'node:net';

export interface Valve {
  readonly url: string;
  /** connections made so far stay open and carry nothing more; new ones work, unless `forever` */
  swallow(forever?: boolean): void;
  close(): void;
}

/** A wire between client and server which can go dead without a word, as a pulled cable does. */
export async function startValve(target: string): Promise<Valve> {
  const port = Number(new URL(target.replace('esdb:', 'http:')).port);
  const wires = new Set<[Socket, Socket]>();
  let shut = false;
  const server = createServer((near) => {
    if (shut) return void near.on('error', () => undefined).pause();
    const far = connect(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    wires.add([near, far]);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port: own } = server.address() as { port: number };
  return {
    url: `esdb://127.0.0.1:${own}?tls=false`,
    swallow(forever = false) {
      shut = forever;
      for (const [near, far] of wires) {
        near.unpipe().pause();
        far.unpipe().pause();
      }
    },
    close: () => {
      server.close();
      wires.forEach(([near, far]) => (near.destroy(), far.destroy()));
    },
  };
}
