import { randomUUID } from 'node:crypto';
import { expectProblem, expectProblemForNow, instant, text, uuid } from '../../support/contract';
import { DescribedPerson } from '../../support/described';
import { eventually, type Person, Recovery } from '../../support/journey';
import { startProduct, type Product } from '../../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

describe('the interface of the reset journey', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new DescribedPerson(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product?.remove());

  /** The code of a mail that comes after this. */
  async function mailed(recovery: Recovery): Promise<{ challengeId: string; code: string }> {
    const before = (await person.mails(address)).length;
    const challengeId = await recovery.challenged(address);
    const code = await eventually(async () => {
      const mails = await person.mails(address);
      return mails.length > before && /\b(\d{4}) (\d{4})\b/.exec(mails[0]!.text)?.slice(1).join('');
    });
    return { challengeId, code };
  }

  async function proved(): Promise<Recovery> {
    const recovery = await person.started(user);
    const { challengeId, code } = await mailed(recovery);
    expect((await recovery.answer(challengeId, code)).status).toBe(200);
    return recovery;
  }

  const view = {
    recoveryId: uuid,
    supportCode: text,
    canUnlock: false,
    expiresAt: instant,
    status: 'choosing-method',
    gatesRequired: 1,
    gatesPassed: 0,
  };

  it('POST /captchas, its image and its sound', async () => {
    const { status, body } = await person.post('/api/v1/captchas', { username: user });
    expect(status).toBe(201);
    expect(body).toMatchObject({ captchaId: uuid, mode: 'local', image: text, audio: text, expiresAt: instant });
    const image = await fetch(`${product.url}/api/v1/captchas/${body.captchaId}/image`);
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(Buffer.from(await image.arrayBuffer()).toString('latin1', 1, 4)).toBe('PNG');
    for (const lang of ['?lang=ja', '?lang=en', '']) {
      const audio = await fetch(`${product.url}/api/v1/captchas/${body.captchaId}/audio${lang}`);
      expect([audio.status, audio.headers.get('content-type')]).toEqual([200, 'audio/wav']);
      expect(Buffer.from(await audio.arrayBuffer()).toString('latin1', 0, 4)).toBe('RIFF');
    }
    expect((await person.post('/api/v1/captchas', {})).status).toBe(201);
  });

  it('POST /recoveries', async () => {
    const { status, body } = await person.start(user);
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...view, recoveryToken: text });
    expect(body.methods.map(({ method }: { method: string }) => method).sort()).toEqual([
      'email',
      'mobile-call',
      'sms',
    ]);
    for (const method of body.methods) {
      expect(Object.keys(method).sort()).toEqual(['confirmContact', 'hint', 'method']);
      expect(method).toMatchObject({ hint: text, confirmContact: true });
    }
    await new Recovery(person, body).post('cancel');
  });

  it('POST /recoveries, refused', async () => {
    const wish = { username: user, reason: 'forgot-password' };
    expectProblem(await person.post('/api/v1/recoveries', wish), 422, 'captcha-failed');
    const { captchaId } = await person.captcha(user);
    const wrong = { ...wish, captchaId, captchaAnswer: 'WRONG!' };
    expectProblem(await person.post('/api/v1/recoveries', wrong), 422, 'captcha-failed');
    for (const bad of [{}, { ...wish, reason: 'bored' }, { ...wish, more: 1 }, { ...wish, username: 7 }]) {
      expectProblem(await person.post('/api/v1/recoveries', bad), 400, 'invalid-request');
    }
    expectProblem(await person.start('outside.group@contoso.example'), 403, 'contact-administrator', {
      supportCode: text,
      contact: 'https://helpdesk.contoso.example',
    });
    let last = await person.post('/api/v1/recoveries', wish);
    for (let n = 0; n < 40 && last.status !== 429; n++) last = await person.post('/api/v1/recoveries', wish);
    expectProblemForNow(last, 429, 'rate-limited');
  });

  it('GET the recovery, and its events', async () => {
    const recovery = await person.started(user);
    const { status, body } = await recovery.get();
    expect([status, body]).toMatchObject([200, view]);
    const reading = new AbortController();
    const events = await fetch(`${product.url}${recovery.path}/events`, {
      headers: { authorization: `Bearer ${recovery.token}` },
      signal: reading.signal,
    });
    expect([events.status, events.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/event-stream/),
    ]);
    const { value } = await events.body!.getReader().read();
    expect(Buffer.from(value!).toString()).toContain(`"recoveryId":"${body.recoveryId}"`);
    reading.abort();
    expectProblem(await person.get(`${recovery.path}/events`), 401, 'recovery-token-invalid');
    await recovery.post('cancel');
  });

  it('401 recovery-token-invalid for every call without its token', async () => {
    const [one, two] = [await person.started(user), await person.started(user)];
    const id = randomUUID();
    const calls: [string, object][] = [
      ['challenges', { method: 'email', contact: address }],
      [`challenges/${id}/answer`, { code: '12345678' }],
      ['password', { newPassword: 'Lantern-Harbour-1!' }],
      ['unlock', {}],
      ['cancel', {}],
      ['contact-administrator', {}],
      ['worked', { worked: true }],
    ];
    for (const token of [undefined, 'nothing', two.token]) {
      const options = token === undefined ? {} : { token };
      expectProblem(await person.get(one.path, options), 401, 'recovery-token-invalid');
      for (const [path, body] of calls) {
        expectProblem(await person.post(`${one.path}/${path}`, body, options), 401, 'recovery-token-invalid');
      }
    }
    await Promise.all([one.post('cancel'), two.post('cancel')]);
  });

  it('POST …/challenges by e-mail, and its answer', async () => {
    const recovery = await person.started(user);
    expectProblem(await recovery.post('challenges', { method: 'email' }), 400, 'invalid-request');
    expectProblem(await recovery.post('challenges', { method: 'pigeon' }), 400, 'invalid-request');
    expectProblem(await recovery.challenge('other@contoso.home.example'), 422, 'contact-mismatch');
    const issued = await recovery.challenge(address);
    expect(issued).toMatchObject({ status: 202, body: { challengeId: uuid, expiresAt: instant } });
    const { challengeId } = issued.body;
    const challenge = {
      challengeId,
      method: 'email',
      expiresAt: instant,
      state: expect.stringMatching(/^sen(t|ding)$/),
    };
    expect((await recovery.get()).body).toMatchObject({ status: 'challenged', challenge });
    await recovery.untilState('sent');
    for (const bad of [{}, { code: 12345678 }, { code: '12345678', answers: [] }, { code: '1', more: 1 }]) {
      expectProblem(await recovery.post(`challenges/${challengeId}/answer`, bad), 400, 'invalid-request');
    }
    expectProblem(await recovery.answer(challengeId, '00000000'), 422, 'challenge-failed', { triesLeft: 3 });
    expectProblem(await recovery.answer(randomUUID(), '00000000'), 409, 'challenge-not-current');
    const { code, challengeId: newer } = await mailed(recovery);
    expectProblem(await recovery.answer(challengeId, code), 409, 'challenge-not-current');
    const answered = await recovery.answer(newer, code);
    expect(answered).toMatchObject({ status: 200, body: { status: 'choosing-password', gatesPassed: 1 } });
    expect(answered.body.challenge.state).toBe('passed');
    await recovery.post('cancel');
  });

  it('409 challenge-expired, and abandoned', async () => {
    const recovery = await person.started(user);
    const { challengeId, code } = await mailed(recovery);
    await person.advance('PT10M');
    expectProblem(await recovery.answer(challengeId, code), 409, 'challenge-expired');
    expect((await recovery.get()).body.challenge.state).toBe('expired');
    await person.advance('PT6M');
    const { body } = await recovery.get();
    expect(body).toMatchObject({ status: 'abandoned', outcome: { result: 'abandoned', method: 'email' } });
    expect(body.outcome.reason).toBe('after-starting-email');
  });

  it('429 cool-down', async () => {
    const recovery = await person.started(user);
    let last = await recovery.challenge(address);
    for (let n = 0; n < 12 && last.status === 202; n++) last = await recovery.challenge(address);
    expectProblemForNow(last, 429, 'cool-down');
    await recovery.post('cancel');
  });

  it('POST …/password', async () => {
    const early = await person.started(user);
    expectProblem(await early.password('Lantern-Harbour-1!'), 403, 'gates-not-passed');
    expectProblem(await early.post('unlock'), 403, 'unlock-not-allowed');
    await early.post('cancel');
    const recovery = await proved();
    expectProblem(await recovery.post('password', {}), 400, 'invalid-request');
    const reasons: [string, string[]][] = [
      ['Sh0rt!', ['too-short']],
      ['X'.repeat(300), ['too-long']],
      ['lower-case-only', ['classes']],
      ['Cloud.User-is-1!', ['contains-name']],
      ['C0ntos0-1', ['banned']],
      ['Tab\tLantern-Harbour-1!', ['forbidden-character']],
    ];
    for (const [newPassword, expected] of reasons) {
      const refused = await recovery.password(newPassword);
      expectProblem(refused, 422, 'password-rejected', { reasons: expect.arrayContaining(expected) });
    }
    const done = await recovery.password('Lantern-Harbour-1!');
    expect(done).toMatchObject({
      status: 200,
      body: { status: 'succeeded', outcome: { result: 'succeeded', reason: 'reset', method: 'email' }, methods: [] },
    });
    expect(await recovery.post('worked', { worked: true })).toMatchObject({
      status: 200,
      body: { status: 'succeeded' },
    });
    expectProblem(await recovery.post('worked', {}), 400, 'invalid-request');
    for (const path of ['cancel', 'contact-administrator', 'password']) {
      const body = path === 'password' ? { newPassword: 'Another-Lantern-1!' } : {};
      expectProblem(await recovery.post(path, body), 409, 'recovery-closed');
    }
    expectProblem(await recovery.challenge(address), 409, 'recovery-closed');
    await person.advance('PT23H');
    expect((await recovery.get()).body.status).toBe('succeeded');
    expect((await recovery.post('worked', { worked: false })).status).toBe(200);
    await person.advance('PT2H');
    expectProblem(await recovery.get(), 401, 'recovery-token-invalid');
  });

  it('POST …/cancel and …/contact-administrator', async () => {
    const [one, two] = [await person.started(user), await person.started(user)];
    expect(await one.post('cancel')).toMatchObject({
      status: 200,
      body: { status: 'cancelled', outcome: { result: 'cancelled', reason: 'before-passing-the-gates' } },
    });
    expect(await two.post('contact-administrator')).toMatchObject({
      status: 200,
      body: { status: 'contacted-administrator', outcome: { result: 'contacted-administrator' } },
    });
  });

  it.each([{}, { 'content-type': 'application/json' }])('takes a POST without a body, with %j', async (headers) => {
    const recovery = await person.started(user);
    const bodiless = async (path: string, token = {}): Promise<number> => {
      const answer = await fetch(product.url + path, { method: 'POST', headers: { ...headers, ...token } });
      return answer.status;
    };
    const token = { authorization: `Bearer ${recovery.token}` };
    expect(await bodiless('/api/v1/captchas')).toBe(201);
    for (const path of ['challenges', 'password', 'worked'])
      expect(await bodiless(`${recovery.path}/${path}`, token)).toBe(400);
    for (const path of ['recoveries', 'sessions']) expect(await bodiless(`/api/v1/${path}`)).toBe(400);
    expect(await bodiless(`${recovery.path}/cancel`, token)).toBe(200);
    expect(await bodiless('/outside/api/limits/reset')).toBe(204);
    expect(await bodiless('/outside/api/clock')).toBe(400);
  });

  it('tells broken JSON and other media as problems too', async () => {
    for (const path of ['/api/v1/captchas', '/outside/api/clock']) {
      const send = async (type: string, body: string) => {
        const answer = await fetch(product.url + path, { method: 'POST', headers: { 'content-type': type }, body });
        return [answer.status, answer.headers.get('content-type')?.split(';')[0]];
      };
      expect(await send('application/json', '{"a":')).toEqual([400, 'application/problem+json']);
      expect(await send('text/plain', 'hello')).toEqual([415, 'application/problem+json']);
    }
  });
});
