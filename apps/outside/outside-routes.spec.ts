import { fastify, type FastifyInstance, type InjectOptions } from 'fastify';
import { createMailer } from '#libs/channels/email/mailer';
import { outsideRoutes, type OutsideCallbacks } from './outside-routes.js';
import { startOutside, type Outside } from './outside.js';

describe('the routes of the simulated world', () => {
  let outside: Outside;
  let app: FastifyInstance;

  async function open(callbacks?: OutsideCallbacks) {
    outside = await startOutside();
    app = fastify();
    await outsideRoutes(app, outside, callbacks);
  }
  afterEach(async () => {
    await app.close();
    await outside.close();
  });

  const get = (url: string, headers = {}) => app.inject({ url, headers: { host: '127.0.0.1:8080', ...headers } });
  const post = (url: string, payload: InjectOptions['payload'] = {}, headers = {}) =>
    app.inject({ method: 'POST', url, payload, headers: { host: '127.0.0.1:8080', ...headers } });

  async function mail(change: { to?: string; subject?: string; html?: string; text?: string } = {}) {
    const mailer = createMailer({ smtpUrl: outside.smtpUrl, from: 'no-reply@keyturn.example' });
    const content = {
      to: 'a@x.example',
      subject: 'Hello',
      text: 'text',
      html: '<head></head><a href="http://127.0.0.1/x">x</a>',
    };
    await mailer.send({ messageId: 'm', language: 'en', ...content, ...change });
    await mailer.close();
  }

  describe('mail', () => {
    beforeEach(() => open());

    it('is listed by recipient', async () => {
      await mail({ to: 'a@x.example' });
      await mail({ to: 'b@x.example' });
      const answer = await get('/outside/api/mail?to=b%40x.example');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.json()).toMatchObject([
        { to: ['b@x.example'], subject: 'Hello', messageId: '<m@keyturn.example>' },
      ]);
      expect((await get('/outside/api/mail')).json()).toHaveLength(2);
      expect((await get('/outside/api/mail?limit=1')).json()).toHaveLength(1);
    });

    it.each(['?from=x', '?to=a&to=b', '?limit=-1', '?limit=x'])('does not take %s', async (query) => {
      expect((await get(`/outside/api/mail${query}`)).statusCode).toBe(400);
    });

    it('is deleted', async () => {
      await mail();
      const headers = { host: 'localhost' };
      expect((await app.inject({ method: 'DELETE', url: '/outside/api/mail', headers })).statusCode).toBe(204);
      expect((await get('/outside/api/mail')).json()).toEqual([]);
    });
  });

  describe('faults', () => {
    beforeEach(() => open());

    it('are set one by one and read back', async () => {
      expect((await post('/outside/api/faults', { mail: { refuse: 2 } })).statusCode).toBe(200);
      const answer = await post('/outside/api/faults', { mail: { delay: { next: 1, ms: 50 }, down: false } });
      expect(answer.json()).toMatchObject({
        mail: { refuse: 2, greylist: 0, drop: 0, delay: { next: 1, ms: 50 }, down: false },
      });
      expect((await get('/outside/api/faults')).json()).toEqual(answer.json());
    });

    it.each([
      {},
      [],
      { sms: {} },
      { mail: [] },
      { mail: { refuse: -1 } },
      { mail: { refuse: '1' } },
      { mail: { refuse: 1.5 } },
      { mail: { lose: 1 } },
      { mail: { delay: 5 } },
      { mail: { delay: { next: 1 } } },
      { mail: { down: 'yes' } },
      { mail: { refuse: 1 }, extra: 1 },
    ])('do not take %j', async (body) => {
      const answer = await post('/outside/api/faults', body);
      expect(answer.statusCode).toBe(400);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json()).toMatchObject({ code: 'invalid-request' });
      expect(outside.faults.get().mail).toMatchObject({ refuse: 0, down: false });
    });
  });

  describe('callbacks', () => {
    const asked: unknown[] = [];
    const callbacks: OutsideCallbacks = {
      captchaAnswer: (id) => Promise.resolve(id === 'known' ? 'ACEHJK' : undefined),
      appCode: (user) => Promise.resolve(user === 'admin@contoso.example' ? '123456' : undefined),
      advanceClock: async (ms) => new Date(asked.push(ms) && ms),
      resetLimits: async () => void asked.push('reset'),
    };

    it('are called', async () => {
      await open(callbacks);
      expect((await get('/outside/api/captchas/known')).json()).toEqual({ answer: 'ACEHJK' });
      expect((await get('/outside/api/captchas/other')).statusCode).toBe(404);
      expect((await get('/outside/api/totp?user=admin@contoso.example')).json()).toEqual({ code: '123456' });
      expect((await get('/outside/api/totp')).statusCode).toBe(400);
      expect((await post('/outside/api/clock', { advance: 'PT10M' })).json()).toEqual({
        now: '1970-01-01T00:10:00.000Z',
      });
      expect((await post('/outside/api/clock', { advance: '10 minutes' })).statusCode).toBe(400);
      expect((await post('/outside/api/clock', { advance: 'PT1M', back: true })).statusCode).toBe(400);
      expect((await post('/outside/api/limits/reset')).statusCode).toBe(204);
      expect(asked).toEqual([600_000, 'reset']);
    });

    it('are not missed: 404', async () => {
      await open();
      expect((await get('/outside/api/captchas/known')).statusCode).toBe(404);
      expect((await get('/outside/api/totp?user=x')).statusCode).toBe(404);
      expect((await post('/outside/api/clock', { advance: 'PT10M' })).statusCode).toBe(404);
      expect((await post('/outside/api/limits/reset')).statusCode).toBe(404);
    });
  });

  describe('the page', () => {
    beforeEach(() => open());

    it('lists mailboxes and mails in both languages', async () => {
      await mail({ subject: 'Your code' });
      const english = await get('/outside');
      expect(english.statusCode).toBe(200);
      expect(english.body).toContain('Your code');
      expect(english.body).toContain('<html lang="en">');
      expect((await get('/outside', { 'accept-language': 'fr, ja;q=0.8' })).body).toContain('模擬環境のメールボックス');
      expect((await get('/outside?lang=en', { 'accept-language': 'ja' })).body).toContain('Mailboxes');
      expect((await get('/outside/?to=nobody@x.example')).body).toContain('No mail yet.');
    });

    it('has nothing inline that its policy would forbid', async () => {
      await mail();
      const { body, headers } = await get('/outside');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(body).not.toMatch(/ on\w+=|style=|<style|<script(?! src="\/outside\/script.js" defer><\/script>)/);
      expect((await get('/outside/style.css')).headers['content-type']).toContain('text/css');
      expect((await get('/outside/script.js')).headers['content-type']).toContain('text/javascript');
    });

    it('shows a mail in a frame that may do nothing', async () => {
      await mail({ html: '<head><title>t</title></head><script>alert(1)</script><p>Hi</p>' });
      const [{ id }] = (await get('/outside/api/mail')).json() as [{ id: string }];
      const page = await get(`/outside/mail/${id}`);
      expect(page.body.replace(/\s+/g, ' ')).toContain(
        `sandbox="allow-popups allow-popups-to-escape-sandbox" src="/outside/mail/${id}/body"`,
      );
      const body = await get(`/outside/mail/${id}/body`);
      const policy = body.headers['content-security-policy'];
      expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline';/);
      expect(policy).toMatch(/sandbox allow-popups allow-popups-to-escape-sandbox$/);
      expect(body.body).toContain('<head><base target="_blank">');
      expect((await get('/outside/mail/none')).statusCode).toBe(404);
    });

    it('escapes whatever a mail says', async () => {
      const evil = `"><img src=x onerror=alert(1)>'`;
      await mail({ subject: evil, text: `</pre>${evil}` });
      const [{ id }] = (await get('/outside/api/mail')).json() as [{ id: string }];
      for (const url of ['/outside', `/outside/mail/${id}`, `/outside?to=${encodeURIComponent(evil)}`]) {
        expect((await get(url)).body).not.toMatch(/<img|<\/pre>"/);
      }
    });
  });

  it('answers 404 to everything that may not ask', async () => {
    await open({ resetLimits: () => Promise.resolve() });
    for (const url of ['/outside', '/outside/api/mail', '/outside/style.css', '/outside/api/nothing']) {
      expect((await get(url, { host: 'evil.example' })).statusCode).toBe(404);
      expect((await get(url, { 'x-forwarded-for': '127.0.0.1' })).statusCode).toBe(404);
    }
    expect((await post('/outside/api/limits/reset', {}, { origin: 'https://evil.example' })).statusCode).toBe(404);
    expect((await post('/outside/api/limits/reset', {}, { origin: 'http://127.0.0.1:8080' })).statusCode).toBe(204);
    expect((await get('/outside/api/nothing')).json()).toMatchObject({ code: 'not-found' });
  });
});
