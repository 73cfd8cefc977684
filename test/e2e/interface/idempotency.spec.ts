import { randomUUID } from 'node:crypto';
import { expectProblem } from '../../support/contract';
import { DescribedPerson } from '../../support/described';
import { eventually, type Person, Recovery } from '../../support/journey';
import { startProduct, type Product } from '../../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

describe('Idempotency-Key', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new DescribedPerson(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product?.remove());

  /** Sends it twice, then another body under the same key. */
  async function twice(path: string, body: object, other: object, status: number, token?: string) {
    const options = { key: randomUUID(), ...(token && { token }) };
    const first = await person.post(path, body, options);
    const again = await person.post(path, body, options);
    expect([first.status, again.status]).toEqual([status, status]);
    expectProblem(await person.post(path, other, options), 422, 'idempotency-key-reused');
    return [first.body, again.body];
  }

  it('is honoured by every POST of the journey', async () => {
    const [captcha, same] = await twice('/api/v1/captchas', { username: user }, { username: 'x' }, 201);
    expect(same.captchaId).toBe(captcha.captchaId);

    const wish = { username: user, reason: 'forgot-password', ...(await person.captcha(user)) };
    const [started, repeated] = await twice('/api/v1/recoveries', wish, { ...wish, reason: 'account-locked' }, 201);
    expect(repeated).toMatchObject({ recoveryId: started.recoveryId, recoveryToken: started.recoveryToken });
    const recovery = new Recovery(person, started);
    const send = (path: string, body: object, other: object, status: number) =>
      twice(`${recovery.path}/${path}`, body, other, status, recovery.token);

    const [issued, reissued] = await send('challenges', { method: 'email', contact: address }, { method: 'sms' }, 202);
    expect(reissued).toEqual(issued);
    const code = await recovery.codeFrom(address);
    const wrong = { code: code === '00000000' ? '11111111' : '00000000' };
    const answer = `challenges/${issued.challengeId}/answer`;
    const refusals = await send(answer, wrong, { code: '22222222' }, 422);
    expect(refusals.map(({ triesLeft }) => triesLeft)).toEqual([4, 4]);
    await send(answer, { code }, wrong, 200);
    await send('password', { newPassword: 'short' }, { newPassword: 'shorter' }, 422);
    const [done, still] = await send(
      'password',
      { newPassword: 'Lantern-Harbour-1!' },
      { newPassword: 'Lantern-Harbour-2!' },
      200,
    );
    expect([done.status, still.status]).toEqual(['succeeded', 'succeeded']);
    await send('worked', { worked: true }, { worked: false }, 200);
    await eventually(async () => (await person.signIn(user, 'Lantern-Harbour-1!')).status === 201);
  });

  it('makes closing twice closing once', async () => {
    for (const path of ['cancel', 'contact-administrator']) {
      const recovery = await person.started(user);
      const key = randomUUID();
      expect((await recovery.post(path, {}, key)).status).toBe(200);
      expect((await recovery.post(path, {}, key)).status).toBe(200);
      expectProblem(await recovery.post(path), 409, 'recovery-closed');
    }
  });

  describe('of sign-ins', () => {
    const sessions = '/api/v1/sessions';
    const right = { username: user, password: 'Lantern-Harbour-1!' };
    const wrongPass = { username: user, temporaryAccessPass: '1234567890' };
    const nobody = 'nobody.at.all@contoso.example';

    it.each([
      ['a wrong password', { username: user, password: 'Wrong-Harbour-1!' }],
      ['the password of nobody', { username: nobody, password: 'Wrong-Harbour-1!' }],
      ['a pass where there is none', wrongPass],
      ['the pass of nobody', { ...wrongPass, username: nobody }],
    ])('takes no other body after %s, and tells no difference', async (_, first) => {
      for (const other of [
        right,
        { ...wrongPass, temporaryAccessPass: '0987654321' },
        { ...right, username: nobody },
      ]) {
        await person.resetLimits();
        const key = randomUUID();
        for (let n = 0; n < 2; n++) expectProblem(await person.post(sessions, first, { key }), 401, 'sign-in-failed');
        expectProblem(await person.post(sessions, other, { key }), 422, 'idempotency-key-reused');
      }
    });

    it('takes no other body after one that signed in, and gives the same session again', async () => {
      const key = randomUUID();
      const first = await person.post(sessions, right, { key });
      expect(first.status).toBe(201);
      expectProblem(await person.post(sessions, wrongPass, { key }), 422, 'idempotency-key-reused');
      expect((await person.post(sessions, right, { key })).body.token).toBe(first.body.token);
    });
  });

  it('takes no other body after midnight either, and answers the same one as before', async () => {
    const now = new Date((await person.advance('PT1S')).body.now as string);
    const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
    await person.advance(`PT${Math.ceil((midnight - now.getTime()) / 1000) + 86_400 - 300}S`);
    const recovery = await person.started(user);
    const key = randomUUID();
    const issued = await recovery.challenge(address, key);
    const start = { username: user, reason: 'forgot-password', ...(await person.captcha(user)) };
    const startKey = randomUUID();
    const started = await person.post('/api/v1/recoveries', start, { key: startKey });
    expect([issued.status, started.status]).toEqual([202, 201]);
    await person.advance('PT6M');
    expect((await recovery.challenge(address, key)).body).toEqual(issued.body);
    expectProblem(await recovery.challenge('another@home.example', key), 422, 'idempotency-key-reused');
    // An hour after midnight the day's key is gone; bodies are compared all the same.
    await person.advance('PT20H');
    const other = { ...start, reason: 'account-locked' };
    const late = await person.post('/api/v1/recoveries', other, { key: startKey });
    expectProblem(late, 422, 'idempotency-key-reused');
    expect((await person.post('/api/v1/recoveries', start, { key: startKey })).body.recoveryId).toBe(
      started.body.recoveryId,
    );
  });
});
