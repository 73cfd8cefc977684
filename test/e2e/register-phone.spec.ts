import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Any, type Answer } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const username = 'no.methods@contoso.example';
const mobile = '+81 9012345678';
const office = '+81 312345678';

describe('a phone is registered', () => {
  let product: Product;
  let person: Person;
  let token: string;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    const admin = await Administrator.signIn(product.url);
    const changed = await admin.changePolicy({ registration: { officePhoneByUser: true } });
    if (changed.status !== 200) throw new Error(changed.text);
    token = (await person.signIn(username, 'Correct-Horse-1!')).body.token;
  }, 90_000);
  afterAll(() => product.remove());

  const get = (path: string) => person.get(`/api/v1/me/${path}`, { token });
  const post = (path: string, body: unknown = {}): Promise<Answer<Any>> =>
    person.post(`/api/v1/me/${path}`, body, { token, key: randomUUID() });
  const registered = async (): Promise<string[]> =>
    (await get('methods')).body.methods.map(({ method }: { method: string }) => method);
  const ringing = (number: string) =>
    eventually(async () => (await person.calls(number)).find(({ state }) => state === 'ringing'));

  it('by the code of a text message, for messages and calls alike', async () => {
    const { status, body } = await post('methods', { method: 'sms', contact: mobile });
    expect([status, body.digits]).toEqual([202, 6]);
    const [text] = await eventually(async () => {
      const texts = await person.texts(mobile);
      return texts.length > 0 && texts;
    });
    expect(text!.text).toMatch(/^\d{6} is your Contoso code to confirm this number\. Valid for 5 min\./);
    const code = /^\d{6}/.exec(text!.text)![0];
    const confirmed = await post(`methods/registrations/${body.registrationId}/confirm`, { code });
    expect(confirmed.status).toBe(200);
    expect(await registered()).toEqual(['sms', 'mobile-call']);
  });

  it('by a key pressed in a call, after a step-up by another call', async () => {
    const { body: view } = await get('step-up');
    const option = view.options.find(({ method }: { method: string }) => method === 'mobile-call');
    expect((await post('step-up', { methodId: option.methodId })).status).toBe(202);
    const first = await ringing(mobile);
    const answered = await person.press(first.callId, '#');
    expect(answered.body.spoken[0].text).toMatch(
      /This is Contoso\. Somebody signed in .* wants to change how you sign in/,
    );

    const started = await eventually(async () => {
      const answer = await post('methods', { method: 'office-call', contact: office });
      return answer.status === 202 && answer;
    });
    expect(started.body.registrationId).toEqual(expect.any(String));
    const second = await person.press((await ringing(office)).callId, '#');
    expect(second.body.spoken[0].text).toContain('register this number');
    expect(second.body.spoken.at(-1).text).toContain('You can go on');
    expect(await registered()).toEqual(['sms', 'mobile-call', 'office-call']);
  });

  it('and not when whoever is called denies it', async () => {
    await person.advance('PT20M');
    const { body: view } = await get('step-up');
    const option = view.options.find(({ method }: { method: string }) => method === 'sms');
    const { body: asked } = await post('step-up', { methodId: option.methodId });
    const [text] = await eventually(async () => {
      const texts = await person.texts(mobile);
      return texts.length > 1 && texts;
    });
    expect(text!.text).toContain('to change how you sign in');
    await post(`step-up/${asked.stepUpId}/answer`, { code: /^\d{6}/.exec(text!.text)![0] });
    const other = '+81 312345679';
    expect((await post('methods', { method: 'office-call', contact: other })).status).toBe(202);
    await person.press((await ringing(other)).callId, '*');
    expect(await registered()).toEqual(['sms', 'mobile-call', 'office-call']);
  });

  it('proves its owner: an office phone that rings, and #', async () => {
    await person.advance('PT25H');
    const recovery = await person.started(username);
    expect(recovery.view.methods.map(({ method }) => method)).toEqual(['sms', 'mobile-call', 'office-call']);
    await recovery.phoned('office-call', '03-1234-5678');
    await person.press((await recovery.ringing(office)).callId, '#');
    expect((await recovery.get()).body).toMatchObject({ status: 'choosing-password', gatesPassed: 1 });
    expect(await recovery.password('Another-Lantern-8!')).toMatchObject({ body: { status: 'succeeded' } });
  });
});
