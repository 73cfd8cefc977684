import { randomUUID } from 'node:crypto';
import { codeIn, eventually, Person } from '../support/journey';
import { signedIn, steppedUp } from '../support/phone';
import { startProduct, type Product } from '../support/product';
import { storedEvents } from '../support/stored-events';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';
const newPassword = 'Brand-New-Lantern-7!';

describe('a cloud user resets a forgotten password by e-mail', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  }, 90_000);
  afterAll(() => product.remove());

  it('A1, A3: gets back in with the code that was mailed, with the new password and no session of before', async () => {
    const sessions: string[] = [];
    for (let n = 0; n < 2; n++) {
      sessions.push((await person.signIn(user, 'Correct-Horse-1!')).body.token as string);
    }
    const me = async (token: string) => (await person.get('/api/v1/me', { token })).status;
    const recovery = await person.started(user);
    expect(recovery.view.methods[0]).toEqual({ method: 'email', hint: 'c•••••', confirmContact: true });
    const challengeId = await recovery.challenged(address);
    const answered = await recovery.answer(challengeId, await recovery.codeFrom(address));
    expect(answered.body).toMatchObject({ status: 'choosing-password', gatesPassed: 1 });
    expect(await Promise.all(sessions.map(me))).toEqual([200, 200]);
    const done = await recovery.password(newPassword);
    expect(done).toMatchObject({ status: 200, body: { status: 'succeeded', outcome: { result: 'succeeded' } } });
    // Whoever was signed in is not any more, and the recovery signs nobody in.
    expect(await Promise.all(sessions.map(me))).toEqual([401, 401]);
    expect(done.headers.getSetCookie()).toEqual([]);
    expect(await me(recovery.token)).toBe(401);
    expect((await recovery.post('worked', { worked: true })).status).toBe(200);

    expect((await person.signIn(user, newPassword)).status).toBe(201);
    expect((await person.signIn(user, 'Correct-Horse-1!')).status).toBe(401);
  });

  it('A4: tells every address that the password was reset', async () => {
    const [notice] = await person.mails(address);
    expect(notice?.subject).toContain('was reset');
    expect(notice?.text).not.toContain(newPassword);
  });

  it('A4: also those somebody has besides the one that was used', async () => {
    const [owner, first, second] = [
      'two.methods@contoso.example',
      'two.methods@contoso.home.example',
      'two.methods@elsewhere.example',
    ] as const;
    const token = await signedIn(person, owner, 'Correct-Horse-1!');
    await steppedUp(person, token, owner);
    const post = (path: string, body: object) => person.post(`/api/v1/me/methods${path}`, body, { token });
    const { body } = await post('', { method: 'email', contact: second });
    const code = await eventually(async () => (await person.mails(second)).map(codeIn)[0]);
    expect((await post(`/registrations/${body.registrationId}/confirm`, { code })).status).toBe(200);
    const recovery = await (await person.started(owner)).provedByMail(first);
    expect((await recovery.password(newPassword)).body.status).toBe('succeeded');
    const told = async (address: string): Promise<number> =>
      (await person.mails(address)).filter(({ subject }) => /was reset/.test(subject)).length;
    await eventually(async () => (await told(first)) > 0 && (await told(second)) > 0);
    expect([await told(first), await told(second)]).toEqual([1, 1]);
  });

  it('survives a kill and a restart, and what was begun before is given up in its time, once', async () => {
    const { view } = await person.started(user);
    await product.kill();
    await product.restart();
    expect((await person.signIn(user, newPassword)).status).toBe(201);
    const ends = async () =>
      (await storedEvents(product)).filter(
        ({ stream, data }) => stream === `recovery-${view.recoveryId}` && data.outcome !== undefined,
      );
    await person.advance('PT14M');
    expect(await ends()).toEqual([]);
    await person.advance('PT2M');
    const outcome = { result: 'abandoned', reason: 'before-selecting-a-method' };
    expect(await ends()).toMatchObject([{ type: 'RecoveryAbandoned', data: { outcome } }]);
    await product.restart();
    await person.advance('PT16M');
    expect(await ends()).toHaveLength(1);
  });

  it('answers a command that is repeated after a lost answer as it did the first time', async () => {
    const recovery = await person.started(user);
    const key = randomUUID();
    const first = await recovery.challenge(address, key);
    const again = await recovery.challenge(address, key);
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(await recovery.challenge('other@contoso.home.example', key)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
  });
});
