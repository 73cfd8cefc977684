import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const password = 'Correct-Horse-1!';

describe('signing in', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product.remove());

  const bearer = (token: string) => ({ token });

  it('fails alike for an unknown name, a wrong password and a disabled account', async () => {
    const answers = await Promise.all([
      person.signIn('nobody@contoso.example', password),
      person.signIn('cloud.user@contoso.example', 'not-it'),
      person.signIn('disabled.user@contoso.example', password),
      person.signIn('nobody@nowhere.example', password),
    ]);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'sign-in-failed' } });
  });

  it('F10: a role needs its app, and each code once', async () => {
    const username = 'admin@contoso.example';
    const asked = await person.signIn(username, password);
    expect(asked).toMatchObject({ status: 401, body: { code: 'second-factor-required' } });
    const { body } = await person.get(`/outside/api/totp?user=${username}`);
    const signedIn = await person.post('/api/v1/sessions', { username, password, code: body.code });
    expect(signedIn).toMatchObject({ status: 201, body: { roles: ['global-administrator'] } });
    const again = await person.post('/api/v1/sessions', { username, password, code: body.code });
    expect(again).toMatchObject({ status: 401, body: { code: 'sign-in-failed' } });
  });

  it('A2: a session ends with the password it was opened with', async () => {
    const username = 'two.methods@contoso.example';
    const [one, two] = [await person.signIn(username, password), await person.signIn(username, password)];
    expect((await person.get('/api/v1/me', bearer(one.body.token))).status).toBe(200);
    const wish = { currentPassword: password, newPassword: 'Lantern-Harbour-1!' };
    const changed = await person.post('/api/v1/me/password', wish, bearer(two.body.token));
    expect(changed.status).toBe(200);
    for (const { body } of [one, two]) expect((await person.get('/api/v1/me', bearer(body.token))).status).toBe(401);
    expect((await person.get('/api/v1/me', bearer(changed.body.token))).status).toBe(200);
    const back = { currentPassword: wish.newPassword, newPassword: wish.newPassword };
    expect(await person.post('/api/v1/me/password', back, bearer(changed.body.token))).toMatchObject({
      status: 422,
      body: { code: 'password-rejected', reasons: ['used-before'] },
    });
  });

  it('signing out ends it', async () => {
    const { body } = await person.signIn('outside.group@contoso.example', password);
    expect((await person.request('DELETE', '/api/v1/sessions/current', undefined, bearer(body.token))).status).toBe(
      204,
    );
    expect((await person.get('/api/v1/me', bearer(body.token))).status).toBe(401);
  });

  it('the cookie is for our own pages only', async () => {
    const signedIn = await person.signIn('cloud.user@contoso.example', password);
    const cookie = signedIn.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const headers = { cookie: cookie.split(';')[0]!, origin: 'https://evil.example' };
    const forged = await person.post(
      '/api/v1/me/password',
      { currentPassword: password, newPassword: 'x' },
      { headers },
    );
    expect(forged).toMatchObject({ status: 401, body: { code: 'session-invalid' } });
  });
});
