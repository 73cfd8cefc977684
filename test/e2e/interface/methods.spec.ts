import { expectProblem, instant, text, uuid } from '../../support/contract';
import { Administrator } from '../../support/administrators';
import { DescribedPerson } from '../../support/described';
import { eventually, type Person, Recovery, type Any } from '../../support/journey';
import { otherThan, Phone } from '../../support/phone';
import { startProduct, type Product } from '../../support/product';

const password = 'Correct-Horse-1!';
const cloud = 'cloud.user@contoso.example';
const two = 'two.methods@contoso.example';
const mobile = '+81 9000000001';

describe('the interface of each method', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new DescribedPerson(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product?.remove());

  const issued = async (recovery: Recovery, body: object): Promise<Any> => {
    const answer = await recovery.post('challenges', body);
    expect(answer).toMatchObject({ status: 202, body: { challengeId: uuid, expiresAt: instant } });
    return answer.body;
  };

  it('sms: a code of six digits at the number that was confirmed', async () => {
    const recovery = await person.started(cloud);
    expectProblem(await recovery.post('challenges', { method: 'sms' }), 400, 'invalid-request');
    expectProblem(
      await recovery.post('challenges', { method: 'sms', contact: '+81 9000000009' }),
      422,
      'contact-mismatch',
    );
    const { challengeId } = await issued(recovery, { method: 'sms', contact: mobile });
    const code = await recovery.textedCode(mobile);
    expect(await recovery.answer(challengeId, code)).toMatchObject({
      status: 200,
      body: { status: 'choosing-password' },
    });
    const [sent] = await person.texts(mobile);
    expect(sent).toMatchObject({
      to: '+819000000001',
      from: text,
      text: expect.stringContaining(code),
      receivedAt: instant,
    });
    await recovery.post('cancel');
  });

  it('mobile-call: passed by #, denied by *', async () => {
    const recovery = await person.started(cloud);
    await issued(recovery, { method: 'mobile-call', contact: mobile });
    const { callId } = await recovery.ringing(mobile);
    expect(await person.press(callId, '#')).toMatchObject({ status: 200, body: { callId, spoken: expect.any(Array) } });
    expect(
      await eventually(async () => (await recovery.get()).body.status !== 'challenged' && recovery.get()),
    ).toMatchObject({
      body: { status: 'choosing-password', gatesPassed: 1, challenge: { method: 'mobile-call', state: 'passed' } },
    });
    await recovery.post('cancel');
    await person.resetLimits();

    const denied = await person.started(cloud);
    const { challengeId } = await issued(denied, { method: 'mobile-call', contact: mobile });
    expectProblem(await denied.answer(challengeId, '#'), 409, 'answered-elsewhere');
    await person.press((await denied.ringing(mobile)).callId, '*');
    await denied.untilState('denied');
    await denied.post('cancel');
  });

  it('app-code: needs no contact', async () => {
    const recovery = await person.started(two);
    const offer = recovery.view.methods.find(({ method }) => method === 'app-code');
    expect(offer).toEqual({ method: 'app-code', hint: '', confirmContact: false });
    const { challengeId } = await issued(recovery, { method: 'app-code' });
    const { body } = await person.get(`/outside/api/totp?user=${two}`);
    expect(body).toEqual({ code: expect.stringMatching(/^\d{6}$/) });
    expect(await recovery.answer(challengeId, body.code)).toMatchObject({ status: 200, body: { gatesPassed: 1 } });
    await recovery.post('cancel');
  });

  it('security-questions: asked in `questions`, answered in `answers`', async () => {
    const recovery = await person.started(two);
    const { challengeId, questions } = await issued(recovery, { method: 'security-questions' });
    expect(questions).toHaveLength(3);
    for (const question of questions) expect(question).toEqual({ questionId: text, text });
    expect((await recovery.get()).body.challenge).toMatchObject({ method: 'security-questions', questions });
    const { body: choices } = await person.get('/api/v1/me/methods/questions', {
      token: (await person.signIn(two, password)).body.token,
    });
    const registered = (choices.questions as { questionId: string }[]).slice(0, 3).map(({ questionId }) => questionId);
    const answered = (words: string[]) => ({
      answers: questions.map(({ questionId }: { questionId: string }) => ({
        questionId,
        answer: words[registered.indexOf(questionId)] ?? 'none',
      })),
    });
    const path = `challenges/${challengeId}/answer`;
    expectProblem(await recovery.post(path, { code: '12345678' }), 400, 'invalid-request');
    expectProblem(await recovery.post(path, answered(['red', 'red', 'red'])), 422, 'challenge-failed', {
      triesLeft: 4,
    });
    expect(await recovery.post(path, answered(['blue one', 'blue two', 'blue three']))).toMatchObject({
      status: 200,
      body: { status: 'choosing-password' },
    });
    await recovery.post('cancel');
  });

  it('app-notification: a `number` to type on the device', async () => {
    const phone = await Phone.paired(person, cloud, password);
    await person.advance('PT24H');
    const recovery = await person.started(cloud);
    expect(recovery.view.methods).toContainEqual({ method: 'app-notification', hint: '', confirmContact: false });
    const { challengeId, number } = await issued(recovery, { method: 'app-notification' });
    expect(number).toMatch(/^\d\d$/);
    await phone.approval(challengeId);
    const { body: devices } = await person.get('/outside/api/devices');
    expect(devices).toEqual([
      expect.objectContaining({ deviceId: uuid, approvals: [expect.objectContaining({ approvalId: uuid })] }),
    ]);
    expect(await phone.answer(challengeId, 'approve', number)).toMatchObject({ status: 200 });
    expect((await recovery.get()).body).toMatchObject({ gatesPassed: 1, status: 'choosing-password' });
    await recovery.post('cancel');

    const wrong = await person.started(cloud);
    const push = await issued(wrong, { method: 'app-notification' });
    await phone.approval(push.challengeId);
    expect((await phone.answer(push.challengeId, 'approve', otherThan(push.number))).status).toBe(200);
    expect((await wrong.get()).body).toMatchObject({ gatesPassed: 0, challenge: { state: 'failed' } });
    const denied = await issued(wrong, { method: 'app-notification' });
    await phone.approval(denied.challengeId);
    expect((await phone.answer(denied.challengeId, 'deny')).status).toBe(200);
    expect((await wrong.get()).body.challenge.state).toBe('denied');
    await wrong.post('cancel');
  });

  it('POST …/unlock, where the policy allows it', async () => {
    const admin = await Administrator.signIn(product.url);
    await admin.changePolicy({ unlockWithoutReset: true });
    const { body } = await person.start(two, { reason: 'account-locked' });
    expect(body).toMatchObject({ canUnlock: true, status: 'choosing-method' });
    const recovery = new Recovery(person, body);
    expectProblem(await recovery.post('unlock'), 403, 'gates-not-passed');
    const challengeId = await recovery.challenged('two.methods@contoso.home.example');
    await recovery.answer(challengeId, await recovery.codeFrom('two.methods@contoso.home.example'));
    expect(await recovery.post('unlock')).toMatchObject({
      status: 200,
      body: { status: 'succeeded', outcome: { result: 'succeeded', reason: 'unlocked' } },
    });
    expectProblem(await recovery.post('unlock'), 409, 'recovery-closed');
  });

  it('403 blocked on the fifth failure, while other families can fill the gate', async () => {
    const recovery = await person.started(two);
    const { challengeId } = await issued(recovery, { method: 'app-code' });
    for (const triesLeft of [4, 3, 2, 1]) {
      expectProblem(await recovery.answer(challengeId, '000000'), 422, 'challenge-failed', { triesLeft });
    }
    expectProblem(await recovery.answer(challengeId, '000000'), 403, 'blocked', {
      blockedUntil: instant,
      contact: 'https://helpdesk.contoso.example',
      supportCode: recovery.view.supportCode,
    });
    const { body } = await recovery.get();
    expect(body.status).toBe('choosing-method');
    expect(body.methods).toContainEqual({ method: 'app-code', hint: '', confirmContact: false, blockedUntil: instant });
    await recovery.post('cancel');
  });

  it('status blocked when no family is left, and 403 blocked at the next start', async () => {
    const user = 'one.method@contoso.example';
    const recovery = await person.started(user);
    let last = await recovery.challenge('wrong@contoso.home.example');
    for (let n = 1; n < 5; n++) {
      expectProblem(last, 422, 'contact-mismatch');
      last = await recovery.challenge('wrong@contoso.home.example');
    }
    const blocked = { blockedUntil: instant, contact: 'https://helpdesk.contoso.example', supportCode: text };
    expectProblem(last, 403, 'blocked', blocked);
    expect((await recovery.get()).body).toMatchObject({
      status: 'blocked',
      outcome: { result: 'blocked', reason: 'too-many-wrong-addresses', method: 'email' },
    });
    expectProblem(await person.start(user), 403, 'blocked', blocked);
    expect((await person.signIn(user, password)).status).toBe(201);
  });
});
