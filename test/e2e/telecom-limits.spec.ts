import { Administrator } from '../support/administrators';
import { Person, type Answer, type Any, eventually } from '../support/journey';
import { Owner } from '../support/owner';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const number = '+81 9000000001';
const password = 'Correct-Horse-1!';

describe('how much may be sent by phone', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  }, 90_000);
  beforeEach(async () => {
    await person.advance('PT25H');
    await person.resetLimits();
    await person.request('DELETE', '/outside/api/sms');
  });
  afterAll(() => product.remove());

  /** In a recovery of its own, which is then given up: a source has three open ones at most. */
  async function ask(method: string): Promise<Answer<Any>> {
    const recovery = await person.started(user);
    const answer = await recovery.post('challenges', { method, contact: number });
    await recovery.post('cancel');
    return answer;
  }

  /** Asks `times` in recoveries of their own. */
  async function asks(method: string, times: number): Promise<number[]> {
    const statuses: number[] = [];
    for (let n = 0; n < times; n++) statuses.push((await ask(method)).status);
    return statuses;
  }

  it('five text messages in ten minutes, then a cool-down that says when it ends', async () => {
    expect(await asks('sms', 5)).toEqual([202, 202, 202, 202, 202]);
    const sixth = await ask('sms');
    expect(sixth).toMatchObject({ status: 429, body: { code: 'cool-down' } });
    const seconds = Number(sixth.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(500);
    expect(seconds).toBeLessThanOrEqual(600);
    // Calls are counted by themselves, and nobody is blocked.
    expect((await ask('mobile-call')).status).toBe(202);
    await person.advance('PT10M1S');
    expect((await ask('sms')).status).toBe(202);
  });

  it('twenty text messages a day', async () => {
    for (let round = 0; round < 4; round++) {
      expect(await asks('sms', 5)).toEqual([202, 202, 202, 202, 202]);
      await person.advance('PT11M');
    }
    const next = await ask('sms');
    expect(next).toMatchObject({ status: 429, body: { code: 'cool-down' } });
    expect(Number(next.headers.get('retry-after'))).toBeGreaterThan(20 * 3_600);
  }, 60_000);

  it('a call every two minutes, three a day', async () => {
    expect((await ask('mobile-call')).status).toBe(202);
    const soon = await ask('mobile-call');
    expect(soon).toMatchObject({ status: 429, body: { code: 'cool-down' } });
    expect(Number(soon.headers.get('retry-after'))).toBeLessThanOrEqual(120);
    for (const expected of [202, 202, 429]) {
      await person.advance('PT2M1S');
      expect((await ask('mobile-call')).status).toBe(expected);
    }
  });

  describe('by policy', () => {
    let token: string;

    beforeEach(async () => {
      const { body } = await person.get('/outside/api/totp?user=admin%40contoso.example');
      const session = await person.post('/api/v1/sessions', {
        ...{ username: 'admin@contoso.example', password, code: body.code },
      });
      token = session.body.token;
    });

    async function telecom(change: Record<string, unknown>): Promise<void> {
      const now = await person.get('/api/v1/tenant/policy', { token });
      const headers = { 'if-match': now.headers.get('etag')!, 'content-type': 'application/merge-patch+json' };
      const answer = await person.request('PATCH', '/api/v1/tenant/policy', { telecom: change }, { token, headers });
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    }

    it('nothing goes to a country that is not allowed', async () => {
      await telecom({ countries: ['DE'] });
      const refused = await eventually(async () => {
        const answer = await ask('sms');
        return answer.status !== 202 && answer;
      });
      expect(refused).toMatchObject({ status: 422, body: { code: 'country-not-allowed' } });
      await telecom({ countries: ['JP'] });
    });

    it('neighbouring numbers share what may go to them in an hour; others and other organisations have their own', async () => {
      const limited = async (smsPerHourPerPrefix: number) => {
        const admin = await Administrator.signIn(product.url);
        expect((await admin.changePolicy({ limits: { smsPerHourPerPrefix } })).status).toBe(200);
      };
      /** To claim a number is enough to have a message sent to it. */
      const claims = async (username: string): Promise<(contact: string) => Promise<Answer<Any>>> => {
        await person.request('DELETE', '/outside/api/mail');
        const owner = await Owner.of(person, username);
        await owner.stepUp(username.replace(/@(\w+)\.example$/, '@$1.home.example'));
        return (contact) => owner.register('sms', contact);
      };
      await limited(3);
      const claim = await claims('outside.group@contoso.example');
      for (const end of ['0001', '0002', '0003']) {
        expect(await claim(`+81 901234${end}`)).toMatchObject({ status: 202, body: { method: 'sms' } });
      }
      const fourth = await claim('+81 9012340004');
      expect(fourth).toMatchObject({ status: 429, body: { code: 'cool-down' } });
      expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(3_000);
      expect(await person.texts('+81 9012340004')).toEqual([]);
      expect((await claim('+81 9012350004')).status).toBe(202);
      expect((await (await claims('cloud.user@northwind.example'))('+81 9012340005')).status).toBe(202);
      await person.advance('PT1H1S');
      expect((await (await claims('outside.group@contoso.example'))('+81 9012340004')).status).toBe(202);
      await limited(100);
    });

    it('the month’s budget ends, administrators are told once, and other ways stay open', async () => {
      const admin = 'admin@contoso.home.example';
      await person.request('DELETE', '/outside/api/mail');
      await telecom({ monthlyBudget: 1 });
      await person.advance('P31D');
      await person.resetLimits();
      const recovery = await person.started(user);
      await recovery.phoned('sms', number);
      await recovery.textedCode(number);
      const notice = await eventually(async () => (await person.mails(admin))[0]);
      expect(notice.subject).toContain('running low');
      expect(await recovery.post('challenges', { method: 'sms', contact: number })).toMatchObject({
        ...{ status: 422, body: { code: 'telecom-budget-exhausted' } },
      });
      expect((await recovery.challenge('cloud.user@contoso.home.example')).status).toBe(202);
      expect(await person.texts(number)).toHaveLength(1);
      expect((await person.mails(admin)).filter(({ subject }) => subject.includes('running low'))).toHaveLength(1);
    }, 60_000);
  });
});
