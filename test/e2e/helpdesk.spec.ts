import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Answer, type Any } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';
const first = 'Correct-Horse-1!';

/** The caller's own mailbox, which the member cannot see. */
class Caller {
  constructor(
    readonly person: Person,
    readonly mailbox: string,
  ) {}

  word = () => this.#newest(/\n\n {4}([a-z]+ [a-z]+)\n/);
  pass = () => this.#newest(/\n\n {4}([\d ]{10,})\n/);

  #newest = (pattern: RegExp): Promise<string> =>
    eventually(async () => {
      for (const { text } of await this.person.mails(this.mailbox)) {
        const [, found] = pattern.exec(text) ?? [];
        if (found) return found;
      }
      return undefined;
    });
}

describe('the helpdesk', () => {
  let product: Product;
  let person: Person;
  let member: Administrator;
  let caller: Caller;
  let accountId: string;
  const answers: string[] = [];

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    caller = new Caller(person, address);
    member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
  });
  beforeEach(async () => {
    await person.resetLimits();
    await person.request('DELETE', '/outside/api/mail');
  });
  afterAll(() => product.remove());

  /** What the member's screen showed, kept for the scan at the end. */
  const seen = async (answer: Promise<Answer<Any>>): Promise<Answer<Any>> => {
    const shown = await answer;
    answers.push(shown.text, JSON.stringify([...shown.headers]));
    return shown;
  };
  const ask = (path: string, body: unknown = {}, key: string = randomUUID(), who = member) =>
    seen(who.post(`/helpdesk/users/${path}`, body, { key }));
  const find = (by: object) => ask('search', by);
  const show = () => seen(member.get(`/helpdesk/users/${accountId}`));
  const signIn = (temporaryAccessPass: string, key: string = randomUUID(), username = user) =>
    person.post('/api/v1/sessions', { username, temporaryAccessPass }, { key });

  async function opened(): Promise<{ path: string; methodId: string }> {
    const { body } = await ask(`${accountId}/cases`);
    const contacts = (await show()).body.contacts as { methodId: string; method: string }[];
    return {
      path: `${accountId}/cases/${body.caseId}`,
      methodId: contacts.find((c) => c.method === 'email')!.methodId,
    };
  }

  async function verified(): Promise<{ path: string; methodId: string }> {
    const opening = await opened();
    expect((await ask(`${opening.path}/word`, { methodId: opening.methodId })).status).toBe(202);
    const answer = await ask(`${opening.path}/word/answer`, { word: await caller.word() });
    expect(answer.status).toBe(200);
    return opening;
  }

  it('finds people of its own tenant by name or support code, and shows little of them', async () => {
    const refused = await person.start('no.methods@contoso.example');
    const byCode = await eventually(async () => {
      const found = await find({ supportCode: (refused.body.supportCode as string).toLowerCase() });
      return found.status === 200 && found.body;
    });
    expect(byCode).toMatchObject({
      ...{ username: 'no.methods@contoso.example', eligible: false, reason: 'too-few-methods', contacts: [] },
      lastRecovery: { outcome: { result: 'failed', reason: 'too-few-methods' } },
    });
    const byName = await find({ username: 'Cloud.User@CONTOSO.example' });
    expect(byName).toMatchObject({ status: 200, body: { canAssist: true, eligible: true, blocks: [] } });
    expect(byName.body.contacts[0]).toEqual({ methodId: expect.any(String), method: 'email', hint: 'c•••••' });
    accountId = byName.body.accountId as string;

    const other = [
      { username: 'cloud.user@northwind.example' },
      { username: 'nobody@contoso.example' },
      { supportCode: 'AAAAA-AAAAA' },
    ];
    for (const by of other) expect(await find(by)).toMatchObject({ status: 404, body: { code: 'not-found' } });
    for (const by of [{}, { username: user, supportCode: 'x' }, { username: [user] }, { username: { $gt: '' } }]) {
      expect((await find(by)).status).toBe(400);
    }
  });

  it('is not for everybody', async () => {
    const ordinary = (await person.signIn('outside.group@contoso.example', first)).body.token as string;
    const path = '/api/v1/helpdesk/users/search';
    expect((await person.post(path, { username: user })).status).toBe(401);
    expect((await person.post(path, { username: user }, { token: ordinary })).status).toBe(403);
    const auditor = await Administrator.signIn(product.url, 'auditor@contoso.example');
    expect((await auditor.post('/helpdesk/users/search', { username: user })).status).toBe(403);
    for (const name of ['admin', 'authentication.admin', 'helpdesk']) {
      const found = await find({ username: `${name}@contoso.example` });
      expect(found.body).toMatchObject({ canAssist: false, contacts: [] });
      expect(await ask(`${found.body.accountId}/cases`)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    }
    expect((await ask(`${randomUUID()}/cases`)).status).toBe(404);
  });

  it('sends nothing to a caller who has not read out the word', async () => {
    const { path, methodId } = await opened();
    const denied = { status: 403, body: { code: 'caller-not-verified' } };
    expect(await ask(`${path}/pass`, { methodId })).toMatchObject(denied);
    expect(await ask(`${path}/lift-blocks`)).toMatchObject(denied);
    expect((await ask(`${path}/word/answer`, { word: 'apple river' })).body.code).toBe('challenge-not-current');
    expect((await ask(`${path}/word`, { methodId: randomUUID() })).body.code).toBe('method-not-available');
    expect(await person.mails(address)).toEqual([]);
  });

  it('the word is read out, and answers no challenge; a code of a challenge is no word', async () => {
    const { path, methodId } = await opened();
    const key = randomUUID();
    const sent = await ask(`${path}/word`, { methodId }, key);
    expect(await ask(`${path}/word`, { methodId }, key)).toMatchObject({ status: 202, body: sent.body });
    const word = await caller.word();
    const [mail] = await person.mails(address);
    expect(mail!.text).toContain('Only read this to your helpdesk');
    expect(mail!.subject).not.toContain(word);

    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    const code = await recovery.codeFrom(address);
    expect((await recovery.answer(challengeId, word)).body.code).toBe('challenge-failed');
    const wrong = await ask(`${path}/word/answer`, { word: code });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'challenge-failed', triesLeft: 4 } });
    expect((await recovery.post('cancel')).status).toBe(200);

    const answerKey = randomUUID();
    const spoken = word.toUpperCase().replace(' ', ' - ');
    const known = await ask(`${path}/word/answer`, { word: spoken }, answerKey);
    expect(known).toMatchObject({ status: 200, body: { verifiedUntil: expect.any(String) } });
    expect(await ask(`${path}/word/answer`, { word: spoken }, answerKey)).toMatchObject({
      status: 200,
      body: known.body,
    });
    expect((await ask(`${path}/word/answer`, { word }, answerKey)).body.code).toBe('idempotency-key-reused');
    expect((await ask(`${path}/word/answer`, { word })).body.code).toBe('challenge-not-current');
  });

  it('another member cannot go on with the case', async () => {
    const { path, methodId } = await verified();
    const other = await Administrator.signIn(product.url, 'authentication.admin@contoso.example');
    const refused = await ask(`${path}/pass`, { methodId }, randomUUID(), other);
    expect(refused).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
  });

  it('F15: the pass opens the change of the password and nothing else, once', async () => {
    const { path, methodId } = await verified();
    const key = randomUUID();
    const issued = await ask(`${path}/pass`, { methodId }, key);
    expect(issued).toMatchObject({ status: 202, body: { expiresAt: expect.any(String) } });
    expect(await ask(`${path}/pass`, { methodId }, key)).toMatchObject({ body: issued.body });
    const pass = await caller.pass();

    expect(await signIn('0000000000')).toMatchObject({ status: 401, body: { code: 'sign-in-failed' } });
    expect((await signIn(pass, randomUUID(), 'outside.group@contoso.example')).status).toBe(401);
    expect((await person.signIn(user, pass)).status).toBe(401);
    const both = { username: user, password: first, temporaryAccessPass: pass };
    expect((await person.post('/api/v1/sessions', both)).status).toBe(400);
    expect((await person.post('/api/v1/sessions', { username: user })).status).toBe(400);

    // Parallel use, each with a key of its own: one gets in.
    const tries = await Promise.all(Array.from({ length: 4 }, () => signIn(pass)));
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401]);
    const { token, next } = tries.find(({ status }) => status === 201)!.body;
    expect(next).toBe('change-password');
    expect((await signIn(pass)).status).toBe(401);
    // The old password still signs in: a pass alone changes nothing.
    expect((await person.signIn(user, first)).status).toBe(201);

    expect((await person.get('/api/v1/me/methods', { token })).body.code).toBe('session-limited');
    const reused = await person.post('/api/v1/me/password', { newPassword: first }, { token });
    expect(reused).toMatchObject({ status: 422, body: { code: 'password-rejected', reasons: ['used-before'] } });
    const changed = await person.post('/api/v1/me/password', { newPassword: 'Helped-Lantern-91!' }, { token });
    expect(changed.status).toBe(200);
    expect((await person.get('/api/v1/me', { token })).status).toBe(401);
    expect((await person.get('/api/v1/me', { token: changed.body.token as string })).status).toBe(200);
    expect((await person.signIn(user, 'Helped-Lantern-91!')).status).toBe(201);
    expect((await person.signIn(user, first)).status).toBe(401);
    const ordinary = changed.body.token as string;
    const without = await person.post('/api/v1/me/password', { newPassword: 'Any-Lantern-92!' }, { token: ordinary });
    expect(without).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    await eventually(async () => (await person.mails(address)).some(({ subject }) => /was changed/.test(subject)));
  });

  it('a sign-in whose answer was lost is given again', async () => {
    const { path, methodId } = await verified();
    await ask(`${path}/pass`, { methodId });
    const [pass, key] = [await caller.pass(), randomUUID()];
    const opened = await signIn(pass, key);
    expect(await signIn(pass, key)).toMatchObject({ status: 201, body: opened.body });
  });

  it('failing tries at a pass are limited, and the pass dies after an hour', async () => {
    await person.advance('PT24H');
    member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const { path, methodId } = await verified();
    await ask(`${path}/pass`, { methodId });
    const pass = await caller.pass();
    for (let n = 0; n < 5; n++) expect((await signIn(`000000000${n}`)).status).toBe(401);
    expect((await signIn(pass)).status).toBe(401);

    await person.request('DELETE', '/outside/api/mail');
    await ask(`${path}/pass`, { methodId });
    const next = await caller.pass();
    expect(next).not.toBe(pass);
    await person.advance('PT60M');
    expect((await signIn(next)).status).toBe(401);
  });

  it('five wrong words a day, and no more, even at once', async () => {
    await person.advance('PT24H');
    member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const { path, methodId } = await opened();
    await ask(`${path}/word`, { methodId });
    const word = await caller.word();
    const guesses = await Promise.all(
      Array.from({ length: 12 }, (_, n) => ask(`${path}/word/answer`, { word: `guess number${n}` })),
    );
    expect(guesses.filter(({ status }) => status === 422)).toHaveLength(5);
    const blocked = await ask(`${path}/word/answer`, { word });
    expect(blocked).toMatchObject({ status: 403, body: { code: 'blocked', blockedUntil: expect.any(String) } });
  });

  it('word and pass go by text message as well', async () => {
    await person.advance('PT25H');
    member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const { path } = await opened();
    const contacts = (await show()).body.contacts as { methodId: string; method: string; hint: string }[];
    const phone = contacts.find(({ method }) => method === 'sms')!;
    expect(phone.hint).toBe('•••••01');
    const texts = async (pattern: RegExp) =>
      eventually(async () => {
        const { body } = await person.get('/outside/api/sms?to=%2B819000000001');
        for (const { text } of body as { text: string }[]) {
          const [, found] = pattern.exec(text) ?? [];
          if (found) return found;
        }
        return undefined;
      });
    await ask(`${path}/word`, { methodId: phone.methodId });
    const word = await texts(/"([a-z]+ [a-z]+)"/);
    expect((await ask(`${path}/word/answer`, { word })).status).toBe(200);
    await ask(`${path}/pass`, { methodId: phone.methodId });
    expect((await signIn(await texts(/^(\d{10}) is/))).status).toBe(201);
  });

  it('lifts what holds somebody up', async () => {
    await person.advance('PT25H');
    member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    for (let n = 0; n < 5; n++) await recovery.answer(challengeId, `0000000${n}`);
    expect((await show()).body).toMatchObject({ blocks: [{ family: 'email', until: expect.any(String) }] });
    expect((await person.started(user)).view.methods.map(({ method }) => method)).not.toContain('email');
    const { path } = await verified();
    for (const reason of ['', '  ', 'x'.repeat(501), ['x']]) {
      expect((await ask(`${path}/lift-blocks`, { reason })).status).toBe(400);
    }
    const bare = await member.request('POST', `/helpdesk/users/${path}/lift-blocks`);
    expect(bare.status).toBe(204);
    expect((await ask(`${path}/lift-blocks`, { reason: 'mistyped the code' })).status).toBe(204);
    expect((await show()).body).toMatchObject({ eligible: true, blocks: [] });
    expect((await person.started(user)).view.methods.map(({ method }) => method)).toContain('email');
  });

  it('five passes a day, by mail and text message together', async () => {
    const name = 'two.methods@contoso.example';
    const found = await find({ username: name });
    const { accountId: id } = found.body;
    const { body: opening } = await ask(`${id}/cases`);
    const path = `${id}/cases/${opening.caseId}`;
    const { body: shown } = await seen(member.get(`/helpdesk/users/${id}`));
    const methodId = shown.contacts[0].methodId as string;
    const sent = (what: string) => ask(`${path}/${what}`, { methodId });
    expect((await sent('word')).status).toBe(202);
    const word = await new Caller(person, 'two.methods@contoso.home.example').word();
    expect((await ask(`${path}/word/answer`, { word })).status).toBe(200);
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await sent('pass')).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
  });

  it('F14: no answer to a member ever held a word, a pass, a code, an address or a number', async () => {
    await person.request('DELETE', '/outside/api/mail');
    const { path, methodId } = await opened();
    await ask(`${path}/word`, { methodId });
    const word = await caller.word();
    await ask(`${path}/word/answer`, { word });
    await ask(`${path}/pass`, { methodId });
    const pass = await caller.pass();
    await show();
    const canaries = [
      word,
      word.replace(' ', ''),
      pass,
      pass.replaceAll(' ', ''),
      address,
      '+81 9000000001',
      '9000000001',
    ];
    expect(answers.length).toBeGreaterThan(80);
    for (const canary of canaries) expect(answers.filter((text) => text.includes(canary))).toEqual([]);
    expect(answers.filter((text) => /\b\d{8}\b|\b\d{10}\b/.test(text.replace(caseNames, '')))).toEqual([]);
  });
});

/** Ids, and numbers of cases, which are made of them. */
const caseNames = /[0-9a-f]{8}-[0-9a-f-]{27}|"caseNumber":"[0-9a-f]+"/g;
