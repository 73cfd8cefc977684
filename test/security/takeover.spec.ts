import { randomUUID } from 'node:crypto';
import { Person, type Answer, type Any } from '../support/journey';
import { signedIn, steppedUp } from '../support/phone';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';
const first = 'Correct-Horse-1!';
const second = 'Lantern-Harbour-9!';

describe('whoever was inside once does not come back', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product.remove());

  const post = (token: string, path: string, body: unknown = {}): Promise<Answer<Any>> =>
    person.post(`/api/v1/me/${path}`, body, { token, key: randomUUID() });

  it('F13: by resending the code of a registration that another session began, or that has expired', async () => {
    const began = await signedIn(person, user, first);
    await steppedUp(person, began, user);
    const { body } = await post(began, 'methods', { method: 'email', contact: 'mallory@mail.example' });
    const resend = `methods/registrations/${body.registrationId}/resend`;

    const other = await signedIn(person, user, first);
    expect((await post(other, resend)).body.code).toBe('challenge-not-current');
    await person.advance('PT10M');
    expect((await post(began, resend)).body.code).toBe('challenge-expired');
    expect((await post(began, `${resend.replace('resend', 'confirm')}`, { code: '12345678' })).body.code).toBe(
      'challenge-expired',
    );
  });

  it('F13, T14: by resending the code of a registration that was begun before a reset', async () => {
    const before = await signedIn(person, user, first);
    await steppedUp(person, before, user);
    const { body } = await post(before, 'methods', { method: 'email', contact: 'mallory@mail.example' });

    await person.request('DELETE', '/outside/api/mail');
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    await recovery.answer(challengeId, await recovery.codeFrom(address));
    expect((await recovery.password(second)).body.status).toBe('succeeded');

    const after = await signedIn(person, user, second);
    expect((await post(after, 'methods', { method: 'email', contact: 'mallory@mail.example' })).status).toBe(403);
    const revived = await post(after, `methods/registrations/${body.registrationId}/resend`);
    expect(revived).toMatchObject({ status: 409, body: { code: 'challenge-not-current' } });
  });
});
