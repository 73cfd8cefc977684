import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { notMeLink, tokenOf } from '../support/not-me';
import { eventually, Person } from '../support/journey';
import { steppedUp } from '../support/phone';
import { startProduct, type Product } from '../support/product';

const user = 'two.methods@contoso.example';
const address = 'two.methods@contoso.home.example';
const first = 'Correct-Horse-1!';
const stolen = 'Stolen-Lantern-71!';

describe('"this was not me"', () => {
  let product: Product;
  let person: Person;
  let link: string;
  let session: string;
  const notMe = '/api/v1/not-me';

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    await resetByMail(stolen);
    session = (await person.signIn(user, stolen)).body.token as string;
    link = await notMeLink(person, address, 'was reset');
  });
  afterAll(() => product.remove());

  async function resetByMail(newPassword: string) {
    await person.request('DELETE', '/outside/api/mail');
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    await recovery.answer(challengeId, await recovery.codeFrom(address));
    expect((await recovery.password(newPassword)).body.status).toBe('succeeded');
    return recovery;
  }
  const appCode = async () => (await person.get(`/outside/api/totp?user=${user}`)).body.code as string;
  const token = () => tokenOf(link);
  const me = async () => (await person.get('/api/v1/me', { token: session })).status;

  it('A4: every security notice says what to do, with a link of its own', async () => {
    expect(link).toMatch(new RegExp(`^${product.url}/not-me#[\\w-]{112}$`));
    const wish = { currentPassword: stolen, newPassword: 'Second-Lantern-72!' };
    const changed = await person.post('/api/v1/me/password', wish, { token: session });
    expect(changed.status).toBe(200);
    // T14: the first link died with the password it was about.
    expect(await person.get(notMe, { token: token() })).toMatchObject({
      status: 401,
      body: { code: 'not-me-invalid' },
    });
    session = changed.body.token as string;
    link = await notMeLink(person, address, 'was changed');
    expect((await person.get(notMe, { token: token() })).body).toMatchObject({ what: 'password-was-changed' });
    // Again by mail, as a thief would who holds the mailbox.
    await resetByMail(stolen);
    session = (await person.signIn(user, stolen)).body.token as string;
    link = await eventually(async () => {
      const newer = await notMeLink(person, address, 'was reset');
      return (await person.get(notMe, { token: tokenOf(newer) })).status === 200 && newer;
    });
  });

  it('T21: opening the link shows what it is about and changes nothing', async () => {
    for (let n = 0; n < 3; n++) {
      const shown = await person.get(notMe, { token: token() });
      expect(shown).toMatchObject({
        status: 200,
        body: { what: 'password-was-reset', organisation: 'Contoso', account: 't•••••@contoso.example' },
      });
      expect(shown.headers.get('referrer-policy')).toBe('no-referrer');
      expect(shown.body.usedAt).toBeUndefined();
    }
    const head = { method: 'HEAD', headers: { authorization: `Bearer ${token()}` } };
    expect((await fetch(product.url + notMe, head)).status).toBe(200);
    expect(await me()).toBe(200);
  });

  it.each([undefined, 'x', 'A'.repeat(112), '0'])('answers alike for what is no token: %j', async (bad) => {
    for (const method of ['GET', 'POST']) {
      const answer = await person.request(method, notMe, undefined, bad === undefined ? {} : { token: bad });
      expect(answer).toMatchObject({ status: 401, body: { code: 'not-me-invalid' } });
    }
    expect((await person.get(`${notMe}?token=${token()}`)).status).toBe(401);
    expect((await person.post(notMe, { token: token() })).status).toBe(401);
  });

  it('acting ends every session and voids the password', async () => {
    const underWay = await person.started(user);
    const challenged = await underWay.post('challenges', { method: 'app-code' });
    const key = randomUUID();
    const done = await person.post(notMe, {}, { token: token(), key });
    expect(done).toMatchObject({ status: 200, body: { caseNumber: expect.stringMatching(/^[0-9A-F]{8}$/) } });
    expect(await person.post(notMe, {}, { token: token(), key })).toMatchObject({ status: 200, body: done.body });
    expect(await me()).toBe(401);
    expect((await person.signIn(user, stolen)).status).toBe(401);
    expect((await person.signIn(user, first)).status).toBe(401);

    // T14: a recovery begun before proves nothing any more, and says why it failed.
    const late = await underWay.answer(challenged.body.challengeId, await appCode());
    expect(late.body.code).toBe('recovery-closed');
    expect((await underWay.get()).body.outcome).toEqual({ result: 'failed', reason: 'not-me' });
  });

  it('acts once, under parallel use too', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => person.post(notMe, {}, { token: token(), key: randomUUID() })),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 409, body: { code: 'not-me-used' } });
    const shown = await person.get(notMe, { token: token() });
    expect(shown).toMatchObject({ status: 200, body: { usedAt: expect.any(String) } });
  });

  it('tells the administrators, each at their own address', async () => {
    for (const name of ['admin', 'authentication.admin']) {
      const mail = await eventually(async () =>
        (await person.mails(`${name}@contoso.home.example`)).find(({ subject }) => subject.includes('this was not me')),
      );
      expect(mail.text).toContain('t•••••@contoso.example');
      expect(mail.text).not.toMatch(/not-me#/);
    }
    expect(await person.mails('helpdesk@contoso.home.example')).toEqual([]);
  });

  it('a new reset is refused by the family that was used, and works by another', async () => {
    const recovery = await person.started(user);
    const offered = recovery.view.methods.map(({ method }) => method);
    expect(offered).toContain('app-code');
    expect(offered).not.toContain('email');
    expect((await recovery.challenge(address)).body.code).toBe('method-not-available');
    await person.advance('PT1M');
    const challenged = await recovery.post('challenges', { method: 'app-code' });
    expect((await recovery.answer(challenged.body.challengeId, await appCode())).status).toBe(200);
    // What was disowned does not come back.
    expect(await recovery.password(stolen)).toMatchObject({ status: 422, body: { reasons: ['used-before'] } });
    expect((await recovery.password('Mine-Again-Lantern-73!')).body.status).toBe('succeeded');
    expect((await person.signIn(user, 'Mine-Again-Lantern-73!')).status).toBe(201);
    expect((await person.signIn(user, stolen)).status).toBe(401);
  });

  it('bars changes of the methods until it is lifted, whoever holds the disputed mailbox', async () => {
    const { body } = await person.signIn(user, 'Mine-Again-Lantern-73!');
    const token = body.token as string;
    await steppedUp(person, token, user);
    const register = { method: 'email', contact: 'thief@elsewhere.example' };
    expect(await person.post('/api/v1/me/methods', register, { token })).toMatchObject({
      status: 403,
      body: { code: 'method-changes-barred' },
    });
    const { body: own } = await person.get('/api/v1/me/methods', { token });
    for (const { methodId } of own.methods as { methodId: string }[]) {
      const removed = await person.request('DELETE', `/api/v1/me/methods/${methodId}`, undefined, { token });
      expect(removed).toMatchObject({ status: 403, body: { code: 'method-changes-barred' } });
    }
    expect(await person.mails('thief@elsewhere.example')).toEqual([]);
  });

  it('is lifted by whoever stands above, and by nobody else', async () => {
    const { body } = await person.signIn(user, 'Mine-Again-Lantern-73!');
    const { accountId } = (await person.get('/api/v1/me', { token: body.token as string })).body;
    const lift = `/helpdesk/users/${accountId}/lift-not-me`;
    expect((await person.post(`/api/v1${lift}`, {}, { token: body.token as string })).status).toBe(403);
    expect((await person.post(`/api/v1${lift}`)).status).toBe(401);
    const helpdesk = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    expect(await helpdesk.post(lift)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect((await person.started(user)).view.methods.map(({ method }) => method)).not.toContain('email');

    const administrator = await Administrator.signIn(product.url, 'authentication.admin@contoso.example');
    expect((await administrator.post(lift)).status).toBe(204);
    expect((await administrator.post(`/helpdesk/users/${randomUUID()}/lift-not-me`)).status).toBe(404);
    const recovery = await person.started(user);
    expect(recovery.view.methods.map(({ method }) => method)).toContain('email');
  });

  it('a person with no other way turns to the administrator, and the link dies after 72 hours', async () => {
    const [cloud, home] = ['cloud.user@contoso.example', 'cloud.user@contoso.home.example'];
    const reset = async (newPassword: string) => {
      const recovery = await person.started(cloud);
      const challengeId = await recovery.challenged(home);
      await recovery.answer(challengeId, await recovery.codeFrom(home, (await codes()).length - 1));
      expect((await recovery.password(newPassword)).body.status).toBe('succeeded');
    };
    const codes = async () => (await person.mails(home)).filter(({ text }) => /\d{4} \d{4}/.test(text));
    await reset('Lantern-Number-81!');
    const old = tokenOf(await notMeLink(person, home, 'was reset'));
    await person.advance('PT71H59M');
    expect((await person.get(notMe, { token: old })).status).toBe(200);
    await person.advance('PT1M');
    expect((await person.get(notMe, { token: old })).status).toBe(401);
    expect((await person.post(notMe, {}, { token: old })).status).toBe(401);
  });
});
