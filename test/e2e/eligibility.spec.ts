import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Answer, type Any } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { ScriptedAgent } from '../support/scripted-agent';
import { storedEvents } from '../support/stored-events';

const hybrid = 'hybrid.user@contoso.example';
const home = (username: string) => username.replace(/@(\w+)\.example$/, '@$1.home.example');

/** Why somebody cannot recover by themselves: recorded each as what it is, told to nobody who asks. */
describe('who may not recover', () => {
  let product: Product;
  let person: Person;
  let admin: Administrator;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    admin = await Administrator.signIn(product.url);
  });
  afterAll(() => product.remove());

  const refused = async (username: string): Promise<Answer<Any>> => {
    const answer = await person.start(username);
    expect(answer).toMatchObject({ status: 403, body: { supportCode: expect.any(String) } });
    return answer;
  };
  const recorded = async ({ body: { supportCode } }: Answer<Any>): Promise<Any[]> =>
    (await storedEvents(product))
      .filter(({ type, data }) => type === 'RecoveryRefused' && data.supportCode === supportCode)
      .map(({ data }) => data.outcome);
  const told = ({ status, body: { supportCode: _, instance: __, ...rest } }: Answer<Any>) => ({ status, ...rest });
  const changed = async (patch: object): Promise<void> => {
    expect((await admin.changePolicy(patch)).status).toBe(200);
  };

  it.each([
    ['unknown-user', 'nobody@contoso.example'],
    ['unknown-user', 'nobody@unheard-of.example'],
    ['account-disabled', 'disabled.user@contoso.example'],
    ['not-in-group', 'outside.group@contoso.example'],
    ['no-licence', 'unlicensed.user@contoso.example'],
    ['no-licence', 'cloud.user@fabrikam.example'],
    ['too-few-methods', 'no.methods@contoso.example'],
    ['on-premises-without-writeback', hybrid],
  ])('%s: %s', async (reason, username) => {
    const answer = await refused(username);
    expect(answer.body.code).toBe('contact-administrator');
    expect(await recorded(answer)).toEqual([{ result: 'failed', reason }]);
  });

  it('reads the same, whatever the reason', async () => {
    await person.resetLimits();
    const names = ['nobody', 'disabled.user', 'outside.group', 'unlicensed.user', 'no.methods', 'hybrid.user'];
    const answers: Answer<Any>[] = [];
    for (const name of names) answers.push(await refused(`${name}@contoso.example`));
    for (const answer of answers) expect(told(answer)).toEqual(told(answers[0]!));
  });

  it('a role needs neither the group nor the licence', async () => {
    const { view } = await person.started('helpdesk@contoso.example');
    expect(view).toMatchObject({ status: 'choosing-method', gatesRequired: 2 });
  });

  it('not-enabled-for-tenant: nobody but the roles, once it is switched off', async () => {
    await changed({ enabledFor: 'none' });
    const answer = await eventually(async () => {
      const start = await person.start('cloud.user@contoso.example');
      return start.status === 403 && start;
    });
    expect(await recorded(answer)).toEqual([{ result: 'failed', reason: 'not-enabled-for-tenant' }]);
    expect((await person.started('helpdesk@contoso.example')).view.status).toBe('choosing-method');
    await changed({ enabledFor: 'selected' });
    await eventually(async () => (await person.start('cloud.user@contoso.example')).status === 201);
  });

  it('already-blocked: says until when and whom to ask', async () => {
    await person.resetLimits();
    const username = 'one.method@contoso.example';
    const recovery = await person.started(username);
    const challengeId = await recovery.challenged(home(username));
    for (let n = 0; n < 5; n++) await recovery.answer(challengeId, `0000000${n}`);
    const answer = await refused(username);
    const { blockedUntil } = answer.body;
    expect(answer.body).toMatchObject({ code: 'blocked', contact: 'https://helpdesk.contoso.example' });
    expect(Date.parse(blockedUntil as string)).toBeGreaterThan(Date.now());
    expect(await recorded(answer)).toEqual([{ result: 'failed', reason: 'already-blocked' }]);
  });

  it('account-protected, writeback-unreachable: as the agent says, or does not', async () => {
    await person.resetLimits();
    const agent = await ScriptedAgent.enrol(person, (await admin.post('/tenant/agents')).body.enrolmentCode as string);
    await agent.link(hybrid, randomUUID());
    const end = await agent.breathe();
    const started = await eventually(async () => {
      const { status } = await person.start(hybrid);
      return status === 201;
    });
    expect(started).toBe(true);
    const recovery = await (await person.started(hybrid)).provedByMail(home(hybrid));
    end();
    expect((await recovery.password('Lantern-Harbour-1!')).body.status).toBe('writing-back');
    for (const way of ['cancel', 'contact-administrator']) {
      expect(await recovery.post(way)).toMatchObject({ status: 409, body: { code: 'password-submitted' } });
    }
    const command = await agent.next();
    await agent.report(command!.writebackId, 'protected');
    const { body } = await recovery.get();
    expect(body).toMatchObject({ status: 'failed', outcome: { result: 'failed', reason: 'account-protected' } });

    await person.advance('PT1M');
    await person.resetLimits();
    expect(await recorded(await refused(hybrid))).toEqual([{ result: 'failed', reason: 'writeback-unreachable' }]);
  });
});
