import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const number = '+81 9000000001';
const newPassword = 'Brand-New-Lantern-7!';

describe('a cloud user gets back in by phone', () => {
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

  it('with the code of a text message', async () => {
    const recovery = await person.started(user);
    expect(recovery.view.methods).toContainEqual({ method: 'sms', hint: '•••••01', confirmContact: true });
    const challengeId = await recovery.phoned('sms', number);
    const code = await recovery.textedCode(number);
    await recovery.untilState('delivered');
    const [text] = await person.texts(number);
    expect(text).toMatchObject({ to: '+819000000001', carrier: 'twilio' });
    expect(text!.text).toContain('Contoso');
    expect(await recovery.answer(challengeId, code)).toMatchObject({ status: 200, body: { gatesPassed: 1 } });
    expect(await recovery.password(newPassword)).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    expect((await person.signIn(user, newPassword)).status).toBe(201);
  });

  it.each(['09000000001', '+819000000001', '０９０-0000-0001', '090 0000 0001'])(
    'when the number is typed as %s',
    async (typed) => {
      const recovery = await person.started(user);
      expect((await recovery.post('challenges', { method: 'sms', contact: typed })).status).toBe(202);
    },
  );

  it.each(['+81 9000000002', '+1 9000000001', '0001', '#'])('and not when it is typed as %p', async (typed) => {
    const recovery = await person.started(user);
    expect(await recovery.post('challenges', { method: 'sms', contact: typed })).toMatchObject({
      status: 422,
      body: { code: 'contact-mismatch' },
    });
  });

  it('by pressing # in a call', async () => {
    const recovery = await person.started(user);
    await recovery.phoned('mobile-call', number);
    const call = await recovery.ringing(number);
    await recovery.untilState('sent');
    const { body } = await person.post(`/outside/api/calls/${call.callId}/answer`);
    await recovery.untilState('delivered');
    expect(body.spoken[0]).toMatchObject({ language: 'en-US' });
    expect(body.spoken[0].text).toMatch(/This is Contoso\. Somebody asked to reset the password.*pound key.*star key/);
    const pressed = await person.press(call.callId, '5#');
    expect(pressed.body).toMatchObject({ state: 'ended' });
    expect(pressed.body.spoken.at(-1).text).toContain('You can go on at your screen');
    expect((await recovery.get()).body).toMatchObject({ status: 'choosing-password', gatesPassed: 1 });
    expect(await recovery.password('Another-Lantern-8!')).toMatchObject({ body: { status: 'succeeded' } });
  });

  it('denies a call that was not asked for with *', async () => {
    const recovery = await person.started(user);
    await recovery.phoned('mobile-call', number);
    const call = await recovery.ringing(number);
    await person.press(call.callId, '*');
    expect((await recovery.get()).body.challenge.state).toBe('denied');
    // The same key once more, and the other one, change nothing.
    expect((await person.press(call.callId, '#')).status).toBe(404);
    expect((await recovery.get()).body).toMatchObject({ gatesPassed: 0, challenge: { state: 'denied' } });
  });

  it('shows that nobody picked up, or that the line was busy', async () => {
    const recovery = await person.started(user);
    await recovery.phoned('mobile-call', number);
    const call = await recovery.ringing(number);
    await person.post(`/outside/api/calls/${call.callId}/hang-up`);
    await recovery.untilState('failed');
  });

  it('T4: a code by text message is worth nothing after five minutes', async () => {
    const recovery = await person.started(user);
    const challengeId = await recovery.phoned('sms', number);
    const code = await recovery.textedCode(number);
    await person.advance('PT5M');
    expect(await recovery.answer(challengeId, code)).toMatchObject({
      status: 409,
      body: { code: 'challenge-expired' },
    });
    expect((await recovery.get()).body.challenge.state).toBe('expired');
  });
});
