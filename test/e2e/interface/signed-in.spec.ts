import { expectProblem, expectProblemForNow, instant, text, uuid } from '../../support/contract';
import { Administrator } from '../../support/administrators';
import { DescribedPerson } from '../../support/described';
import { eventually, type Person } from '../../support/journey';
import { startProduct, type Product } from '../../support/product';

const password = 'Correct-Horse-1!';
const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

describe('the interface of signing in and of the own account', () => {
  let product: Product;
  let person: Person;
  let admin: Administrator;

  beforeAll(async () => {
    product = await startProduct();
    person = new DescribedPerson(product.url);
    admin = await Administrator.signIn(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product?.remove());

  it('POST /sessions: a token, the roles and a cookie', async () => {
    const { status, body, headers } = await person.signIn(user, password);
    expect([status, body]).toEqual([201, { token: text, roles: [] }]);
    expect(headers.get('set-cookie')).toMatch(/^keyturn=[^;]+;.*HttpOnly;.*SameSite=Strict/);
    const cookie = headers.get('set-cookie')!.split(';')[0]!;
    expect((await person.get('/api/v1/me/methods', { headers: { cookie } })).status).toBe(200);
    expectProblem(await person.get('/api/v1/me/methods'), 401, 'session-invalid');
    for (const bad of [
      {},
      { username: user },
      { username: user, password, temporaryAccessPass: 'x' },
      { username: user, password, more: 1 },
    ])
      expectProblem(await person.post('/api/v1/sessions', bad), 400, 'invalid-request');
  });

  it('401 alike for every cause, and second-factor-required after the right password alone', async () => {
    const wrong = [
      await person.signIn(user, 'Wrong-Horse-1!'),
      await person.signIn('nobody@contoso.example', password),
      await person.signIn('disabled.user@contoso.example', password),
      await person.signIn('admin@contoso.example', 'Wrong-Horse-1!'),
      await person.post('/api/v1/sessions', { username: user, temporaryAccessPass: 'ABCDEFGHJKLM' }),
      await person.post('/api/v1/sessions', { username: 'admin@contoso.example', password, code: '000000' }),
    ];
    for (const answer of wrong) expectProblem(answer, 401, 'sign-in-failed');
    expect(new Set(wrong.map((answer) => answer.text)).size).toBe(1);
    expectProblem(await person.signIn('admin@contoso.example', password), 401, 'second-factor-required');
  });

  it('429 with Retry-After beyond the throttle', async () => {
    let last = await person.signIn('nobody@nowhere.example', password);
    for (let n = 0; n < 80 && last.status !== 429; n++) last = await person.signIn('nobody@nowhere.example', password);
    expectProblemForNow(last, 429, 'rate-limited');
  });

  it('me/methods, me/activity and me/sessions', async () => {
    const { body: session } = await person.signIn(user, password);
    const options = { token: session.token };
    const { body: own } = await person.get('/api/v1/me/methods', options);
    const methods = own.methods.map(({ method }: { method: string }) => method).sort();
    expect(methods).toEqual(['email', 'mobile-call', 'sms']);
    for (const method of own.methods)
      expect(method).toMatchObject({ methodId: uuid, hint: text, registeredAt: instant });
    const activity = await eventually(async () => {
      const { body } = await person.get('/api/v1/me/activity', options);
      return body.items.length > 0 && body;
    });
    expect(activity.items[0]).toMatchObject({ at: instant, what: text });
    const sessions = await eventually(async () => {
      const { body } = await person.get('/api/v1/me/sessions', options);
      return body.items.some(({ current }: { current: boolean }) => current) && body;
    });
    expect(sessions.items[0]).toMatchObject({ sessionId: uuid, startedAt: instant, expiresAt: instant });
    for (const path of ['methods', 'activity', 'sessions'])
      expectProblem(await person.get(`/api/v1/me/${path}`), 401, 'session-invalid');
  });

  it('POST /me/password with the current one, and password-expired with a changeToken', async () => {
    const { body: session } = await person.signIn(user, password);
    const wish = { currentPassword: password, newPassword: 'Lantern-Harbour-1!' };
    const change = (body: object, token?: string) => person.post('/api/v1/me/password', body, token ? { token } : {});
    expectProblem(await change(wish), 401, 'session-invalid');
    expectProblem(await change({ newPassword: wish.newPassword }, session.token), 400, 'invalid-request');
    expectProblem(await change({ ...wish, currentPassword: 'Wrong-Horse-1!' }, session.token), 401, 'sign-in-failed');
    expectProblem(await change({ ...wish, newPassword: 'short' }, session.token), 422, 'password-rejected', {
      reasons: ['too-short', 'classes'],
    });
    expect(await change(wish, session.token)).toMatchObject({ status: 200, body: { token: text } });

    expect((await admin.changePolicy({ passwords: { expiryDays: 30 } })).status).toBe(200);
    await person.advance('P31D');
    const expired = await person.signIn(user, 'Lantern-Harbour-1!');
    expectProblem(expired, 403, 'password-expired', { changeToken: text });
    expectProblem(await person.signIn(user, 'Wrong-Horse-1!'), 401, 'sign-in-failed');
    const { changeToken } = expired.body;
    expect((await person.get('/api/v1/me/methods', { token: changeToken })).status).toBe(403);
    const next = { currentPassword: 'Lantern-Harbour-1!', newPassword: 'Harbour-Lantern-2!' };
    expect((await change(next, changeToken)).status).toBe(200);
    expect((await person.signIn(user, next.newPassword)).status).toBe(201);
  });

  it('password-policy, branding and not-me', async () => {
    const recovery = await person.started(user);
    const { body: rules } = await person.get('/api/v1/password-policy', { token: recovery.token });
    expect(rules).toMatchObject({ minLength: 8, maxLength: 256, minClasses: 3 });
    expectProblem(await person.get('/api/v1/password-policy'), 401, 'recovery-token-invalid');

    const challengeId = await recovery.challenged(address);
    await recovery.answer(challengeId, await recovery.codeFrom(address));
    expect((await recovery.password('Beacon-Lantern-3!')).status).toBe(200);
    const link = await eventually(async () => {
      const mails = await person.mails(address);
      const notice = mails.find(({ subject }) => /was reset/.test(subject));
      return notice && /(\S+)\/not-me#(\S+)/.exec(notice.text);
    });
    expect(link?.[1]).toBe(product.url);
    const token = link![2]!;
    expectProblem(await person.get('/api/v1/not-me'), 401, 'not-me-invalid');
    expect(await person.get('/api/v1/not-me', { token })).toMatchObject({
      status: 200,
      body: { organisation: 'Contoso' },
    });
    expect((await person.get('/api/v1/not-me', { token })).status).toBe(200);
    expect((await person.post('/api/v1/not-me', {}, { token })).status).toBe(200);
    expect((await person.signIn(user, 'Beacon-Lantern-3!')).status).toBe(401);

    expect((await person.get('/api/v1/branding?domain=contoso.example')).body).toEqual({
      organisation: 'Contoso',
      logo: null,
      accent: null,
      helpdesk: 'https://helpdesk.contoso.example',
    });
    expect((await person.get('/api/v1/branding?domain=nowhere.example')).status).toBe(200);
  });
});
