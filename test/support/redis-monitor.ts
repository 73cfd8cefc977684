import { connect } from 'node:net';
import { once } from 'node:events';

export interface RedisMonitor {
  /** Every command so far, with all its arguments, also those that scripts call; bytes as they were sent. */
  seen(): Buffer;
  close(): void;
}

/** Listens to everything that is said to a Redis from now on (MONITOR). */
export async function monitorRedis(port: number): Promise<RedisMonitor> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write('MONITOR\r\n');
  // +OK
  await once(socket, 'data');
  return { seen: () => unescaped(Buffer.concat(chunks)), close: () => void socket.destroy() };
}

/** MONITOR writes bytes that cannot be printed as `\x00`, and quotation marks after a backslash. */
const unescaped = (bytes: Buffer): Buffer =>
  Buffer.from(
    bytes
      .toString('latin1')
      .replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, one: string) =>
        hex === undefined ? one : String.fromCharCode(parseInt(hex, 16)),
      ),
    'latin1',
  );
