import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { eventually, Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { ScriptedAgent } from '../support/scripted-agent';

const user = 'hybrid.user@contoso.example';

describe('an agent that falls silent after the gates', () => {
  let product: Product;
  let person: Person;
  let agent: ScriptedAgent;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    const admin = await Administrator.signIn(product.url);
    const { body } = await admin.post('/tenant/agents');
    agent = await ScriptedAgent.enrol(person, body.enrolmentCode as string);
    await agent.link(user, randomUUID());
  });
  afterAll(() => product?.remove());

  it('refuses for the moment: the same request is taken once it is back', async () => {
    const end = await agent.breathe();
    const recovery = await eventually(() => person.started(user).catch(() => undefined));
    await recovery.provedByMail('hybrid.user@contoso.home.example');
    end();
    await person.advance('PT1M');
    const key = randomUUID();
    for (let n = 0; n < 2; n++) {
      const refused = await recovery.password('Lantern-Harbour-0!', key);
      expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    }
    const leave = await agent.breathe();
    await eventually(async () => (await recovery.password('Lantern-Harbour-0!', key)).status === 202);
    leave();
    await agent.report((await agent.next())!.writebackId, 'succeeded');
    expect((await recovery.get()).body.status).toBe('succeeded');
  });
});
