import { appCodeAt } from '#libs/commands/accounts/app-codes';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Any } from '../support/journey';
import { Owner } from '../support/owner';
import { startProduct, type Product } from '../support/product';

const password = 'Correct-Horse-1!';
const home = (username: string) => username.replace(/@(\w+)\.example$/, '@$1.home.example');
type Question = { questionId: string };

/** What the first registration, a change and a removal of each kind come to: at sign-in, and in the next recovery. */
describe('methods come, change and go', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(async () => {
    await person.resetLimits();
    await person.request('DELETE', '/outside/api/mail');
    await person.request('DELETE', '/outside/api/sms');
  });
  afterAll(() => product.remove());

  const changed = async (registration: object): Promise<void> => {
    const administrator = await Administrator.signIn(product.url);
    expect((await administrator.changePolicy({ registration })).status).toBe(200);
  };
  const told = (address: string) =>
    eventually(async () => (await person.mails(address)).some(({ subject }) => /security information/.test(subject)));
  const offered = async (username: string): Promise<string[]> =>
    (await person.started(username)).view.methods.map(({ method }) => method);
  const now = async (): Promise<Date> =>
    new Date((await person.post('/outside/api/clock', { advance: 'PT0S' })).body.now as string);

  it('somebody without any is asked at sign-in, may put it off for a day, and then no more', async () => {
    const username = 'no.methods@contoso.example';
    const next = async () => (await person.signIn(username, password)).body.next as string | undefined;
    expect(await next()).toBeUndefined();
    await changed({ required: true, skippable: true });
    await eventually(async () => (await next()) === 'register-methods');
    const owner = await Owner.of(person, username);
    expect(await owner.list()).toMatchObject({ due: 'register-methods', skippable: true, missing: 1 });
    const skipped = await owner.post('methods/skip');
    expect([skipped.status, skipped.body]).toEqual([200, expect.not.objectContaining({ due: expect.anything() })]);
    expect(await next()).toBeUndefined();
    await person.advance('P1D');
    expect(await next()).toBe('register-methods');

    await changed({ required: true, skippable: false });
    const late = await eventually(async () => {
      const again = await Owner.of(person, username);
      return (await again.list()).skippable === false && again;
    });
    expect(await late.post('methods/skip')).toMatchObject({ status: 403, body: { code: 'registration-required' } });
    expect(await next()).toBe('register-methods');
    const { body } = await late.register('email', 'at.last@mail.example');
    const confirmed = await late.confirm(body.registrationId, await late.code('at.last@mail.example'));
    expect(confirmed.body).not.toHaveProperty('due');
    expect(await next()).toBeUndefined();
    await changed({ required: false, skippable: true });
  });

  it('F13: a phone changes for messages and calls at once, tells the addresses, and goes again', async () => {
    const username = 'cloud.user@contoso.example';
    const [old, fresh] = ['+81 9000000001', '+81 9012345678'];
    const owner = await Owner.of(person, username);
    const replaces = await owner.idOf('sms');
    expect((await owner.register('sms', fresh, { replaces })).body.code).toBe('step-up-required');
    await owner.stepUp(home(username));
    const { body } = await owner.register('sms', fresh, { replaces });
    const code = await eventually(async () => /^\d{6}/.exec((await person.texts(fresh))[0]?.text ?? '')?.[0]);
    const { body: after } = await owner.confirm(body.registrationId, code);
    expect(after.methods.map(({ method, hint }: Any) => [method, hint])).toEqual([
      ['email', expect.any(String)],
      ['sms', '+81 •••••78'],
      ['mobile-call', '+81 •••••78'],
    ]);
    await told(home(username));
    expect(await offered(username)).toEqual(['email']);
    await person.advance('PT24H1M');
    await person.resetLimits();
    const recovery = await person.started(username);
    const mismatch = await recovery.post('challenges', { method: 'sms', contact: old });
    expect(mismatch.body.code).toBe('contact-mismatch');
    expect(await person.texts(old)).toEqual([]);
    const before = (await person.texts(fresh)).length;
    const challengeId = await recovery.phoned('sms', fresh);
    const proof = await recovery.answer(challengeId, await recovery.textedCode(fresh, before));
    expect(proof.body.status).toBe('choosing-password');

    await person.request('DELETE', '/outside/api/mail');
    const later = await Owner.of(person, username);
    await later.stepUp(home(username));
    const removed = await later.delete(`methods/${await later.idOf('mobile-call')}`);
    expect(removed.body.methods.map(({ method }: Any) => method)).toEqual(['email']);
    await told(home(username));
    // T14: what was proved with it is worth nothing any more.
    expect((await recovery.password('Lantern-Harbour-1!')).body.code).toBe('recovery-closed');
    expect(await offered(username)).toEqual(['email']);
  });

  it('an app changes for another one, whose codes alone count, and goes again', async () => {
    const username = 'two.methods@contoso.example';
    const owner = await Owner.of(person, username);
    await owner.stepUp(home(username));
    const { body } = await owner.register('app-code', undefined, { replaces: await owner.idOf('app-code') });
    const confirmed = await owner.confirm(body.registrationId, appCodeAt(body.secret, await now()));
    const apps = confirmed.body.methods.filter(({ method }: Any) => method === 'app-code');
    expect(apps).toMatchObject([{ by: 'user', recoversFrom: expect.any(String) }]);
    await told(home(username));
    expect(await offered(username)).not.toContain('app-code');
    await person.advance('PT24H1M');
    await person.resetLimits();
    const recovery = await person.started(username);
    const { body: asked } = await recovery.post('challenges', { method: 'app-code' });
    const proof = await recovery.answer(asked.challengeId, appCodeAt(body.secret, await now()));
    expect(proof.body.status).toBe('choosing-password');

    await person.request('DELETE', '/outside/api/mail');
    const later = await Owner.of(person, username);
    await later.stepUp(home(username));
    const removed = await later.delete(`methods/${await later.idOf('app-code')}`);
    expect(removed.body.methods.map(({ method }: Any) => method)).not.toContain('app-code');
    await told(home(username));
    expect(await offered(username)).toEqual(['email', 'security-questions']);
  });

  it('questions change for others, whose answers alone count, and go again', async () => {
    const username = 'two.methods@contoso.example';
    await person.advance('PT25H');
    const owner = await Owner.of(person, username);
    const { body: choice } = await owner.get('methods/questions');
    const pick = (choice.questions as Question[]).slice(20, 23);
    const texts = ['first light', 'second light', 'third light'];
    const given = (questions: readonly Question[], said: readonly string[]) => ({
      answers: questions.map(({ questionId }, n) => ({ questionId, answer: said[n] })),
    });
    const change = () => owner.post('methods/questions', given(pick, texts));
    expect(await change()).toMatchObject({ status: 403, body: { code: 'step-up-required' } });
    await owner.stepUp(home(username));
    const { status, body } = await change();
    expect([status, body.methods.filter(({ method }: Any) => method === 'security-questions').length]).toEqual([
      200, 1,
    ]);
    await told(home(username));
    expect(await offered(username)).toEqual(['email']);
    await person.advance('PT24H1M');
    await person.resetLimits();
    const recovery = await person.started(username);
    const { body: asked } = await recovery.post('challenges', { method: 'security-questions' });
    const questions = asked.questions as Question[];
    expect(questions.map(({ questionId }) => questionId).sort()).toEqual(
      pick.map(({ questionId }) => questionId).sort(),
    );
    const answer = (said: readonly string[]) =>
      recovery.post(`challenges/${asked.challengeId}/answer`, given(questions, said));
    expect((await answer(['blue one', 'blue two', 'blue three'])).body.code).toBe('challenge-failed');
    const right = questions.map(({ questionId }) => texts[pick.findIndex((one) => one.questionId === questionId)]!);
    expect((await answer(right)).body.status).toBe('choosing-password');

    await person.request('DELETE', '/outside/api/mail');
    const later = await Owner.of(person, username);
    await later.stepUp(home(username));
    const removed = await later.delete(`methods/${await later.idOf('security-questions')}`);
    expect(removed.body.methods.map(({ method }: Any) => method)).toEqual(['email']);
    await told(home(username));
    expect(await offered(username)).toEqual(['email']);
  });
});
