import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

describe('the rules for passwords', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product.remove());

  const policy = (token?: string) => person.get('/api/v1/password-policy', token === undefined ? {} : { token });
  const refused = { status: 401, body: { code: 'recovery-token-invalid' } };

  it('are told to whoever holds a recovery, until a day after it closed', async () => {
    const recovery = await person.started('cloud.user@contoso.example');
    expect(await policy(recovery.token)).toMatchObject({ status: 200, body: { maxLength: 256 } });
    await recovery.post('cancel');
    await person.advance('PT23H59M');
    expect((await policy(recovery.token)).status).toBe(200);
    await person.advance('PT2M');
    expect(await policy(recovery.token)).toMatchObject(refused);
    expect(await recovery.get()).toMatchObject(refused);
  });

  it('are told to nobody else', async () => {
    const { token } = await person.started('cloud.user@contoso.example');
    for (const other of [undefined, 'x', token.slice(0, -1), `${token}A`]) {
      expect(await policy(other)).toMatchObject(refused);
    }
  });

  it('are told to whoever is signed in', async () => {
    const { body } = await person.signIn('cloud.user@contoso.example', 'Correct-Horse-1!');
    const rules = await policy(body.token as string);
    expect(rules.status).toBe(200);
    expect(rules.body.alsoRefused).toEqual(['forbidden-character', 'contains-name', 'banned']);
  });
});
