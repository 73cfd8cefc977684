import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { PersonAt } from '../support/elsewhere';
import { verifiedCase } from '../support/helpdesk';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { storedEvents } from '../support/stored-events';

const password = 'Correct-Horse-1!';
const failed = { status: 401, body: { code: 'sign-in-failed' } };

describe('limits of signing in', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product.remove());

  const at = (address: string) => new PersonAt(product.url, address);
  const wrong = async (who: Person, username: string, count: number, first = 0): Promise<void> => {
    for (let n = first; n < first + count; n++) {
      expect(await who.signIn(username, `Wrong-Guess-${n}!`)).toMatchObject(failed);
    }
  };

  it('G2: ten wrong passwords make a source wait a minute, then twice as long, with the same answer all along', async () => {
    const username = 'outside.group@contoso.example';
    await wrong(person, username, 10);
    expect(await person.signIn(username, password)).toMatchObject(failed);
    expect((await at('127.0.1.1').signIn(username, password)).status).toBe(201);
    await person.advance('PT61S');
    await wrong(person, username, 1, 20);
    await person.advance('PT61S');
    expect(await person.signIn(username, password)).toMatchObject(failed);
    await person.advance('PT60S');
    expect((await person.signIn(username, password)).status).toBe(201);
  });

  it('a helpdesk lifts the pause of whoever read out the word, and nobody else’s', async () => {
    const [username, mailbox] = ['cloud.user@contoso.example', 'cloud.user@contoso.home.example'];
    const other = 'one.method@contoso.example';
    const member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    for (const name of [username, other]) {
      await wrong(person, name, 10);
      expect(await person.signIn(name, password)).toMatchObject(failed);
    }
    const { path } = await verifiedCase(member, person, username, mailbox);
    expect((await member.post(`${path}/lift-blocks`)).status).toBe(204);
    expect((await person.signIn(username, password)).status).toBe(201);
    expect(await person.signIn(other, password)).toMatchObject(failed);
    const [helped] = (await storedEvents(product)).filter(({ type }) => type === 'HelpdeskAssisted');
    expect(helped?.data).toMatchObject({ act: 'blocks-lifted', outcome: 'succeeded' });
    await person.advance('PT61S');
    expect((await person.signIn(other, password)).status).toBe(201);
  });

  it('does not count the same wrong password again', async () => {
    const username = 'unlicensed.user@contoso.example';
    for (let n = 0; n < 15; n++) expect(await person.signIn(username, 'Caps-Lock-Was-On!')).toMatchObject(failed);
    expect((await person.signIn(username, password)).status).toBe(201);
  });

  it('G3: of 200 wrong passwords at once from many places, 50 are looked at, and the owner gets in from home', async () => {
    const username = 'two.methods@contoso.example';
    const home = at('127.0.2.1');
    const { body } = await home.signIn(username, password);
    const { accountId } = (await home.get('/api/v1/me', { token: body.token })).body as { accountId: string };
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => at(`127.0.3.${(n % 40) + 1}`).signIn(username, `Guess-Of-Many-${n}!`)),
    );
    expect(answers.filter(({ status }) => status !== 401 && status !== 503)).toEqual([]);
    const events = await storedEvents(product);
    const reserved = events.filter(
      ({ type, stream, data }) => type === 'SignInReserved' && stream === `signins-${accountId}` && !data.familiar,
    );
    // The owner's own first sign-in came from a place as yet unfamiliar.
    expect(reserved).toHaveLength(50 + 1);
    expect(await at('127.0.4.1').signIn(username, password)).toMatchObject(failed);
    expect((await home.signIn(username, password)).status).toBe(201);
  });

  it('a repetition is answered as the first time and counts once', async () => {
    const username = 'no.methods@contoso.example';
    const key = randomUUID();
    const wish = { username, password: 'Wrong-But-Repeated-1!' };
    const first = await person.post('/api/v1/sessions', wish, { key });
    const again = await person.post('/api/v1/sessions', wish, { key });
    expect([first.status, again.status, again.text]).toEqual([401, 401, first.text]);
    const other = await person.post('/api/v1/sessions', { username, password }, { key });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    await person.advance('P1D');
    // Across midnight as well: with a key that was used nothing else is compared.
    expect(await person.post('/api/v1/sessions', { username, password }, { key })).toMatchObject({
      ...{ status: 422, body: { code: 'idempotency-key-reused' } },
    });
    expect((await person.signIn(username, password)).status).toBe(201);
  });

  it('lets in whoever sends the right password many times at once', async () => {
    const username = 'cloud.user@fabrikam.example';
    const answers = await Promise.all(Array.from({ length: 15 }, () => person.signIn(username, password)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });

  it('the second factor is counted before it is compared', async () => {
    const username = 'auditor@contoso.example';
    const tries = Array.from({ length: 12 }, (_, n) =>
      person.post('/api/v1/sessions', { username, password, code: String(100_000 + n) }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(5).fill(401), ...Array<number>(7).fill(429)]);
    await person.advance('PT61S');
    const { body } = await person.get(`/outside/api/totp?user=${username}`);
    expect(await person.post('/api/v1/sessions', { username, password, code: body.code })).toMatchObject({
      status: 201,
      body: { roles: ['auditor'] },
    });
  });

  it('a reset of the limits of the simulated world also ends pauses', async () => {
    const username = 'cloud.user@contoso.example';
    await wrong(person, username, 10);
    expect(await person.signIn(username, password)).toMatchObject(failed);
    await person.resetLimits();
    expect((await person.signIn(username, password)).status).toBe(201);
  });
});
