import { request } from 'node:http';
import { expectProblem, instant, text } from '../../support/contract';
import { eventually, Person } from '../../support/journey';
import { startProduct, type Product } from '../../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';
const mobile = '+81 9000000001';

describe('the interface of the simulated outside world', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct({ KEYTURN_OUTSIDE_DIRECTORY: 'simulated' });
    person = new Person(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product?.remove());

  /** As a client that chooses its own headers, Host too, and its own spelling of the path. */
  const send = (method: string, path: string, headers: Record<string, string>, body = ''): Promise<number> =>
    new Promise((resolve, reject) => {
      const url = new URL(product.url);
      const options = { host: url.hostname, port: url.port, method, path, headers: { host: url.host, ...headers } };
      const asked = request(options, (answer) => resolve(answer.resume().statusCode!));
      asked.on('error', reject).end(body);
    });

  const json = { 'content-type': 'application/json' };
  const credentials = JSON.stringify({ username: user, password: 'Correct-Horse-1!' });
  const elsewhere: Record<string, string>[] = [
    { host: 'keyturn.example' },
    { host: '10.0.0.1:8080' },
    { 'x-forwarded-for': '127.0.0.1' },
    { forwarded: 'for=127.0.0.1' },
    { via: '1.1 proxy' },
  ];

  it('answers this machine alone', async () => {
    const reads = ['mail', 'sms', 'calls', 'devices', 'directory', 'totp?user=two.methods@contoso.example', 'faults'];
    for (const path of ['', ...reads.map((name) => `/api/${name}`)]) {
      expect(await send('GET', `/outside${path}`, {})).toBe(200);
      for (const headers of elsewhere) expect(await send('GET', `/outside${path}`, headers)).toBe(404);
    }
    for (const headers of [...elsewhere, { origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect(await send('POST', '/outside/api/limits/reset', headers)).toBe(404);
    }
    for (const headers of [{ origin: product.url }, { 'sec-fetch-site': 'same-origin' }, {}]) {
      expect(await send('POST', '/outside/api/limits/reset', headers)).toBe(204);
    }
  });

  it('lets demo accounts sign in from this machine alone, however the address is spelt', async () => {
    for (const path of ['/api/v1/sessions', '/api/v1/%73essions', '/api/v1/sessions?x=1', '/api/v1/sessions;x']) {
      for (const headers of elsewhere) {
        expect([path, headers, await send('POST', path, { ...json, ...headers }, credentials)]).toEqual([
          path,
          headers,
          404,
        ]);
      }
    }
    expect(await send('POST', '/api/v1/sessions', json, credentials)).toBe(201);
  });

  it('shows mails, in a sandboxed frame too', async () => {
    const recovery = await person.started(user);
    await recovery.challenged(address);
    await recovery.codeFrom(address);
    const [mail] = await person.mails(address);
    expect(mail).toMatchObject({ to: [address], from: text, subject: text, text, html: text, receivedAt: instant });
    expect(await person.mails('nobody@contoso.home.example')).toEqual([]);
    const page = await person.get('/outside');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    const { id } = mail as unknown as { id: string };
    expect((await person.get(`/outside/mail/${id}`)).text).toMatch(/<iframe[^>]*\bsandbox=/);
    expect((await person.get(`/outside/mail/${id}/body`)).headers.get('content-security-policy')).toMatch(
      /\bsandbox\b/,
    );
    await recovery.post('cancel');
  });

  it('shows texts and calls, however the number is written, and presses keys', async () => {
    const recovery = await person.started(user);
    await recovery.phoned('sms', mobile);
    await recovery.textedCode(mobile);
    await recovery.phoned('mobile-call', mobile);
    const { callId } = await recovery.ringing(mobile);
    for (const to of ['%2B81%209000000001', '%2B819000000001', '+81 9000000001'.replace(' ', '%20')]) {
      expect((await person.get(`/outside/api/sms?to=${to}`)).body[0]).toMatchObject({ text, receivedAt: instant });
      expect((await person.get(`/outside/api/calls?to=${to}`)).body[0]).toMatchObject({ callId, startedAt: instant });
    }
    expectProblem(await person.press(callId, 'x'), 400, 'invalid-request');
    expectProblem(await person.press('00000000-0000-4000-8000-000000000000', '#'), 404, 'not-found');
    expect((await person.press(callId, '#')).status).toBe(200);
    await recovery.post('cancel');
  });

  it('tells the answer of a captcha and the code of an app', async () => {
    const { body } = await person.post('/api/v1/captchas', { username: user });
    expect((await person.get(`/outside/api/captchas/${body.captchaId}`)).body).toEqual({ answer: text });
    expectProblem(await person.get('/outside/api/totp?user=cloud.user@contoso.example'), 404, 'not-found');
    expectProblem(await person.get('/outside/api/totp'), 400, 'invalid-request');
    expectProblem(await person.get('/outside/api/nothing'), 404, 'not-found');
    expect((await person.get('/outside/api/devices')).body).toEqual([]);
    expectProblem(
      await person.post(`/outside/api/devices/x/approvals/y`, { answer: 'approve', number: '11' }),
      404,
      'not-found',
    );
  });

  it('moves the clock of every role', async () => {
    const before = (await person.advance('PT0S')).body.now as string;
    const { status, body } = await person.advance('PT10M');
    expect([status, body]).toEqual([200, { now: instant }]);
    const moved = Date.parse(body.now) - Date.parse(before);
    expect(moved).toBeGreaterThanOrEqual(600_000);
    expect(moved).toBeLessThan(660_000);
    const recovery = await person.started(user);
    expect(Date.parse((await recovery.get()).body.expiresAt)).toBeGreaterThan(Date.parse(body.now));
    await person.advance('PT20M');
    expect((await recovery.get()).body).toMatchObject({ status: 'abandoned', outcome: { result: 'abandoned' } });
    for (const advance of ['10 minutes', '-PT1M', 600, undefined]) {
      expectProblem(await person.post('/outside/api/clock', { advance }), 400, 'invalid-request');
    }
  });

  it('refuses, delays or drops the next mails, messages, calls and directory writes', async () => {
    const { body } = await person.get('/outside/api/faults');
    for (const what of ['mail', 'messages', 'calls', 'directory']) {
      expect(body[what]).toMatchObject({ refuse: 0, drop: 0, delay: { next: 0, ms: 0 } });
      const faults = { refuse: 1, drop: 2, delay: { next: 3, ms: 20 } };
      const set = await person.phoneFaults({ [what]: faults });
      expect([set.status, set.body[what]]).toMatchObject([200, faults]);
      const none = { refuse: 0, drop: 0, delay: { next: 0, ms: 0 } };
      expect((await person.phoneFaults({ [what]: none })).body[what]).toMatchObject(none);
    }
    for (const bad of [{}, { pigeons: {} }, { mail: { refuse: -1 } }, { mail: { shred: 1 } }]) {
      expectProblem(await person.phoneFaults(bad), 400, 'invalid-request');
    }
    await person.phoneFaults({ mail: { refuse: 1 }, messages: { refuse: 1 }, calls: { refuse: 1 } });
    const recovery = await person.started(user);
    const texts = await person.texts(mobile);
    await recovery.challenged(address);
    await recovery.untilState('failed');
    await recovery.challenged(address);
    await recovery.untilState('sent');
    await recovery.phoned('sms', mobile);
    await eventually(async () => (await person.texts(mobile)).length > texts.length);
    await recovery.phoned('mobile-call', mobile);
    await recovery.ringing(mobile);
    const left = (await person.get('/outside/api/faults')).body;
    expect([left.mail.refuse, left.messages.refuse, left.calls.refuse]).toEqual([0, 0, 0]);
    await recovery.post('cancel');
  });

  it('shows the directory that hybrid people are written to', async () => {
    const { body } = await person.get('/outside/api/directory');
    expect(body.people.map((one: { user: string }) => one.user)).toEqual(['hybrid.user@contoso.example']);
  });
});
