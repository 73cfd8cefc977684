import { Administrator } from '../support/administrators';
import { eventually, Person, Recovery, type StartedView } from '../support/journey';
import { startProduct, type Product } from '../support/product';

/** Where nothing has to be typed before a message is sent, a stranger watches what becomes of it. */
describe('a message to nobody', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    const admin = await Administrator.signIn(product.url);
    const patch = { unknownUsers: 'decoy', confirmContact: false, captcha: 'off' };
    const changed = await admin.changePolicy(patch);
    if (changed.status !== 200) throw new Error(changed.text);
  }, 90_000);
  afterAll(() => product.remove());

  async function started(username: string): Promise<Recovery> {
    const { body } = await person.post('/api/v1/recoveries', { username, reason: 'forgot-password' });
    return new Recovery(person, body as StartedView);
  }

  /** Every state the person is shown until the message is reported. */
  async function states(recovery: Recovery): Promise<string[]> {
    const asked = await recovery.post('challenges', { method: 'sms' });
    expect(asked.status).toBe(202);
    const seen: string[] = [];
    await eventually(async () => {
      const { state } = (await recovery.get()).body.challenge;
      if (seen.at(-1) !== state) seen.push(state);
      return state === 'delivered';
    });
    return seen.filter((state) => state !== 'sending');
  }

  it('R3: is shown as sent and delivered, like one to somebody', async () => {
    const real = await states(await started('cloud.user@contoso.example'));
    const nobody = await eventually(async () => {
      await person.resetLimits();
      const recovery = await started(`nobody.${Math.random()}@contoso.example`);
      return recovery.view.methods.some(({ method }) => method === 'sms') && recovery;
    });
    const decoy = await states(nobody);
    expect(decoy.at(-1)).toBe(real.at(-1));
    expect(['sent', 'delivered']).toEqual(expect.arrayContaining([...new Set([...real, ...decoy])]));
  });

  it('R3: is delayed while the providers are away, like one to somebody', async () => {
    await person.phoneFaults({ messages: { down: true }, smpp: { down: true } });
    const real = await started('cloud.user@contoso.example');
    await real.post('challenges', { method: 'sms' });
    await real.untilState('delayed');
    const nobody = await eventually(async () => {
      await person.resetLimits();
      const recovery = await started(`nobody.${Math.random()}@contoso.example`);
      return recovery.view.methods.some(({ method }) => method === 'sms') && recovery;
    });
    await nobody.post('challenges', { method: 'sms' });
    await nobody.untilState('delayed');
    await person.phoneFaults({ messages: { down: false }, smpp: { down: false } });
    await real.untilState('delivered');
    await nobody.untilState('delivered');
  }, 60_000);
});
