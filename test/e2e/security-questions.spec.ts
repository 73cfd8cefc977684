import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { Person, type Answer, type Any, type Recovery } from '../support/journey';
import { steppedUp } from '../support/phone';
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
    const typed = { code: await recovery.codeFrom(address) };
    const passing = { token: recovery.token, key: randomUUID(), headers: { 'accept-language': 'ja' } };
    const pass = () => person.post(`${recovery.path}/challenges/${mailed}/answer`, typed, passing);
    const view = await pass();
    expect(view.body.methods.map(({ method }: Any) => method)).toEqual(['app-code', 'security-questions']);

    const { status, body } = await recovery.post('challenges', { method: 'security-questions' });
    expect([status, body.questions.length]).toEqual([202, 3]);
    expect((await recovery.get()).body.challenge.questions).toEqual(body.questions);
    // A request that is repeated late is read by the same person.
    expect((await pass()).body.challenge.questions[0].text).toMatch(/？$/);
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

  describe('of the organisation’s own', () => {
    const username = 'cloud.user@contoso.example';
    const custom = ['Which meeting room did you sit in first?', `Which of these is yours: ${'x, '.repeat(58)}y`];
    const answerTo = (questionId: string): string => `harbour of ${questionId.slice(-6)}`;
    let registered: Question[];

    /** By a session of its own: days pass here. */
    const rules = async (questions: object): Promise<Answer<Any>> =>
      (await Administrator.signIn(product.url)).changePolicy({ questions });

    beforeAll(async () => {
      expect((await rules({ toRegister: 5, toReset: 3, custom })).status).toBe(200);
    });
    afterAll(() => rules({ toRegister: null, toReset: null, custom: [] }));

    const asked = async (): Promise<{ recovery: Recovery; challengeId: string; questions: Question[] }> => {
      const recovery = await person.started(username);
      const { status, body } = await recovery.post('challenges', { method: 'security-questions' });
      expect(status).toBe(202);
      return { recovery, ...(body as { challengeId: string; questions: Question[] }) };
    };
    const idsOf = (questions: readonly Question[]): string[] => questions.map(({ questionId }) => questionId);
    /** Draws are random: one in ten is the same as the one before. */
    const untilAnother = async (before: readonly string[], next: () => Promise<string[]>): Promise<void> => {
      for (let n = 0; n < 12; n++) if (JSON.stringify(await next()) !== JSON.stringify(before)) return;
      throw new Error(`twelve times the same set: ${before.join(', ')}`);
    };

    it('of 3 to 200 characters and 20 at most stand beside the others', async () => {
      const wrong = [['No'], ['x'.repeat(201)], Array.from({ length: 21 }, (_, n) => `Question ${n}?`)];
      for (const one of wrong) {
        const refused = await rules({ custom: one });
        expect(refused).toMatchObject({ status: 422, body: { code: 'policy-invalid', field: 'questions.custom' } });
      }
      expect(custom[1]).toHaveLength(200);
      const { body: session } = await person.signIn(username, 'Correct-Horse-1!');
      const token = session.token as string;
      const { body: choice } = await person.get('/api/v1/me/methods/questions', { token });
      expect([choice.toRegister, choice.questions.length]).toEqual([5, 37]);
      expect(choice.questions.slice(0, 2).map(({ text }: Question) => text)).toEqual(custom);

      await steppedUp(person, token, username);
      registered = (choice.questions as Question[]).slice(0, 5);
      const register = (of: readonly Question[]) =>
        person.post('/api/v1/me/methods/questions', given(of, idsOf(of).map(answerTo)), { token });
      expect((await register(registered.slice(0, 4))).body).toMatchObject({ code: 'answers-unfit', why: 'count' });
      expect((await register(registered)).status).toBe(200);
    });

    it('three of the five are asked, the same until they are answered or a day is over', async () => {
      // Questions are no contact, so they need not cool off.
      const first = await asked();
      expect(first.questions).toHaveLength(3);
      for (const { questionId, text } of first.questions) {
        expect(registered).toContainEqual({ questionId, text });
      }
      const drawn = idsOf(first.questions);
      await first.recovery.post('cancel');
      await person.advance('PT23H50M');
      const second = await asked();
      expect(idsOf(second.questions)).toEqual(drawn);
      // Dropped by the organisation, it is still asked of those who answered it.
      await rules({ custom: [] });
      expect((await asked()).questions).toEqual(first.questions);
      await rules({ custom });

      await untilAnother(drawn, async () => {
        await person.advance('PT24H1M');
        const next = await asked();
        await next.recovery.post('cancel');
        return idsOf(next.questions);
      });
    });

    it('wrong answers count, whatever the recovery; the right ones bring the next set, of as many as the policy says', async () => {
      const one = await asked();
      const wrong = given(one.questions, ['no', 'nope', 'never']);
      const answer = (of: typeof one, body: unknown) => of.recovery.post(`challenges/${of.challengeId}/answer`, body);
      for (const triesLeft of [4, 3]) {
        expect(await answer(one, wrong)).toMatchObject({ status: 422, body: { code: 'challenge-failed', triesLeft } });
      }
      const two = await asked();
      expect(idsOf(two.questions)).toEqual(idsOf(one.questions));
      for (let n = 0; n < 3; n++) await answer(two, wrong);
      expect(await answer(two, wrong)).toMatchObject({ status: 403, body: { code: 'blocked' } });

      await person.advance('PT25H');
      const three = await asked();
      await rules({ toReset: 4 });
      const right = given(three.questions, idsOf(three.questions).map(answerTo));
      expect((await answer(three, right)).body).toMatchObject({ status: 'choosing-password' });
      expect((await three.recovery.password('Lantern-Harbour-7!')).body.status).toBe('succeeded');
      expect((await asked()).questions).toHaveLength(4);
    });
  });
});
