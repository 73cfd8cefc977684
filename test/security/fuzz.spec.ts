import fc from 'fast-check';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

/** Requests sent: the same 1 000 in every CI run; the soak throws others, and fast-check prints their seed. */
const numRuns = Number(process.env.KEYTURN_FUZZ_RUNS ?? 1_000);
const seed = process.env.KEYTURN_FUZZ_RUNS ? {} : { seed: 20_261_122 };

const routes = [
  ['POST', '/api/v1/captchas'],
  ['POST', '/api/v1/recoveries'],
  ['POST', '/api/v1/sessions'],
  ['POST', '/api/v1/me/password'],
  ['POST', 'own/challenges'],
  ['POST', 'own/challenges/x/answer'],
  ['POST', 'own/password'],
  ['POST', 'own/worked'],
  ['GET', '/api/v1/branding'],
  ['GET', '/api/v1/password-policy'],
  ['GET', '/api/v1/captchas/x/image'],
] as const;

const names = [
  'username',
  'password',
  'reason',
  'captchaId',
  'captchaAnswer',
  'method',
  'contact',
  'code',
  'newPassword',
  'worked',
  '__proto__',
  'constructor',
];

describe('bad input gets a clear refusal', () => {
  let product: Product;
  let person: Person;
  let own: { path: string; token: string };

  beforeAll(async () => {
    product = await startProduct({ KEYTURN_LOG_LEVEL: 'error', KEYTURN_TRUSTED_PROXIES: '127.0.0.1' });
    person = new Person(product.url);
    const recovery = await person.started('cloud.user@contoso.example');
    own = { path: recovery.path, token: recovery.token };
  });
  afterAll(() => product.remove());

  let client = 0;
  const from = (): Record<string, string> => {
    client++;
    return { 'x-forwarded-for': `10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}` };
  };

  it.each([
    ['an array', ['victim@contoso.example', 'attacker@evil.example']],
    ['an object', { $gt: '' }],
    ['a number', 0],
    ['true', true],
    ['null', null],
    ['nothing', undefined],
    ['control characters', 'cloud.user\u0000@contoso.example'],
    ['a lone surrogate', 'cloud\ud800@contoso.example'],
    ['300 characters', 'x'.repeat(300)],
  ])('R9: a user name that is %s is no request', async (_, username) => {
    const answer = await person.post('/api/v1/recoveries', { username, reason: 'forgot-password' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('unknown fields, nested keys and other content types are refused', async () => {
    const valid = { username: 'cloud.user@contoso.example', reason: 'forgot-password' };
    expect((await person.post('/api/v1/recoveries', { ...valid, isAdmin: true })).status).toBe(400);
    expect((await person.post('/api/v1/recoveries', { ...valid, user: { name: 'x' } })).status).toBe(400);
    const form = await fetch(`${product.url}/api/v1/recoveries`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'username=a&username=b&reason=forgot-password',
    });
    expect(form.status).toBe(415);
    const huge = await person.post('/api/v1/recoveries', { ...valid, captchaAnswer: 'x'.repeat(20_000) });
    expect(huge).toMatchObject({ status: 413, body: { code: 'payload-too-large' } });
    const broken = await fetch(`${product.url}/api/v1/recoveries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"username":',
    });
    expect(broken.status).toBe(400);
    expect((await person.post('/api/v1/recoveries', valid, { key: 'not-a-uuid' })).status).toBe(400);
  });

  it.each(['\u0000', '%00', '\ud7ff', "'; --", '*', '..', '例え.example'])(
    'a domain that is %j is nobody’s',
    async (domain) => {
      const answer = await person.get(`/api/v1/branding?domain=${encodeURIComponent(domain)}`);
      expect(answer).toMatchObject({ status: 200, body: { organisation: null } });
    },
  );

  it('whatever is sent, the answer is a problem and never a failure of ours', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>,
      fc.constantFrom('', 'email', 'forgot-password', 'cloud.user@contoso.example', '*)(uid=*', '../../x', '%00'),
    );
    const body = fc.oneof(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 }), value);
    const requests = fc.tuple(fc.constantFrom(...routes), body, fc.boolean());
    await fc.assert(
      fc.asyncProperty(requests, async ([[method, route], sent, withToken]) => {
        const path = route.replace(/^own/, own.path);
        const query =
          method === 'GET'
            ? `?domain=${encodeURIComponent(typeof sent === 'string' && sent.isWellFormed() ? sent : 'x')}`
            : '';
        const response = await fetch(product.url + path + query, {
          method,
          headers: {
            // The demo's sign-in answers this machine only.
            ...(route === '/api/v1/sessions' ? {} : from()),
            'content-type': 'application/json',
            ...(withToken && { authorization: `Bearer ${own.token}` }),
          },
          ...(method === 'POST' && { body: JSON.stringify(sent) ?? 'undefined' }),
        });
        const text = await response.text();
        if (response.status >= 500) throw new Error(`${response.status} for ${method} ${path}: ${text}`);
        if (response.status >= 400) JSON.parse(text);
      }),
      { numRuns, ...seed, interruptAfterTimeLimit: 60 * 60_000 },
    );
    expect((await person.get('/health/ready')).status).toBe(200);
  });

  it('G10: a forwarding header that cannot be parsed does not skip a limit', async () => {
    const answers = [];
    for (let n = 0; n < 40; n++) {
      const someone = new Person(product.url, { 'x-forwarded-for': `garbage-${n}, ${n}` });
      answers.push(
        await someone.post('/api/v1/recoveries', { username: 'x@contoso.example', reason: 'forgot-password' }),
      );
    }
    expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(Number(answers.at(-1)!.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('T18: every page and answer carries the headers that keep browsers safe', async () => {
    for (const path of ['/', '/reset', '/api/v1/branding?domain=contoso.example', '/health/live']) {
      const { headers } = await person.get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await person.get('/reset')).headers.get('cache-control')).toBe('no-store');
  });

  it('the contract is published', async () => {
    const { body } = await person.get('/api/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/api/v1/recoveries', '/api/v1/recoveries/{recoveryId}/password', '/api/v1/sessions']),
    );
    expect((await fetch(`${product.url}/api/docs`)).status).toBe(200);
  });
});
