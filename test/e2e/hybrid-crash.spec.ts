import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startAgent, type RunningAgent } from '../support/agent';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Recovery } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { startSlapd, type Slapd } from '../support/slapd';
import { asAnyone } from '../contract/directory/known-people';

const user = 'hybrid.user@contoso.example';
const address = 'hybrid.user@contoso.home.example';

describe('an agent that is killed in the middle of it', () => {
  let product: Product;
  let slapd: Slapd;
  let agent: RunningAgent;
  let person: Person;

  beforeAll(async () => {
    [product, slapd] = await Promise.all([startProduct(), startSlapd([user])]);
    person = new Person(product.url);
    const admin = await Administrator.signIn(product.url);
    const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
    agent = await startAgent({
      apiUrl: product.url,
      enrolmentCode,
      directory: slapd.options,
    });
    await eventually(() => Promise.resolve(agent.lines().some(({ event }) => event === 'people')));
  });
  afterAll(async () => {
    if (product) process.kill(product.pid, 'SIGCONT');
    await agent?.remove();
    await slapd?.stop();
    await product?.remove();
  });

  const dn = () => `uid=hybrid.user,ou=people,${slapd.baseDn}`;
  const binds = (password: string) =>
    asAnyone({ url: slapd.url, ca: slapd.ca }, dn(), password, () => Promise.resolve(true)).catch(() => false);
  const changes = () =>
    asAnyone({ url: slapd.url, ca: slapd.ca }, slapd.root.dn, slapd.root.password, async (ldap) => {
      const filter = `(&(reqDN=${dn()})(reqResult=0)(reqMod=userPassword:*))`;
      return (await ldap.search('cn=log', { filter })).searchEntries.length;
    });
  const begun = () =>
    eventually(async () => (await readdir(join(agent.dataDir, 'writebacks')).catch(() => [])).length > 0);
  const proved = async (): Promise<Recovery> => {
    const recovery = await person.started(user);
    const sent = (await person.mails(address)).length;
    const challengeId = await recovery.challenged(address);
    const code = await eventually(async () => {
      const mails = await person.mails(address);
      return mails.length > sent && (await recovery.codeFrom(address));
    });
    await recovery.answer(challengeId, code);
    return recovery;
  };
  const succeeded = (recovery: Recovery) => eventually(async () => (await recovery.get()).body.status === 'succeeded');

  it('asks for the command again when nothing was written yet', async () => {
    const recovery = await proved();
    const before = await changes();
    slapd.signal('SIGSTOP');
    expect((await recovery.password('Lantern-Harbour-1!')).status).toBe(202);
    await begun();
    agent.signal('SIGKILL');
    slapd.signal('SIGCONT');
    await agent.stop();
    await agent.start();
    await succeeded(recovery);
    expect([await binds('Lantern-Harbour-1!'), (await changes()) - before]).toEqual([true, 1]);
  });

  it('tells what was done when only the receipt was missing', async () => {
    const recovery = await proved();
    const before = await changes();
    slapd.signal('SIGSTOP');
    expect((await recovery.password('Lantern-Harbour-2!')).status).toBe(202);
    await begun();
    process.kill(product.pid, 'SIGSTOP');
    slapd.signal('SIGCONT');
    await eventually(async () => (await changes()) > before);
    agent.signal('SIGKILL');
    await agent.stop();
    process.kill(product.pid, 'SIGCONT');
    await agent.start();
    await succeeded(recovery);
    expect([await binds('Lantern-Harbour-2!'), (await changes()) - before]).toEqual([true, 1]);
    await eventually(async () => (await readdir(join(agent.dataDir, 'writebacks'))).length === 0);
  });

  it('leaves the work to another agent when it does not come back', async () => {
    const admin = await Administrator.signIn(product.url);
    const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
    const other = await startAgent({
      apiUrl: product.url,
      enrolmentCode,
      directory: slapd.options,
    });
    try {
      await eventually(async () => {
        const { agents } = (await admin.get('/tenant/agents')).body as { agents: { state: string }[] };
        return agents.filter(({ state }) => state === 'alive').length === 2;
      });
      agent.signal('SIGKILL');
      await agent.stop();
      const recovery = await proved();
      expect((await recovery.password('Lantern-Harbour-3!')).status).toBe(202);
      await succeeded(recovery);
      expect(await binds('Lantern-Harbour-3!')).toBe(true);
    } finally {
      await other.remove();
    }
  });
});
