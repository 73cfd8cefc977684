import { Client } from 'ldapts';
import { startAgent, type RunningAgent } from '../support/agent';
import { Administrator } from '../support/administrators';
import { eventually, Person, Recovery, type Any, type StartedView } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { startSlapd, type Slapd } from '../support/slapd';
import { storedEvents } from '../support/stored-events';

const user = 'hybrid.user@contoso.example';
const address = 'hybrid.user@contoso.home.example';
const patience = 60_000;

/** Crash points 15 to 20: between submission, request, offer, lease, write, receipt and settlement. */
describe('a writeback while processes are killed', () => {
  let product: Product;
  let slapd: Slapd;
  let agent: RunningAgent;
  let person: Person;
  let accepted = '';
  let n = 0;

  beforeAll(async () => {
    [product, slapd] = await Promise.all([startProduct(), startSlapd([user])]);
    person = new Person(product.url);
    const admin = await Administrator.signIn(product.url);
    const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
    agent = await startAgent({
      apiUrl: product.url,
      enrolmentCode,
      directory: {
        kind: 'openldap',
        url: slapd.url,
        ca: slapd.ca,
        baseDn: slapd.baseDn,
        bindDn: slapd.service.dn,
        bindPassword: slapd.service.password,
        fenceAttribute: 'employeeNumber',
      },
    });
    await eventually(() => Promise.resolve(agent.lines().some(({ event }) => event === 'people')), patience);
  });
  afterAll(async () => {
    await agent?.remove();
    await slapd?.stop();
    await product?.remove();
  });

  const dn = (): string => `uid=hybrid.user,ou=people,${slapd.baseDn}`;
  const as = async <T>(who: string, password: string, work: (ldap: Client) => Promise<T>): Promise<T> => {
    const ldap = new Client({ url: slapd.url, tlsOptions: { ca: slapd.ca } });
    try {
      await ldap.bind(who, password);
      return await work(ldap);
    } finally {
      await ldap.unbind();
    }
  };
  const binds = (password: string) => as(dn(), password, () => Promise.resolve(true)).catch(() => false);
  /** Times the directory changed the password, by its own access log. */
  const changes = () =>
    as(slapd.root.dn, slapd.root.password, async (ldap) => {
      const filter = `(&(reqDN=${dn()})(reqResult=0)(reqMod=userPassword:*))`;
      return (await ldap.search('cn=log', { filter })).searchEntries.length;
    });
  const recorded = async () => (await storedEvents(product)).filter(({ type }) => type === 'PasswordWritten').length;

  const proved = async (): Promise<Recovery> => {
    const recovery = await eventually(async () => {
      await person.resetLimits();
      const { status, body } = await person.start(user);
      return status === 201 && new Recovery(person, body as StartedView);
    }, patience);
    await recovery.provedByMail(address);
    return recovery;
  };
  const after = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));
  /** Ended, whatever was lost on the way: leases lapse by the clock, and are offered again. */
  const ended = (recovery: Recovery): Promise<Any> =>
    eventually(async () => {
      const { body } = await recovery.get();
      if (body.status !== 'writing-back') return body;
      await person.advance('PT5S');
      return undefined;
    }, patience);

  /** One reset, with something killed this long after its submission. */
  const reset = async (ms: number, kill: () => Promise<void>): Promise<void> => {
    const before = await changes();
    const recovery = await proved();
    const password = `Lantern-Harbour-Crash-${++n}!`;
    const answer = recovery.password(password).catch(() => undefined);
    await after(ms);
    await kill();
    await answer;
    const view = await ended(recovery);
    const made = (await changes()) - before;
    if (view.status === 'succeeded') {
      accepted = password;
      expect([made, await binds(password)]).toEqual([1, true]);
    } else {
      // Killed before it was submitted, or ended because its time was up: then nothing was changed, nor will be.
      expect(['choosing-password', 'failed', 'abandoned']).toContain(view.status);
      expect([made, await binds(password)]).toEqual([0, false]);
    }
    if (accepted) expect(await binds(accepted)).toBe(true);
    await eventually(async () => (await recorded()) === (await changes()), patience);
  };

  // The product is killed while the request, the offer, the lease or the receipt is under way.
  it.each([10, 60, 120, 200, 400])('of which the platform is killed %i ms after the submission', (ms) =>
    reset(ms, async () => {
      await product.kill();
      await product.restart();
    }),
  );

  it.each([60, 120, 200, 400])('of which the agent is killed %i ms after the submission', (ms) =>
    reset(ms, async () => {
      agent.signal('SIGKILL');
      await agent.stop();
      await agent.start();
    }),
  );

  it('of which nothing is killed', () => reset(0, () => Promise.resolve()));
});
