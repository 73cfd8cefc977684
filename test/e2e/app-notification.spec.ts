import { codeIn, eventually, Person } from '../support/journey';
import { otherThan, Phone, pushed, signedIn } from '../support/phone';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const first = 'Correct-Horse-1!';

describe('the app notification', () => {
  let product: Product;
  let person: Person;
  let phone: Phone;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    phone = await Phone.paired(person, user, first);
    expect((await person.started(user)).view.methods.map(({ method }) => method)).not.toContain('app-notification');
    await person.advance('PT24H');
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product.remove());

  it('F9: a number that is not the shown one ends the push, and is a failure', async () => {
    const recovery = await person.started(user);
    const { challengeId, number } = await pushed(recovery, phone);
    expect(await phone.answer(challengeId, 'approve', otherThan(number))).toMatchObject({
      status: 200,
      body: { result: 'wrong-number' },
    });
    const { body } = await recovery.get();
    expect(body).toMatchObject({ status: 'challenged', gatesPassed: 0, challenge: { challengeId, state: 'failed' } });
    expect(await phone.answer(challengeId, 'approve', number)).toMatchObject({ body: { result: 'wrong-number' } });
    expect((await recovery.get()).body.gatesPassed).toBe(0);
    await recovery.post('cancel');
  });

  it('F9: a plain approval is none', async () => {
    const recovery = await person.started(user);
    const { challengeId, number } = await pushed(recovery, phone);
    expect(await phone.answer(challengeId, 'approve')).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
    // Nor does it help to type at the portal what the portal shows.
    expect(await recovery.answer(challengeId, number)).toMatchObject({
      status: 409,
      body: { code: 'answered-elsewhere' },
    });
    expect((await recovery.get()).body.gatesPassed).toBe(0);
    await recovery.post('cancel');
  });

  it('denied on the device, is denied at the portal and stands in the history', async () => {
    const recovery = await person.started(user);
    const { challengeId } = await pushed(recovery, phone);
    expect(await phone.answer(challengeId, 'deny')).toMatchObject({ status: 200, body: { result: 'denied' } });
    const { body } = await recovery.get();
    expect(body).toMatchObject({ status: 'challenged', gatesPassed: 0, challenge: { state: 'denied' } });
    const again = await pushed(recovery, phone);
    expect(again.challengeId).not.toBe(challengeId);
    await recovery.post('cancel');
  });

  it('shows what is asked for and never the number', async () => {
    const recovery = await person.started(user);
    const { challengeId, number } = await pushed(recovery, phone);
    expect(number).toMatch(/^\d\d$/);
    const approval = await phone.approval(challengeId);
    expect(approval).toMatchObject({
      organisation: 'Contoso',
      reason: 'forgot-password',
      from: { network: '127.0.…' },
    });
    expect(Object.keys(approval)).not.toContain('number');
    const shown = await eventually(async () => {
      const { challenge } = (await recovery.get()).body;
      return challenge.state === 'sent' && challenge;
    });
    expect(shown).toMatchObject({ challengeId, method: 'app-notification', number });
    await recovery.post('cancel');
    await eventually(async () => {
      const { body } = await person.get('/outside/api/devices');
      return body[0].approvals.length === 0 && body[0].connected;
    });
  });

  it('F9: is asked for five times in ten minutes and not more', async () => {
    const recovery = await person.started(user);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => recovery.post('challenges', { method: 'app-notification' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 202, 202, 429]);
    await recovery.post('cancel');
  });

  it('recovers with the right number, and an answer sent again changes nothing', async () => {
    const recovery = await person.started(user);
    const { challengeId, number } = await pushed(recovery, phone);
    expect(await phone.answer(challengeId, 'approve', number)).toMatchObject({ body: { result: 'approved' } });
    expect((await recovery.get()).body).toMatchObject({ status: 'choosing-password', gatesPassed: 1 });
    expect(await phone.answer(challengeId, 'deny')).toMatchObject({ body: { result: 'approved' } });
    expect((await recovery.password('Lantern-Harbour-1!')).body.status).toBe('succeeded');
    expect(await phone.answer(challengeId, 'approve', number)).toMatchObject({ body: { result: 'approved' } });
    await signedIn(person, user, 'Lantern-Harbour-1!');
  });

  it('F4: is one gate of two for an administrator, e-mail being the other', async () => {
    const [admin, address] = ['admin@contoso.example', 'admin@contoso.home.example'];
    const { code } = (await person.get(`/outside/api/totp?user=${admin}`)).body;
    const own = await Phone.paired(person, admin, first, code as string);
    await eventually(async () =>
      (await person.mails(address)).some(({ subject }) => subject.includes('security information')),
    );
    await person.advance('PT24H');
    const recovery = await person.started(admin);
    const { challengeId, number } = await pushed(recovery, own);
    await own.answer(challengeId, 'approve', number);
    expect((await recovery.get()).body).toMatchObject({ status: 'choosing-method', gatesPassed: 1 });
    const count = (await person.mails(address)).filter((mail) => codeIn(mail)).length;
    const mail = await recovery.challenged(address);
    const second = await recovery.answer(mail, await recovery.codeFrom(address, count));
    expect(second.body).toMatchObject({ status: 'choosing-password', gatesPassed: 2 });
    expect((await recovery.password('Lantern-Harbour-2!')).body.status).toBe('succeeded');
  });
});
