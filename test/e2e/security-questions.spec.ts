import { randomUUID } from 'node:crypto';
import { Person, type Any } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const answers = ['blue one', 'blue two', 'blue three'];
type Question = { questionId: string; text: string };

describe('security questions', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(async () => {
    await person.advance('PT73H');
    await person.resetLimits();
    await person.request('DELETE', '/outside/api/mail');
  });
  afterAll(() => product.remove());

  const given = (questions: readonly Question[], texts: readonly string[]) => ({
    answers: questions.map(({ questionId }, n) => ({ questionId, answer: texts[n] })),
  });

  it('F6: are the second of two gates, and not shown before the first is passed', async () => {
    const [user, address] = ['two.methods@northwind.example', 'two.methods@northwind.home.example'];
    const recovery = await person.started(user);
    expect(recovery.view.methods.map(({ method }) => method)).toEqual(['email', 'app-code']);
    expect(await recovery.post('challenges', { method: 'security-questions' })).toMatchObject({
      status: 422,
      body: { code: 'method-not-available' },
    });
    const mailed = await recovery.challenged(address);
    const view = await recovery.answer(mailed, await recovery.codeFrom(address));
    expect(view.body.methods.map(({ method }: Any) => method)).toEqual(['app-code', 'security-questions']);

    const { status, body } = await recovery.post('challenges', { method: 'security-questions' });
    expect([status, body.questions.length]).toEqual([202, 3]);
    expect((await recovery.get()).body.challenge.questions).toEqual(body.questions);
    const answered = (texts: readonly string[]) =>
      recovery.post(`challenges/${body.challengeId}/answer`, given(body.questions, texts));
    expect(await answered(['blue one', 'blue two', 'red three'])).toMatchObject({
      status: 422,
      body: { code: 'challenge-failed', triesLeft: 4 },
    });
    expect((await recovery.post(`challenges/${body.challengeId}/answer`, { code: '12345678' })).status).toBe(400);
    expect((await answered(['blue one'])).status).toBe(400);
    // In another width, case and spacing.
    expect(await answered(['ＢＬＵＥ　ONE', ' Blue  Two', 'bluethree'])).toMatchObject({
      status: 200,
      body: { status: 'choosing-password' },
    });
    expect((await recovery.password('Lantern-Harbour-1!')).status).toBe(200);
  });

  it('alone where the policy says so; the set stays until it is answered', async () => {
    const user = 'two.methods@contoso.example';
    const ask = async (headers: Record<string, string> = {}) => {
      const recovery = await person.started(user);
      const answer = await person.post(
        `${recovery.path}/challenges`,
        { method: 'security-questions' },
        { token: recovery.token, headers },
      );
      expect(answer.status).toBe(202);
      return { recovery, ...(answer.body as { challengeId: string; questions: Question[] }) };
    };
    const first = await ask();
    const wrong = await first.recovery.post(`challenges/${first.challengeId}/answer`, given(first.questions, []));
    expect(wrong.status).toBe(400);
    const red = given(first.questions, ['red one', 'red two', 'red three']);
    expect((await first.recovery.post(`challenges/${first.challengeId}/answer`, red)).body.triesLeft).toBe(4);
    const second = await ask({ 'accept-language': 'fr, ja;q=0.8, en;q=0.5' });
    expect(second.questions.map(({ questionId }) => questionId)).toEqual(
      first.questions.map(({ questionId }) => questionId),
    );
    expect(second.questions[0]!.text).toMatch(/？$/);
    expect(first.questions[0]!.text).toMatch(/\?$/);
    const key = randomUUID();
    const right = () =>
      second.recovery.post(`challenges/${second.challengeId}/answer`, given(second.questions, answers), key);
    expect((await right()).body).toMatchObject({ status: 'choosing-password' });
    expect((await right()).status).toBe(200);
  });

  it('wrong answers block like wrong codes', async () => {
    const recovery = await person.started('two.methods@contoso.example');
    const { body } = await recovery.post('challenges', { method: 'security-questions' });
    const wrong = given(body.questions, ['a a a', 'b b b', 'c c c']);
    const answer = () => recovery.post(`challenges/${body.challengeId}/answer`, wrong);
    for (let n = 0; n < 4; n++) expect((await answer()).status).toBe(422);
    expect(await answer()).toMatchObject({ status: 403, body: { code: 'blocked' } });
    const view = (await recovery.get()).body;
    expect(view.methods.find(({ method }: Any) => method === 'security-questions').blockedUntil).toBeDefined();
  });

  it('F4: never for administrators', async () => {
    const recovery = await person.started('admin@contoso.example');
    expect(recovery.view.methods.map(({ method }) => method)).not.toContain('security-questions');
    const totp = await person.get('/outside/api/totp?user=helpdesk@contoso.example');
    const { body: session } = await person.post('/api/v1/sessions', {
      username: 'helpdesk@contoso.example',
      password: 'Correct-Horse-1!',
      code: totp.body.code,
    });
    const { body: own } = await person.get('/api/v1/me/methods', { token: session.token });
    expect(own.registrable).not.toContain('security-questions');
  });

  it('are registered with their answers, once each, and told to nobody afterwards', async () => {
    const username = 'no.methods@contoso.example';
    const { body: session } = await person.signIn(username, 'Correct-Horse-1!');
    const token = session.token as string;
    const { body: choice } = await person.get('/api/v1/me/methods/questions', { token });
    expect([choice.toRegister, choice.questions.length]).toEqual([3, 35]);
    const pick = choice.questions.slice(10, 13) as Question[];
    const register = (body: unknown) => person.post('/api/v1/me/methods/questions', body, { token });
    expect(await register(given(pick, ['one', 'ｏｎｅ', 'three']))).toMatchObject({
      status: 422,
      body: { code: 'answers-unfit', why: 'answer-twice', questionId: pick[1]!.questionId },
    });
    expect((await register(given(pick.slice(1), ['one', 'two']))).body.why).toBe('count');
    const done = await register(given(pick, ['first light', 'second light', 'third light']));
    expect(done).toMatchObject({ status: 200, body: { methods: [{ method: 'security-questions' }], missing: 0 } });
    expect((await person.get('/api/v1/me/methods', { token })).text).not.toMatch(/light/);

    const recovery = await person.started(username);
    const { body } = await recovery.post('challenges', { method: 'security-questions' });
    expect(body.questions.map(({ questionId }: Question) => questionId)).toEqual(
      pick.map(({ questionId }) => questionId),
    );
    const right = given(body.questions, ['First Light', 'Second Light', 'Third Light']);
    const view = await recovery.post(`challenges/${body.challengeId}/answer`, right);
    expect(view.body.status).toBe('choosing-password');
    expect(product.output()).not.toMatch(/light/i);
  });
});
