import { randomUUID } from 'node:crypto';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

describe('asking for a CAPTCHA', () => {
  let product: Product;
  let person: Person;
  let neighbour: Person;

  beforeAll(async () => {
    product = await startProduct({ KEYTURN_TRUSTED_PROXIES: '127.0.0.1' });
    [person, neighbour] = ['198.51.100.1', '198.51.100.2'].map(
      (address) => new Person(product.url, { 'x-forwarded-for': address }),
    ) as [Person, Person];
  });
  afterAll(() => product.remove());

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
});
