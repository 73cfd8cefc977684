import { randomUUID } from 'node:crypto';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

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

  it('survives a restart', async () => {
    await product.restart();
    expect((await person.signIn(user, newPassword)).status).toBe(201);
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
