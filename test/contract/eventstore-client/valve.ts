import { connect, createServer, type Socket } from 'node:net';

export interface Valve {
  readonly url: string;
  /** connections made so far stay open and carry nothing more; new ones work */
  swallow(): void;
  close(): void;
}

/** A wire between client and server which can go dead without a word, as a pulled cable does. */
export async function startValve(target: string): Promise<Valve> {
  const port = Number(new URL(target.replace('esdb:', 'http:')).port);
  const wires = new Set<[Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    wires.add([near, far]);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port: own } = server.address() as { port: number };
  return {
    url: `esdb://127.0.0.1:${own}?tls=false`,
    swallow: () => wires.forEach(([near, far]) => (near.unpipe(), far.unpipe(), near.pause(), far.pause())),
    close: () => {
      server.close();
      wires.forEach(([near, far]) => (near.destroy(), far.destroy()));
    },
  };
}
