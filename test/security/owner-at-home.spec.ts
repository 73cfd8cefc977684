import { Administrator } from '../support/administrators';
import { passOf, verifiedCase } from '../support/helpdesk';
import { Person, type Any, type Recovery } from '../support/journey';
import { Phone, pushed, signedIn } from '../support/phone';
import { startProduct, type Product } from '../support/product';
import { Strangers } from '../support/strangers';

const password = 'Correct-Horse-1!';
const username = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

/** What is sent to an owner, or asked of them, because of strangers who know their name: it keeps them from nothing. */
describe('whoever is at home', () => {
  let product: Product;
  let owner: Person;
  let strangers: Strangers;

  beforeAll(async () => {
    product = await startProduct();
    owner = new Person(product.url);
    strangers = new Strangers(owner);
  });
  beforeEach(async () => {
    await owner.resetLimits();
    // So many strangers within a minute would close what is open to none of them alone.
    await owner.advance('PT25H');
  });
  afterAll(() => product.remove());

  const atHome = (name = username): Promise<Recovery> => strangers.started(name, owner);

  it('proves a change with a code by mail, whatever strangers had sent there', async () => {
    const token = await signedIn(owner, username, password);
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) statuses.push((await (await strangers.started(username)).challenge(address)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(202), 429]);
    const { body: view } = await owner.get('/api/v1/me/step-up', { token });
    const { methodId } = (view.options as { method: string; methodId: string }[]).find((o) => o.method === 'email')!;
    const asked = await owner.post('/api/v1/me/step-up', { methodId }, { token });
    expect([asked.status, asked.text]).toEqual([202, expect.stringContaining('stepUpId')]);
  });

  it('answers the own notification, after denying five that a stranger asked for', async () => {
    const phone = await Phone.paired(owner, username, password);
    await owner.advance('PT25H');
    await owner.resetLimits();
    await signedIn(owner, username, password);
    const mine = await atHome();
    const own = await pushed(mine, phone);
    const theirs = await strangers.started(username);
    for (let n = 0; n < 5; n++) {
      const { challengeId } = await pushed(theirs, phone);
      expect((await phone.answer(challengeId, 'deny')).body).toEqual({ result: 'denied' });
    }
    // The app is blocked for them, and for other strangers there is no notification for a while.
    const app = (await theirs.get()).body.methods.find(({ method }: Any) => method === 'app-notification');
    expect(app.blockedUntil).toEqual(expect.any(String));
    const another = await strangers.started(username);
    expect((await another.post('challenges', { method: 'app-notification' })).status).toBe(429);

    expect((await phone.answer(own.challengeId, 'approve', own.number)).body).toEqual({ result: 'approved' });
    expect((await mine.get()).body.status).toBe('choosing-password');
    const later = await atHome();
    const next = await pushed(later, phone);
    expect((await phone.answer(next.challengeId, 'approve', next.number)).body).toEqual({ result: 'approved' });
    expect((await later.get()).body.status).toBe('choosing-password');
  });

  it('answers the questions that strangers were shown and failed', async () => {
    const name = 'two.methods@contoso.example';
    await signedIn(owner, name, password);
    const ask = async (recovery: Recovery) => {
      const { status, body } = await recovery.post('challenges', { method: 'security-questions' });
      expect(status).toBe(202);
      return body as { challengeId: string; questions: { questionId: string }[] };
    };
    const answer = (recovery: Recovery, { challengeId, questions }: Awaited<ReturnType<typeof ask>>, texts: string[]) =>
      recovery.post(`challenges/${challengeId}/answer`, {
        answers: questions.map(({ questionId }, n) => ({ questionId, answer: texts[n] })),
      });
    const fail = async (theirs: Recovery) => {
      const asked = await ask(theirs);
      for (let n = 0; n < 5; n++) await answer(theirs, asked, ['red one', 'red two', `red ${n}`]);
    };
    for (let n = 0; n < 2; n++) {
      await Promise.all([await strangers.started(name), await strangers.started(name)].map(fail));
    }
    const late = await strangers.started(name);
    expect((await late.post('challenges', { method: 'security-questions' })).body.code).toBe('method-not-available');

    const mine = await atHome(name);
    const passed = await answer(mine, await ask(mine), ['blue one', 'blue two', 'blue three']);
    expect(passed).toMatchObject({ status: 200, body: { status: 'choosing-password' } });
  });

  it('signs in by the pass that was sent, whatever passes strangers made up', async () => {
    const [name, mailbox] = ['one.method@contoso.example', 'one.method@contoso.home.example'];
    await signedIn(owner, name, password);
    const member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const pass = await passOf(member, owner, mailbox, await verifiedCase(member, owner, name, mailbox));
    const byPass = (who: Person, temporaryAccessPass: string) =>
      who.post('/api/v1/sessions', { username: name, temporaryAccessPass });
    const everybody = Array.from({ length: 21 }, () => strangers.next());
    for (let n = 0; n < 5; n++) {
      const answers = await Promise.all(everybody.map((who, m) => byPass(who, `00000${m + 10}00${n}`)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    }
    // A hundred were compared: even the right one is a stranger's no more.
    expect((await byPass(strangers.next(), pass)).status).toBe(401);
    expect(await byPass(owner, pass)).toMatchObject({ status: 201, body: { next: 'change-password' } });
  });

  it('R4, R5: keeps the password and the session, even when all recovery is blocked', async () => {
    const token = await signedIn(owner, username, password);
    const theirs = await strangers.started(username);
    for (const asked of [() => theirs.challenged(address), () => theirs.phoned('sms', '+81 9000000001')]) {
      const challengeId = await asked();
      for (let n = 0; n < 5; n++) await theirs.answer(challengeId, `0000000${n}`);
    }
    const refused = await owner.start(username);
    expect(refused).toMatchObject({ status: 403, body: { code: 'blocked' } });
    expect((await owner.get('/api/v1/me', { token })).status).toBe(200);
    expect((await owner.signIn(username, password)).status).toBe(201);
  });
});
