import { Person, eventually } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'two.methods@northwind.example';
const address = 'two.methods@northwind.home.example';

describe('two gates', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product.remove());

  const appCode = async (): Promise<string> => {
    const { body } = await person.get(`/outside/api/totp?user=${encodeURIComponent(user)}`);
    return body.code as string;
  };

  it('F2, F10: takes a password only after both, in either order, and each app code once', async () => {
    const recovery = await person.started(user);
    expect(recovery.view).toMatchObject({ gatesRequired: 2, gatesPassed: 0 });
    const app = await recovery.post('challenges', { method: 'app-code' });
    expect(app.status).toBe(202);
    const code = await appCode();
    const passed = await recovery.answer(app.body.challengeId, code);
    expect(passed.body).toMatchObject({ status: 'choosing-method', gatesPassed: 1 });
    expect(passed.body.methods).toEqual([
      { method: 'email', hint: 't•••••', confirmContact: true },
      { method: 'security-questions', hint: '', confirmContact: false },
    ]);
    expect(await recovery.password('Lantern-Harbour-1!')).toMatchObject({
      status: 403,
      body: { code: 'gates-not-passed' },
    });
    expect((await recovery.post('challenges', { method: 'app-code' })).body.code).toBe('method-not-available');

    const other = await person.started(user);
    const again = await other.post('challenges', { method: 'app-code' });
    expect((await other.answer(again.body.challengeId, code)).body.code).toBe('challenge-failed');

    const mail = await recovery.challenged(address);
    const second = await recovery.answer(mail, await recovery.codeFrom(address));
    expect(second.body).toMatchObject({ status: 'choosing-password', gatesPassed: 2 });
    expect((await recovery.password('Lantern-Harbour-1!')).body.status).toBe('succeeded');
    expect((await person.signIn(user, 'Lantern-Harbour-1!')).status).toBe(201);
    await eventually(async () => (await person.mails(address)).some(({ subject }) => /was reset/.test(subject)));
  });
});
