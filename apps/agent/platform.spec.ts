import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Platform } from './platform.js';

const hour = 3_600_000;

/** A platform whose clock is this far off, and whose answers lie about before they arrive. */
describe('the platform’s time', () => {
  let server: Server;
  let platform: Platform;
  let [aheadMs, lateMs] = [0, 0];

  beforeAll(async () => {
    server = createServer((_, response) => {
      const now = new Date(Date.now() + aheadMs).toISOString();
      setTimeout(() => response.end(JSON.stringify({ now })), lateMs);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    const { port } = server.address() as AddressInfo;
    platform = new Platform(new URL(`http://127.0.0.1:${port}`), () => undefined);
  });
  afterAll(() => server.close());

  const heard = async (ahead: number, late: number): Promise<number> => {
    [aheadMs, lateMs] = [ahead, late];
    await platform.call('GET', '/');
    return platform.now().getTime() - Date.now();
  };

  it.each([hour, 0, -hour])('is learned from an answer: %i ms off', async (ahead) => {
    expect(Math.abs((await heard(ahead, 0)) - ahead)).toBeLessThan(400);
  });

  it.each([hour, 0, -hour])('is not set back by an answer that lay about: %i ms off', async (ahead) => {
    const known = await heard(ahead, 0);
    expect(Math.abs((await heard(ahead, 500)) - known)).toBeLessThan(100);
  });

  it('follows a clock that was moved, forwards and back', async () => {
    for (const ahead of [0, hour, -hour]) expect(Math.abs((await heard(ahead, 0)) - ahead)).toBeLessThan(400);
  });
});
