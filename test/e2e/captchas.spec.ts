import { randomUUID } from 'node:crypto';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { storedEvents } from '../support/stored-events';

describe('asking for a CAPTCHA', () => {
  let product: Product;
  let person: Person;
  let neighbour: Person;

  beforeAll(async () => {
    product = await startProduct({ KEYTURN_TRUSTED_PROXIES: '127.0.0.1' });
    [person, neighbour] = ['198.51.100.1', '198.51.100.2'].map(from) as [Person, Person];
  });
  afterAll(() => product.remove());

  const from = (address: string) => new Person(product.url, { 'x-forwarded-for': address });
  const ask = (who: Person, domain: string, key: string) =>
    who.post('/api/v1/captchas', { username: `cloud.user@${domain}` }, { key });

  it.each(['contoso.example', 'northwind.example'])('again gives the same one: %s', async (domain) => {
    const key = randomUUID();
    const first = await ask(person, domain, key);
    expect(first.status).toBe(201);
    expect(await ask(person, domain, key)).toMatchObject({ status: 201, body: first.body });
    expect((await ask(person, domain, randomUUID())).body.captchaId).not.toBe(first.body.captchaId);
    expect((await ask(neighbour, domain, key)).body.captchaId).not.toBe(first.body.captchaId);
  });

  it.each([
    ['contoso.example', 'northwind.example'],
    ['northwind.example', 'contoso.example'],
  ])('for another name with the same key is refused: %s, then %s', async (one, other) => {
    const key = randomUUID();
    expect((await ask(person, one, key)).status).toBe(201);
    expect(await ask(person, other, key)).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });

  it('with a key that is no UUID is refused', async () => {
    expect(await ask(person, 'contoso.example', 'again')).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });

  it('sixty times in ten minutes is enough for one source, and nobody else’s business', async () => {
    const [one, other] = ['198.51.100.3', '198.51.100.4'].map(from) as [Person, Person];
    const wish = { username: 'cloud.user@northwind.example' };
    const asked: number[] = [];
    for (let n = 0; n < 62; n++) asked.push((await one.post('/api/v1/captchas', wish)).status);
    expect(asked).toEqual([...Array<number>(60).fill(201), 429, 429]);
    const refused = await one.post('/api/v1/captchas', wish);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(500);
    expect(seconds).toBeLessThanOrEqual(600);
    expect((await other.post('/api/v1/captchas', wish)).status).toBe(201);
    await new Person(product.url).advance('PT10M');
    expect((await one.post('/api/v1/captchas', wish)).status).toBe(201);
  });

  describe('answering one wrongly', () => {
    const failures = async (captchaId?: string) =>
      (await storedEvents(product)).filter(
        ({ type, data }) => type === 'CaptchaFailed' && (captchaId === undefined || data.captchaId === captchaId),
      );
    const start = (who: Person, captcha: object) =>
      who.post('/api/v1/recoveries', {
        ...{ username: 'cloud.user@contoso.example', reason: 'forgot-password', ...captcha },
      });

    it('is one event, however often it is tried', async () => {
      const one = from('198.51.100.5');
      const { captchaId } = (await ask(one, 'contoso.example', randomUUID())).body;
      for (let n = 0; n < 5; n++) {
        const refused = await start(one, { captchaId, captchaAnswer: `wrong${n}` });
        expect(refused).toMatchObject({ status: 422, body: { code: 'captcha-failed' } });
      }
      expect(await failures(captchaId)).toMatchObject([{ stream: `captcha-${captchaId}` }]);
      // It is spent, also for whoever can read it now.
      const { body: solution } = await new Person(product.url).get(`/outside/api/captchas/${captchaId}`);
      expect((await start(one, { captchaId, captchaAnswer: solution?.answer ?? 'x' })).status).toBe(422);
    });

    it('leaves nothing beyond the throttle, which says when it ends', async () => {
      const one = from('198.51.100.6');
      const before = (await failures()).length;
      const statuses: number[] = [];
      for (let n = 0; n < 33; n++) statuses.push((await start(one, { captchaAnswer: 'x' })).status);
      expect(statuses).toEqual([...Array<number>(30).fill(422), 429, 429, 429]);
      expect(await failures()).toHaveLength(before + 30);
      await new Person(product.url).advance('PT10M');
      expect((await start(one, { captchaAnswer: 'x' })).status).toBe(422);
    });
  });
});
