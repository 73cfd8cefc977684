import { Administrator } from '../support/administrators';
import { PersonAt } from '../support/elsewhere';
import { eventually, Person, Recovery } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const password = 'Correct-Horse-1!';
const username = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

/** What a stranger who knows somebody's name, and no more, can do to them with the limits that protect them. */
describe('limits are no weapon', () => {
  let product: Product;
  let owner: Person;
  let strangers = 0;

  beforeAll(async () => {
    product = await startProduct();
    owner = new Person(product.url);
    expect((await owner.signIn(username, password)).status).toBe(201);
  });
  afterAll(() => product.remove());

  /** Another address every time. */
  const stranger = (): Person => {
    strangers++;
    return new PersonAt(product.url, `127.9.${(strangers >> 8) & 255}.${strangers & 255 || 1}`);
  };
  const startedBy = async (who: Person, name = username): Promise<Recovery> => {
    const captcha = await who.captcha(name, owner);
    const answer = await who.post('/api/v1/recoveries', { username: name, reason: 'forgot-password', ...captcha });
    expect(answer.status).toBe(201);
    return new Recovery(who, answer.body);
  };

  it('R5, G9: guessing at sign-in from anywhere keeps the owner out of nothing', async () => {
    for (let n = 0; n < 60; n++) await stranger().signIn(username, `Guess-Number-${n}!`);
    expect((await owner.signIn(username, password)).status).toBe(201);
    expect((await startedBy(owner)).view.status).toBe('choosing-method');
  });

  it('R4, T9: starting recoveries kills no code that the owner received', async () => {
    const mine = await startedBy(owner);
    const before = (await owner.mails(address)).length;
    const challengeId = await mine.challenged(address);
    for (let n = 0; n < 5; n++) await startedBy(stranger());
    const near = new PersonAt(product.url, '127.0.0.1');
    for (let n = 0; n < 5; n++) await startedBy(near);
    const code = await mine.codeFrom(address, before);
    expect(await mine.answer(challengeId, code)).toMatchObject({ status: 200, body: { status: 'choosing-password' } });
  });

  it('R4: whatever strangers do in recoveries, the password and the sessions stay what they are', async () => {
    await owner.resetLimits();
    const { token } = (await owner.signIn(username, password)).body;
    const ends = ['cancel', 'contact-administrator', 'password', 'unlock'];
    for (const end of ends) {
      const theirs = await startedBy(stranger());
      await theirs.challenge('guess@mail.example');
      const challengeId = await theirs.challenged(address);
      await theirs.answer(challengeId, '00000000');
      await theirs.post(end, end === 'password' ? { newPassword: 'Mallory-Lantern-1!' } : {});
    }
    for (let n = 0; n < 6; n++) await (await startedBy(stranger())).challenge(`guess${n}@mail.example`);
    await owner.advance('PT16M');
    expect((await owner.get('/api/v1/me', { token })).status).toBe(200);
    expect((await owner.signIn(username, 'Mallory-Lantern-1!')).status).toBe(401);
    expect((await owner.signIn(username, password)).status).toBe(201);
  });

  it('typing wrong addresses blocks the stranger and nobody else', async () => {
    await owner.resetLimits();
    const one = stranger();
    const theirs = await startedBy(one);
    for (let n = 0; n < 5; n++) await theirs.challenge(`guess${n}@mail.example`);
    const again = await one.captcha(username, owner);
    const refused = await one.post('/api/v1/recoveries', { username, reason: 'forgot-password', ...again });
    expect(refused).toMatchObject({ status: 403, body: { code: 'blocked' } });
    expect((await (await startedBy(owner)).challenge(address)).status).toBe(202);
    expect((await owner.signIn(username, password)).status).toBe(201);
  });

  it('knowing the address too, a stranger uses up the mails of strangers, not those of home', async () => {
    await owner.resetLimits();
    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) statuses.push((await (await startedBy(stranger())).challenge(address)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(202), 429]);
    expect((await (await startedBy(owner)).challenge(address)).status).toBe(202);
    await owner.advance('PT10M');
    expect((await (await startedBy(stranger())).challenge(address)).status).toBe(202);
  });

  describe('where the policy wants no contact typed', () => {
    const number = '+81 9000000001';

    beforeAll(async () => {
      const admin = await Administrator.signIn(product.url);
      expect((await admin.changePolicy({ confirmContact: false })).status).toBe(200);
      await eventually(async () => (await startedBy(owner)).view.methods.every((one) => !one.confirmContact));
    });
    beforeEach(() => owner.resetLimits());
    afterAll(async () => {
      await (await Administrator.signIn(product.url)).changePolicy({ confirmContact: true });
      await eventually(async () => (await startedBy(owner)).view.methods.some((one) => one.confirmContact));
      await owner.resetLimits();
    });

    const asks = async (method: string, who: Person): Promise<number> =>
      (await (await startedBy(who)).post('challenges', { method })).status;
    const byStrangers = async (method: string, times: number): Promise<number[]> => {
      const statuses: number[] = [];
      for (let n = 0; n < times; n++) statuses.push(await asks(method, stranger()));
      return statuses;
    };

    it('strangers have two calls of a day, and the third is the owner’s', async () => {
      for (const expected of [202, 202, 429, 429]) {
        expect(await asks('mobile-call', stranger())).toBe(expected);
        await owner.advance('PT2M1S');
      }
      expect(await asks('mobile-call', owner)).toBe(202);
      await owner.advance('PT2M1S');
      expect(await asks('mobile-call', owner)).toBe(429);
    });

    it('strangers have half of the text messages, in ten minutes and in a day', async () => {
      for (let round = 0; round < 5; round++) {
        expect(await byStrangers('sms', 3)).toEqual([202, 202, 429]);
        await owner.advance('PT11M');
      }
      expect(await byStrangers('sms', 1)).toEqual([429]);
      expect(await asks('sms', owner)).toBe(202);
      expect((await owner.texts(number)).length).toBeGreaterThan(0);
    });

    it('strangers have half of the mails, and those of home are nobody else’s', async () => {
      expect(await byStrangers('email', 6)).toEqual([202, 202, 202, 202, 202, 429]);
      expect(await asks('email', owner)).toBe(202);
    });
  });

  it('guessing app codes from everywhere closes the app to strangers, and to nobody at home', async () => {
    const name = 'two.methods@contoso.example';
    await owner.resetLimits();
    await owner.signIn(name, password);
    const guesses: number[] = [];
    for (let n = 0; n < 5; n++) {
      const theirs = await startedBy(stranger(), name);
      const { body } = await theirs.post('challenges', { method: 'app-code' });
      for (let m = 0; m < 4; m++) guesses.push((await theirs.answer(body.challengeId, `00000${m}`)).status);
    }
    expect(new Set(guesses)).toEqual(new Set([422]));
    const late = await startedBy(stranger(), name);
    const closed = await late.post('challenges', { method: 'app-code' });
    expect(closed).toMatchObject({ status: 422, body: { code: 'method-not-available' } });
    expect((await late.challenge('two.methods@contoso.home.example')).status).toBe(202);
    const home = await startedBy(owner, name);
    expect((await home.post('challenges', { method: 'app-code' })).status).toBe(202);
  });

  it('at most three recoveries are open per source: one more takes the place of one that proved nothing', async () => {
    const one = stranger();
    const name = 'cloud.user@contoso.example';
    await owner.resetLimits();
    const opened = [];
    for (let n = 0; n < 5; n++) opened.push(await startedBy(one, name));
    const statuses = await Promise.all(opened.map(async (recovery) => (await recovery.get()).body.status as string));
    expect(statuses).toEqual(['abandoned', 'abandoned', ...Array<string>(3).fill('choosing-method')]);
    for (const recovery of opened.slice(2)) await recovery.challenge(address);
    const captcha = await one.captcha(name, owner);
    const refused = await one.post('/api/v1/recoveries', { username: name, reason: 'forgot-password', ...captcha });
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('R1: and so it is for a name nobody has', async () => {
    const seen = await Promise.all(
      ['two.methods@northwind.example', 'nobody.at.all@northwind.example'].map(async (name) => {
        const one = stranger();
        const opened = [];
        for (let n = 0; n < 5; n++) opened.push(await startedBy(one, name));
        return Promise.all(opened.map(async (recovery) => (await recovery.get()).body.status as string));
      }),
    );
    expect(seen[1]).toEqual(seen[0]);
  });

  it('R6: an office may start ten times as often from its own networks', async () => {
    const admin = await Administrator.signIn(product.url);
    await admin.changePolicy({ officeRanges: ['127.8.0.0/16'] });
    const starts = async (from: string) => {
      const who = new PersonAt(product.url, from);
      const statuses: number[] = [];
      for (let n = 0; n < 32; n++) statuses.push((await who.post('/api/v1/recoveries', wish)).status);
      return statuses.filter((status) => status === 429).length;
    };
    const wish = { username: 'nobody@contoso.example', reason: 'forgot-password', captchaAnswer: 'x' };
    expect(await starts('127.7.0.1')).toBe(2);
    expect(await starts('127.8.0.1')).toBe(0);
  });
});
