import { createHmac } from 'node:crypto';
import { PersonAt } from '../support/elsewhere';
import { codeIn, eventually, Person, Recovery, type Answer, type Any, type CaughtMail } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

describe('proving who one is', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product.remove());

  const mailedAfter = (mailbox: string, seen: readonly CaughtMail[]): Promise<CaughtMail> =>
    eventually(async () => {
      const known = new Set(seen.map(({ messageId }) => messageId));
      return (await person.mails(mailbox)).find((mail) => codeIn(mail) && !known.has(mail.messageId));
    });

  it('R3: with the mail server away, a name with an account is answered like one without', async () => {
    await person.faults({ down: true });
    const logs = [];
    for (const username of ['one.method@northwind.example', 'nobody.at.all@northwind.example']) {
      const recovery = await person.started(username);
      const tried = await recovery.challenge('guess@mail.example');
      logs.push([Object.keys(recovery.view), tried.status, tried.body.code, (await recovery.get()).body.status]);
    }
    await person.faults({ down: false });
    expect(logs[1]).toEqual(logs[0]);
  });

  it('R7: however a name is spelled, its failures are counted together', async () => {
    const spellings = ['CLOUD.USER@contoso.example', ' cloud.user@contoso.example', 'ｃｌｏｕｄ.user@contoso.example'];
    const spelled = [...spellings, 'cloud.u\u00adser@contoso.example', 'Cloud.User@Contoso.Example'];
    const stranger = new PersonAt(product.url, '127.9.0.1');
    const start = async (username: string): Promise<Answer<Any>> => {
      const solved = await stranger.captcha(username, person);
      return stranger.post('/api/v1/recoveries', { username, reason: 'forgot-password', ...solved });
    };
    for (const username of spelled) {
      const started = await start(username);
      expect([username, started.status]).toEqual([username, 201]);
      await new Recovery(stranger, started.body).challenge('guess@mail.example');
    }
    for (const username of [user, spelled[0]!]) {
      expect(await start(username)).toMatchObject({ status: 403, body: { code: 'blocked' } });
    }
  });

  it('R10: the mail goes to the address on record, not to the one that was typed', async () => {
    const before = await person.mails(address);
    const recovery = await person.started(user);
    expect((await recovery.challenge('CLOUD.USER@contoso.home.example ')).status).toBe(202);
    expect((await mailedAfter(address, before)).to).toEqual([address]);
  });

  it('T13: what is no code is not looked at, and costs no try', async () => {
    const recovery = await person.started(user);
    const { challengeId } = (await recovery.challenge(address)).body;
    const path = `challenges/${challengeId}/answer`;
    for (const code of ['1'.repeat(33), ['00000000'], { $ne: '' }, 0, true, null, '']) {
      expect(await recovery.post(path, { code })).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    }
    expect(await recovery.post(path, { code: 'x' })).toMatchObject({ status: 422, body: { triesLeft: 4 } });
  });

  it('T17: a JSON Web Token opens nothing, unsigned or signed', async () => {
    const recovery = await person.started(user);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = part({ sub: recovery.view.recoveryId, aud: product.url, exp: 4_102_444_800 });
    const signed = `${part({ alg: 'HS256' })}.${claims}`;
    const mac = createHmac('sha256', '').update(signed).digest('base64url');
    const [id] = recovery.token.split('.');
    for (const token of [`${part({ alg: 'none' })}.${claims}.`, `${signed}.${mac}`, `${id}.`, `${id}.${mac}`]) {
      for (const path of [recovery.path, '/api/v1/me']) expect((await person.get(path, { token })).status).toBe(401);
    }
    expect((await recovery.get()).status).toBe(200);
  });

  it('F7: a code by mail is a step of a recovery and no second factor at sign-in', async () => {
    const [username, mailbox] = ['admin@contoso.example', 'admin@contoso.home.example'];
    const before = await person.mails(mailbox);
    const recovery = await person.started(username);
    const challengeId = await recovery.challenged(mailbox);
    const code = codeIn(await mailedAfter(mailbox, before))!;
    const wish = { username, password: 'Correct-Horse-1!', code };
    expect(await person.post('/api/v1/sessions', wish)).toMatchObject({
      status: 401,
      body: { code: 'sign-in-failed' },
    });
    expect((await recovery.answer(challengeId, code)).status).toBe(200);
  });

  it('F1, A1: a reset signs nobody in, and the second factor is asked for as before', async () => {
    const [username, mailbox] = ['authentication.admin@contoso.example', 'authentication.admin@contoso.home.example'];
    const before = await person.mails(mailbox);
    const recovery = await person.started(username);
    const challengeId = await recovery.challenged(mailbox);
    const answers: Answer<Any>[] = [];
    answers.push(await recovery.answer(challengeId, codeIn(await mailedAfter(mailbox, before))!));
    const app = await recovery.post('challenges', { method: 'app-code' });
    const { body } = await person.get(`/outside/api/totp?user=${username}`);
    answers.push(await recovery.answer(app.body.challengeId as string, body.code as string));
    answers.push(await recovery.password('Lantern-Of-Office-3!'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers[2]!.body.status).toBe('succeeded');
    for (const { headers, text } of answers) {
      expect(headers.get('set-cookie')).toBeNull();
      expect(text).not.toMatch(/"(token|sessionId|sessionToken)"/);
    }
    expect((await person.get('/api/v1/me', { token: recovery.token })).status).toBe(401);
    expect(await person.signIn(username, 'Lantern-Of-Office-3!')).toMatchObject({
      status: 401,
      body: { code: 'second-factor-required' },
    });
  });
});
