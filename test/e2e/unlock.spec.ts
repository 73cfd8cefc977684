import { Administrator } from '../support/administrators';
import { eventually, Person, Recovery } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const password = 'Correct-Horse-1!';
const username = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

describe('unlocking without a new password', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product.remove());
  beforeEach(() => person.resetLimits());

  async function locked(): Promise<Recovery> {
    const answer = await person.start(username, { reason: 'account-locked' });
    expect(answer.status).toBe(201);
    return new Recovery(person, answer.body);
  }

  async function proved(): Promise<Recovery> {
    const recovery = await locked();
    const before = (await person.mails(address)).length;
    const challengeId = await recovery.challenged(address);
    const code = await eventually(async () => {
      const mails = await person.mails(address);
      return mails.length > before && /(\d{4}) (\d{4})/.exec(mails[0]!.text)?.slice(1).join('');
    });
    expect((await recovery.answer(challengeId, code)).status).toBe(200);
    return recovery;
  }

  const tooManyWrong = async (): Promise<void> => {
    for (let n = 0; n < 10; n++) await person.signIn(username, `Wrong-Guess-${n}!`);
    expect((await person.signIn(username, password)).status).toBe(401);
  };

  it('is not offered unless the policy says so', async () => {
    const recovery = await locked();
    expect((await recovery.get()).body.canUnlock).toBe(false);
    expect(await recovery.post('unlock')).toMatchObject({ status: 403, body: { code: 'unlock-not-allowed' } });
  });

  it('clears the lock of signing in, tells the owner, and ends well', async () => {
    const admin = await Administrator.signIn(product.url);
    await admin.changePolicy({ unlockWithoutReset: true });
    await tooManyWrong();
    const recovery = await locked();
    expect((await recovery.get()).body.canUnlock).toBe(true);
    expect(await recovery.post('unlock')).toMatchObject({ status: 403, body: { code: 'gates-not-passed' } });
    const forgotten = new Recovery(person, (await person.start(username)).body);
    expect((await forgotten.get()).body.canUnlock).toBe(false);
    expect(await forgotten.post('unlock')).toMatchObject({ status: 403, body: { code: 'unlock-not-allowed' } });

    const able = await proved();
    const key = crypto.randomUUID();
    const done = await able.post('unlock', {}, key);
    expect(done).toMatchObject({
      status: 200,
      body: { status: 'succeeded', outcome: { result: 'succeeded', reason: 'unlocked', method: 'email' } },
    });
    expect((await able.post('unlock', {}, key)).status).toBe(200);
    expect(await able.post('unlock')).toMatchObject({ status: 409, body: { code: 'recovery-closed' } });
    expect((await person.signIn(username, password)).status).toBe(201);
    await eventually(async () => (await person.mails(address)).some(({ subject }) => /was unlocked/.test(subject)));
  });

  it('three times a day, then a new password is the way', async () => {
    for (let n = 0; n < 2; n++) expect((await (await proved()).post('unlock')).status).toBe(200);
    const fourth = await proved();
    const refused = await fourth.post('unlock');
    expect(refused).toMatchObject({ status: 429, body: { code: 'unlock-limit' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_600);
    expect((await fourth.get()).body.status).toBe('choosing-password');
    expect(await fourth.password('Lantern-Harbour-1!')).toMatchObject({
      status: 200,
      body: { outcome: { reason: 'reset' } },
    });
  }, 60_000);

  it('R1: a decoy answers as an account does', async () => {
    const seen = await Promise.all(
      ['two.methods@northwind.example', 'nobody.at.all@northwind.example'].map(async (name) => {
        const answer = await person.start(name, { reason: 'account-locked' });
        const recovery = new Recovery(person, answer.body);
        const refused = await recovery.post('unlock');
        return [answer.body.canUnlock, refused.status, refused.text];
      }),
    );
    expect(seen[1]).toEqual(seen[0]);
  });
});
