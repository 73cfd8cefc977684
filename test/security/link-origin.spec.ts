// Vulnerabilities 2.1: whatever a request says about its host, mailed links are made of the setting alone.
import { request as httpRequest } from 'node:http';
import { mailedCode, notMeLink } from '../support/not-me';
import { Person, type Answer, type Any, type RequestOptions } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';
const publicUrl = 'http://127.0.0.1:9/portal';

/** A person behind a proxy that forges what it can. */
class Forger extends Person {
  constructor(
    url: string,
    private readonly forged: readonly string[],
    private readonly absolute: boolean,
  ) {
    super(url);
  }

  override request(method: string, path: string, body?: unknown, options: RequestOptions = {}): Promise<Answer<Any>> {
    const { hostname, port } = new URL(this.url);
    const content = body === undefined ? undefined : JSON.stringify(body);
    const own = [
      ...(this.forged.some((name) => name.toLowerCase() === 'host') ? [] : ['Host', `${hostname}:${port}`]),
      ...(content === undefined ? [] : ['Content-Type', 'application/json', 'Content-Length', `${content.length}`]),
      ...(options.token ? ['Authorization', `Bearer ${options.token}`] : []),
      ...(options.key ? ['Idempotency-Key', options.key] : []),
    ];
    return new Promise((done, failed) => {
      const target = this.absolute ? `http://evil.example${path}` : path;
      const parts = { hostname, port, method, path: target, headers: [...own, ...this.forged], setHost: false };
      const request = httpRequest(parts, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => {
          const parsed = text.startsWith('{') ? JSON.parse(text) : undefined;
          done({ status: response.statusCode!, headers: new Headers(), text, body: parsed });
        });
      });
      request.on('error', failed);
      request.end(content);
    });
  }
}

const evil = 'evil.example';
const matrix: [string, readonly string[], boolean][] = [
  ['Host', ['Host', evil], false],
  ['X-Forwarded-Host', ['X-Forwarded-Host', evil], false],
  ['X-Forwarded-Proto', ['X-Forwarded-Proto', 'javascript', 'X-Forwarded-Port', '1'], false],
  ['X-Forwarded-Prefix', ['X-Forwarded-Prefix', `//${evil}`, 'X-Original-URL', `//${evil}/`], false],
  ['Forwarded', ['Forwarded', `for=1.2.3.4;host=${evil};proto=https`], false],
  ['Forwarded, quoted and doubled', ['Forwarded', `host="${evil}:443", host=${evil}`, 'Forwarded', 'proto=x'], false],
  ['X-Original-Host', ['X-Original-Host', evil, 'X-Host', evil, 'X-HTTP-Host-Override', evil], false],
  ['Origin and Referer', ['Origin', `https://${evil}`, 'Referer', `https://${evil}/`], false],
  ['an absolute request line', ['Host', evil], true],
];

describe.each([
  ['no proxy', ''],
  ['a trusted proxy', '127.0.0.1'],
])('behind %s', (_, proxies) => {
  let product: Product;
  let looker: Person;

  beforeAll(async () => {
    product = await startProduct({
      KEYTURN_PUBLIC_URL: publicUrl,
      ...(proxies && { KEYTURN_TRUSTED_PROXIES: proxies }),
    });
    looker = new Person(product.url);
  });
  beforeEach(async () => {
    await looker.advance('PT30M');
    await looker.resetLimits();
    await looker.request('DELETE', '/outside/api/mail');
  });
  afterAll(() => product.remove());

  it.each(matrix)('T19: %s does not change a mailed link', async (_name, forged, absolute) => {
    const forger = new Forger(product.url, forged, absolute);
    const captcha = await forger.captcha(user, looker);
    const started = await forger.post('/api/v1/recoveries', { username: user, reason: 'forgot-password', ...captcha });
    expect(started.status).toBe(201);
    const { recoveryId, recoveryToken: token } = started.body;
    const path = `/api/v1/recoveries/${recoveryId}`;
    const issued = await forger.post(`${path}/challenges`, { method: 'email', contact: address }, { token });
    const code = await mailedCode(looker, address);
    await forger.post(`${path}/challenges/${issued.body.challengeId}/answer`, { code }, { token });
    const done = await forger.post(`${path}/password`, { newPassword: 'Lantern-Of-Origin-9!' }, { token });
    expect(done.body.status).toBe('succeeded');
    const link = await notMeLink(looker, address, 'was reset');
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:9\/portal\/not-me#[\w-]{112}$/);
    for (const { text, html, subject } of await looker.mails(address)) {
      expect(`${text}${html}${subject}`).not.toMatch(/evil\.example|javascript/);
    }
  });
});
