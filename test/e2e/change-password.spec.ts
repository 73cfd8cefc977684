import { randomUUID } from 'node:crypto';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const first = 'Correct-Horse-1!';
const wish = { currentPassword: first, newPassword: 'Lantern-Harbour-1!' };

describe('changing a password', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product.remove());

  const change = (token: string, key: string, body = wish) => person.post('/api/v1/me/password', body, { token, key });
  const me = async (token: string) => (await person.get('/api/v1/me', { token })).status;
  const signedIn = async (username: string) => (await person.signIn(username, first)).body.token as string;

  it('gives a repetition the session whose token was lost on the way', async () => {
    const [token, key] = [await signedIn('cloud.user@contoso.example'), randomUUID()];
    const changed = await change(token, key);
    expect(changed.status).toBe(200);
    const again = await change(token, key);
    expect(again).toMatchObject({ status: 200, body: changed.body });
    expect(again.headers.get('set-cookie')).toMatch(/HttpOnly/);
    expect([await me(token), await me(again.body.token)]).toEqual([401, 200]);

    const other = await change(token, key, { ...wish, newPassword: 'Another-Lantern-1!' });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    expect(await change(token, randomUUID())).toMatchObject({ status: 401, body: { code: 'session-invalid' } });

    await person.request('DELETE', '/api/v1/sessions/current', undefined, { token: again.body.token as string });
    expect(await change(token, key)).toMatchObject({ status: 401, body: { code: 'session-invalid' } });
  });

  it('happens once when the same request comes several times at once', async () => {
    const [token, key] = [await signedIn('two.methods@contoso.example'), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 4 }, () => change(token, key)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.token)).size).toBe(1);
    expect(await me(answers[0]!.body.token)).toBe(200);
  });

  it('lets nobody guess the current password in a session left open', async () => {
    const token = await signedIn('outside.group@contoso.example');
    const guesses = [];
    for (let n = 0; n < 11; n++) {
      guesses.push(await change(token, randomUUID(), { ...wish, currentPassword: `Guess-Number-${n}!` }));
    }
    expect(guesses.map(({ status }) => status)).toEqual([...Array<number>(10).fill(401), 429]);
    expect(guesses[10]!.body).toMatchObject({ code: 'rate-limited' });
    expect(Number(guesses[10]!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await change(token, randomUUID())).status).toBe(429);
  });
});
