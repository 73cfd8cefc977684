import { connect } from 'node:net';

/** Whether somebody takes connections there. */
export const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect(port, host);
    const end = (taken: boolean) => {
      socket.destroy();
      answer(taken);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
