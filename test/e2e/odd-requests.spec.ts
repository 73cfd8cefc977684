import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

/** What no browser sends, byte for byte. */
describe('requests that are odd', () => {
  let product: Product;
  let recoveries: { path: string; token: string };

  beforeAll(async () => {
    product = await startProduct();
    recoveries = await new Person(product.url).started('cloud.user@northwind.example');
  });
  afterAll(() => product.remove());

  interface Told {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: string;
  }

  /** @throws when the connection stays open */
  async function send(head: string, body = ''): Promise<Told> {
    const { hostname, port, host } = new URL(product.url);
    const socket = connect(Number(port), hostname);
    let told = '';
    socket.on('data', (chunk) => (told += String(chunk)));
    const [first, ...others] = head.split('\n');
    const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
    const lines = [`${first} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...length, ...others];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    await once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
    const [top = '', ...rest] = told.split('\r\n\r\n');
    const [line = '', ...fields] = top.split('\r\n');
    const headers = Object.fromEntries(fields.map((field) => field.split(/: */, 2).map((part) => part.toLowerCase())));
    return { status: Number(line.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
  }

  const json = 'Content-Type: application/json';
  const start = '{"username":"cloud.user@northwind.example","reason":"forgot-password"}';

  it.each([
    ['an address that is no address', 'GET /api/v1/%zz', '', 400, 'invalid-request'],
    ['an id that is none', `GET /api/v1/recoveries/${'a'.repeat(300)}`, '', 404, 'not-found'],
    ['a verb that is not served', 'DELETE /api/v1/recoveries', '', 404, 'not-found'],
    ['a verb of other protocols', 'PROPFIND /api/v1/recoveries', '', 404, 'not-found'],
    ['a path with other slashes', 'POST //api/v1/recoveries', start, 404, 'not-found'],
    ['a path above the root', 'GET /../../etc/passwd', '', 404, 'not-found'],
    ['NUL in a path', 'GET /a%00b', '', 400, 'invalid-request'],
    ['a list', `POST /api/v1/recoveries\n${json}`, `[${start}]`, 400, 'invalid-request'],
    ['an empty list', `POST /api/v1/recoveries\n${json}`, '[]', 400, 'invalid-request'],
    ['a number', `POST /api/v1/recoveries\n${json}`, '5', 400, 'invalid-request'],
    ['a text', `POST /api/v1/recoveries\n${json}`, '"x"', 400, 'invalid-request'],
    ['nothing', `POST /api/v1/recoveries\n${json}`, 'null', 400, 'invalid-request'],
    ['brackets without end', `POST /api/v1/recoveries\n${json}`, `${'['.repeat(7_000)}`, 400, 'invalid-request'],
    [
      'brackets far down',
      `POST /api/v1/recoveries\n${json}`,
      `${'['.repeat(7_000)}${']'.repeat(7_000)}`,
      400,
      'invalid-request',
    ],
    ['no type', 'POST /api/v1/recoveries', start, 415, 'unsupported-media-type'],
    ['a type that is none', 'POST /api/v1/recoveries\nContent-Type: nonsense', start, 415, 'unsupported-media-type'],
    [
      'two keys',
      `POST /api/v1/recoveries\n${json}\nIdempotency-Key: ${randomUUID()}\nIdempotency-Key: ${randomUUID()}`,
      start,
      400,
      'invalid-request',
    ],
    ['an empty key', `POST /api/v1/recoveries\n${json}\nIdempotency-Key:`, start, 400, 'invalid-request'],
    ['a field twice', 'GET /api/v1/branding?domain=a&domain=b', '', 400, 'invalid-request'],
    ['an unknown field', 'GET /api/v1/branding?colour=red', '', 400, 'invalid-request'],
  ])('%s is told as a problem', async (_, head, body, status, code) => {
    const told = await send(head, body);
    expect(told).toMatchObject({ status, headers: { 'content-type': 'application/problem+json; charset=utf-8' } });
    expect(JSON.parse(told.body)).toMatchObject({ status, code });
    // What was sent is repeated nowhere.
    expect(told.body).not.toMatch(/zz|aaa|etc|red|nonsense/);
  });

  it('HEAD tells what GET would, and waits for nothing', async () => {
    expect(await send('HEAD /health/live')).toMatchObject({ status: 200, body: '' });
    const { path, token } = recoveries;
    const told = await send(`HEAD ${path}/events\nAuthorization: Bearer ${token}`);
    expect(told).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream; charset=utf-8' },
      body: '',
    });
  });
});
