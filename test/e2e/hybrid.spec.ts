import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import { startAgent, type RunningAgent } from '../support/agent';
import { Administrator } from '../support/administrators';
import { eventually, Person, Recovery, type StartedView } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { startSlapd, type Slapd } from '../support/slapd';
import { until } from '../support/until';
import { Wire } from '../support/wire';

const user = 'hybrid.user@contoso.example';
const address = 'hybrid.user@contoso.home.example';

describe('a user whose password lies in the organisation’s own directory', () => {
  let product: Product;
  let slapd: Slapd;
  let agent: RunningAgent;
  let wire: Wire;
  let person: Person;

  beforeAll(async () => {
    [product, slapd] = await Promise.all([startProduct(), startSlapd([user])]);
    wire = await Wire.to('127.0.0.1', slapd.port);
    person = new Person(product.url);
  });
  afterAll(async () => {
    await agent?.remove();
    wire?.close();
    await slapd?.stop();
    await product?.remove();
  });

  const binds = async (password: string): Promise<boolean> => {
    const ldap = new Client({ url: slapd.url, tlsOptions: { ca: slapd.ca } });
    return ldap
      .bind(`uid=hybrid.user,ou=people,${slapd.baseDn}`, password)
      .then(
        () => true,
        () => false,
      )
      .finally(() => ldap.unbind());
  };
  const proved = async (reason = 'forgot-password'): Promise<Recovery> => {
    const recovery = await eventually(async () => {
      await person.resetLimits();
      const { status, body } = await person.start(user, { reason });
      return status === 201 && new Recovery(person, body as StartedView);
    });
    await recovery.provedByMail(address);
    return recovery;
  };
  const ended = (recovery: Recovery) =>
    eventually(async () => {
      const { body } = await recovery.get();
      return !['writing-back', 'unlocking'].includes(body.status as string) && body;
    });

  it('is refused before any gate while no agent is there', async () => {
    const refused = await person.start(user);
    expect([refused.status, refused.body.code]).toEqual([403, 'contact-administrator']);
  });

  it('enrols an agent by a one-time code', async () => {
    const admin = await Administrator.signIn(product.url);
    const created = await admin.post('/tenant/agents');
    expect(created.status).toBe(201);
    const { enrolmentCode } = created.body;
    agent = await startAgent({
      apiUrl: product.url,
      enrolmentCode,
      directory: {
        ...slapd.options,
        url: `ldaps://127.0.0.1:${wire.near}`,
        protectedGroups: [`cn=admins,${slapd.baseDn}`],
      },
    });
    await eventually(async () => {
      const { body } = await admin.get('/tenant/agents');
      return body.agents[0]?.state === 'alive';
    });
    const keys = { identityKey: 'A'.repeat(43), sealingKey: 'A'.repeat(43), version: '0' };
    const again = await person.post('/api/v1/agent/enrolment', { enrolmentCode, ...keys });
    expect([again.status, again.body.code]).toEqual([403, 'enrolment-refused']);
    await eventually(() => Promise.resolve(agent.lines().some(({ event }) => event === 'people')));
  });

  it('resets the password in the directory, and there alone', async () => {
    const recovery = await proved();
    const answer = await recovery.password('Lantern-Harbour-1!');
    expect([answer.status, answer.body.status]).toEqual([202, 'writing-back']);
    expect(await ended(recovery)).toMatchObject({
      status: 'succeeded',
      outcome: { result: 'succeeded', reason: 'reset' },
    });
    expect(await binds('Lantern-Harbour-1!')).toBe(true);
    await eventually(async () => (await person.mails(address)).some(({ subject }) => /was reset/.test(subject)));
  });

  it('takes the directory’s refusal as a reason to choose another', async () => {
    const recovery = await proved();
    await recovery.password('Lantern-Harbour-1!');
    expect(await ended(recovery)).toMatchObject({
      status: 'choosing-password',
      rejection: { reasons: ['directory-policy'], rules: { minimumLength: 8, history: 3 } },
    });
    const answer = await recovery.password('Lantern-Harbour-2!');
    expect(answer.status).toBe(202);
    expect((await ended(recovery)).status).toBe('succeeded');
    expect(await binds('Lantern-Harbour-2!')).toBe(true);
  });

  it('unlocks at the directory and leaves the password as it is', async () => {
    for (let n = 0; n < 3; n++) expect(await binds('not-the-password')).toBe(false);
    expect(await binds('Lantern-Harbour-2!')).toBe(false);
    const admin = await Administrator.signIn(product.url);
    await admin.changePolicy({ unlockWithoutReset: true });
    const recovery = await proved('account-locked');
    const answer = await recovery.post('unlock');
    expect([answer.status, answer.body.status]).toEqual([202, 'unlocking']);
    expect((await ended(recovery)).outcome).toMatchObject({ result: 'succeeded', reason: 'unlocked' });
    expect(await binds('Lantern-Harbour-2!')).toBe(true);
    await eventually(async () => (await person.mails(address)).some(({ subject }) => /unlocked/.test(subject)));
  });

  const change = (token: string, currentPassword: string, newPassword: string, key?: string) =>
    person.post('/api/v1/me/password', { currentPassword, newPassword }, { token, ...(key && { key }) });
  let session: string;
  const signedIn = (password: string): Promise<string> =>
    eventually(async () => (await person.signIn(user, password)).body.token as string | undefined, 30_000);

  it('changes a known password where it lies: the directory proves the old one and takes the new one', async () => {
    const token = await signedIn('Lantern-Harbour-2!');
    const wrong = await change(token, 'not-the-password', 'Lantern-Harbour-4!');
    expect([wrong.status, wrong.body.code]).toEqual([401, 'sign-in-failed']);
    // Three lock: an open session may not use up another try. Whoever signs in has the count begin anew.
    const second = await change(token, 'not-the-password', 'Lantern-Harbour-4!');
    expect([second.status, second.body.code]).toEqual([503, 'unavailable']);
    expect(await binds('Lantern-Harbour-2!')).toBe(true);
    const repeated = await change(token, 'Lantern-Harbour-2!', 'Lantern-Harbour-1!');
    expect([repeated.status, repeated.body]).toMatchObject([
      422,
      { code: 'password-rejected', reasons: ['directory-policy'], rules: { minimumLength: 8 } },
    ]);
    const key = randomUUID();
    const changed = await change(token, 'Lantern-Harbour-2!', 'Lantern-Harbour-4!', key);
    expect(changed.status).toBe(200);
    expect([await binds('Lantern-Harbour-4!'), await binds('Lantern-Harbour-2!')]).toEqual([true, false]);
    expect((await person.get('/api/v1/me', { token })).status).toBe(401);
    expect((await person.get('/api/v1/me', { token: changed.body.token as string })).status).toBe(200);
    session = changed.body.token as string;
    // The same request, whose answer was lost: the same new session, and nothing is written again.
    const again = await change(token, 'Lantern-Harbour-2!', 'Lantern-Harbour-4!', key);
    expect([again.status, again.body.token]).toEqual([200, changed.body.token]);
    await eventually(async () => (await person.mails(address)).some(({ subject }) => /was changed/.test(subject)));
  });

  it('says at once that a known password cannot be changed here where the agent may not touch its account', async () => {
    const admins = async (operation: 'add' | 'delete'): Promise<void> => {
      const values = [`uid=hybrid.user,ou=people,${slapd.baseDn}`];
      const ldap = new Client({ url: slapd.url, tlsOptions: { ca: slapd.ca } });
      await ldap.bind(slapd.root.dn, slapd.root.password);
      const modification = new Attribute({ type: 'member', values });
      await ldap.modify(`cn=admins,${slapd.baseDn}`, new Change({ operation, modification }));
      await ldap.unbind();
    };
    await admins('add');
    const refused = await change(session, 'Lantern-Harbour-4!', 'Lantern-Harbour-5!').finally(() => admins('delete'));
    expect([refused.status, refused.body.code]).toEqual([409, 'password-on-premises']);
    expect(await binds('Lantern-Harbour-4!')).toBe(true);
  });

  it('changes nothing where the plan does not cover it', async () => {
    const admin = await Administrator.signIn(product.url);
    expect((await admin.patch('/tenant/plan', { plan: 'business-standard' })).status).toBe(200);
    const refused = await change(session, 'Lantern-Harbour-4!', 'Lantern-Harbour-5!');
    expect([refused.status, refused.body.code]).toEqual([409, 'password-on-premises']);
    expect((await admin.patch('/tenant/plan', { plan: 'p1' })).status).toBe(200);
    expect(await binds('Lantern-Harbour-4!')).toBe(true);
  });

  const said = (event: string) => agent.lines().filter((line) => line.event === event).length;

  it('resets it although the directory cannot be reached at first, and the line is slow', async () => {
    const recovery = await proved();
    wire.cut({ refuse: true });
    expect((await recovery.password('Returning-Harbour-1!')).status).toBe(202);
    await until('the agent tries', () => wire.refused >= 1);
    wire.mend();
    wire.delayMs = 30;
    expect((await ended(recovery)).status).toBe('succeeded');
    wire.mend();
    expect(await binds('Returning-Harbour-1!')).toBe(true);
  });

  it('asks for no work while the directory is away, and for some when it is back', async () => {
    const [lost, ready] = [said('directory-trouble'), said('directory-ready')];
    wire.cut({ refuse: true });
    // Nobody is told why, and the agent has learnt it.
    expect((await person.signIn(user, 'Returning-Harbour-1!')).status).toBe(401);
    await until('it lost the directory', () => said('directory-trouble') > lost);
    wire.mend();
    await until('it has the directory again', () => said('directory-ready') > ready, 30_000);
    expect(await signedIn('Returning-Harbour-1!')).toBeDefined();
  });

  it('gives back at once what it cannot note, changes nothing, and says why', async () => {
    const notes = join(agent.dataDir, 'writebacks');
    const recovery = await proved();
    await rename(notes, `${notes}.away`);
    // A file in the place of the folder: no user, not even root, may write there.
    await writeFile(notes, '');
    try {
      expect((await recovery.password('Unnoted-Harbour-1!')).status).toBeLessThan(300);
      expect(await ended(recovery)).toMatchObject({ status: 'failed', outcome: { reason: 'problem-on-premises' } });
      expect(said('disk-trouble')).toBe(1);
      expect(await binds('Unnoted-Harbour-1!')).toBe(false);
    } finally {
      await rm(notes);
      await rename(`${notes}.away`, notes);
    }
    const again = await proved();
    expect((await again.password('Noted-Harbour-1!')).status).toBeLessThan(300);
    expect((await ended(again)).status).toBe('succeeded');
    expect(await binds('Noted-Harbour-1!')).toBe(true);
  });

  it('asks it anew about a password that was wrong a while ago: it may have been set there since', async () => {
    const password = 'Set-At-The-Desk-1!';
    expect((await person.signIn(user, password)).status).toBe(401);
    const ldap = new Client({ url: slapd.url, tlsOptions: { ca: slapd.ca } });
    await ldap.bind(slapd.options.bindDn, slapd.options.bindPassword);
    const modification = new Attribute({ type: 'userPassword', values: [password] });
    await ldap.modify(`uid=hybrid.user,ou=people,${slapd.baseDn}`, new Change({ operation: 'replace', modification }));
    await ldap.unbind();
    await person.advance('PT6M');
    const admin = await Administrator.signIn(product.url);
    await eventually(async () => (await admin.get('/tenant/agents')).body.agents[0]?.state === 'alive', 30_000);
    expect((await person.signIn(user, password)).status).toBe(201);
  });
});
