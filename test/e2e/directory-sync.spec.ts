import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import { startAgent, type RunningAgent } from '../support/agent';
import { Administrator } from '../support/administrators';
import { eventually } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { startSlapd, type Slapd } from '../support/slapd';

describe('people of the organisation’s own directory', () => {
  let product: Product;
  let slapd: Slapd;
  let agent: RunningAgent;
  let admin: Administrator;
  const env: Record<string, string> = { AGENT_SYNC_SECONDS: '1', LDAP_ATTRIBUTE_OFFICE_PHONE: 'homePhone' };

  beforeAll(async () => {
    const people = ['hybrid.user', 'mary', 'tom'].map((name) => `${name}@contoso.example`);
    [product, slapd] = await Promise.all([startProduct(), startSlapd(people)]);
    admin = await Administrator.signIn(product.url);
    const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
    agent = await startAgent({
      apiUrl: product.url,
      enrolmentCode,
      env: { ...env, LDAP_USER_UNITS: `ou=people,${slapd.baseDn}; ou=elsewhere,${slapd.baseDn}` },
      directory: { ...slapd.options, protectedGroups: [`cn=admins,${slapd.baseDn}`] },
    });
    await eventually(() => Promise.resolve(agent.lines().some(({ event }) => event === 'people')));
  });
  afterAll(async () => {
    await agent?.remove();
    await slapd?.stop();
    await product?.remove();
  });

  interface Listed {
    accountId: string;
    username: string;
    disabled: boolean;
    origin: string;
    lastDirectorySignInOn: string | null;
    methods: { method: string; by: string }[];
  }
  const users = async (): Promise<Listed[]> => (await admin.get('/tenant/users?limit=100')).body.users;
  const named = async (name: string) => (await users()).find(({ username }) => username === `${name}@contoso.example`);
  const asRoot = async (work: (ldap: Client) => Promise<void>): Promise<void> => {
    const ldap = new Client({ url: slapd.url, tlsOptions: { ca: slapd.ca } });
    await ldap.bind(slapd.root.dn, slapd.root.password);
    await work(ldap).finally(() => ldap.unbind());
  };
  const dn = (uid: string) => `uid=${uid},ou=people,${slapd.baseDn}`;
  const set = (uid: string, type: string, ...values: string[]) =>
    asRoot((ldap) =>
      ldap.modify(dn(uid), new Change({ operation: 'replace', modification: new Attribute({ type, values }) })),
    );
  const add = (uid: string, mail: string) =>
    asRoot((ldap) => ldap.add(dn(uid), { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, mail }));

  it('become accounts, and those who were there get their person', async () => {
    expect(await eventually(() => named('mary'))).toMatchObject({ origin: 'hybrid', disabled: false });
    const told = agent.lines().find(({ event }) => event === 'people') as {
      created?: number;
      linked?: number;
      id?: string;
    };
    expect(told).toMatchObject({ created: 2, linked: 1, id: 'KTA-400' });
  });

  it('stay who they are when they are renamed', async () => {
    const before = (await named('mary'))!;
    await set('mary', 'mail', 'mary.jones@contoso.example');
    const after = await eventually(() => named('mary.jones'));
    expect((after as Listed).accountId).toBe(before.accountId);
    expect(await named('mary')).toBeUndefined();
  });

  it('do not get the account of somebody else whose name they have', async () => {
    await set('mary', 'mail', 'mary.smith@contoso.example');
    await eventually(() => named('mary.smith'));
    await add('other.tom', 'tom@contoso.example');
    await eventually(() =>
      Promise.resolve(agent.lines().some((line) => ((line as { conflicts?: number }).conflicts ?? 0) > 0)),
    );
    await add('mary.jones', 'mary.jones@contoso.example');
    const another = (await eventually(() => named('mary.jones'))) as Listed;
    expect(another.accountId).not.toBe((await named('mary.smith'))!.accountId);
  });

  it('bring the office phone, as the directory’s word', async () => {
    await set('tom', 'homePhone', '+81 3 0000 0001');
    const methods = () =>
      named('tom').then((tom) => tom!.methods.some(({ method, by }) => method === 'office-call' && by === 'directory'));
    await eventually(methods);
    await set('tom', 'homePhone');
    await eventually(async () => !(await methods()));
  });

  it('show on which day they last signed in there, told when everybody is compared', async () => {
    const ldap = new Client({ url: slapd.url, tlsOptions: { ca: slapd.ca } });
    const days = [new Date()];
    await ldap.bind(dn('tom'), 'First-Pass-1').finally(() => ldap.unbind());
    days.push(new Date());
    expect((await named('tom'))!.lastDirectorySignInOn).toBeNull();
    await agent.stop();
    await agent.start();
    const on = await eventually(async () => (await named('tom'))!.lastDirectorySignInOn ?? undefined);
    expect(days.map((day) => day.toISOString().slice(0, 10))).toContain(on);
  });

  it('are disabled with their entry, and when it is gone', async () => {
    await set('tom', 'pwdAccountLockedTime', '000001010000Z');
    await eventually(async () => (await named('tom'))!.disabled);
    await set('tom', 'pwdAccountLockedTime');
    await eventually(async () => !(await named('tom'))!.disabled);
    await asRoot((ldap) => ldap.del(dn('mary.jones')));
    await agent.stop();
    await agent.start();
    await eventually(async () => (await named('mary.jones'))!.disabled);
    expect((await named('mary.smith'))!.disabled).toBe(false);
  });

  it('are disabled also when they lose their name with it, or have one of elsewhere', async () => {
    await add('leaver', 'leaver@contoso.example');
    await add('mover', 'mover@contoso.example');
    await eventually(async () => (await named('leaver')) && (await named('mover')));
    await asRoot((ldap) =>
      ldap.modify(dn('leaver'), [
        new Change({ operation: 'delete', modification: new Attribute({ type: 'mail' }) }),
        new Change({
          operation: 'add',
          modification: new Attribute({ type: 'pwdAccountLockedTime', values: ['000001010000Z'] }),
        }),
      ]),
    );
    await set('mover', 'mail', 'mover@elsewhere.example');
    await set('mover', 'pwdAccountLockedTime', '000001010000Z');
    await eventually(async () => (await named('leaver'))!.disabled && (await named('mover'))!.disabled);
  });

  it('are imported whatever others have in their entries', async () => {
    await add('odd.1', 'x');
    await add('odd.2', `${'long'.repeat(400)}@contoso.example`);
    await set('odd.1', 'homePhone', '9'.repeat(300));
    await add('neighbour', 'neighbour@contoso.example');
    await set('neighbour', 'homePhone', `+81 3 0000 0001 ${'ext. '.repeat(30)}`);
    await eventually(() => named('neighbour'));
    await set('neighbour', 'pwdAccountLockedTime', '000001010000Z');
    await eventually(async () => (await named('neighbour'))!.disabled);
  });

  it('come back when they come into sight again, unchanged', async () => {
    const { accountId } = (await named('mary.smith'))!;
    const [inSight, outOfSight] = [dn('mary'), `uid=mary,ou=hidden,${slapd.baseDn}`];
    await asRoot(async (ldap) => {
      await ldap.add(`ou=hidden,${slapd.baseDn}`, { objectClass: 'organizationalUnit', ou: 'hidden' });
      await ldap.modifyDN(inSight, outOfSight);
    });
    await agent.stop();
    await agent.start();
    await eventually(async () => (await named('mary.smith'))!.disabled);
    await asRoot((ldap) => ldap.modifyDN(outOfSight, inSight));
    await agent.stop();
    // As if it had come back a while ago: nothing has changed since.
    const ahead = Date.now() + 1_000;
    const after = new Date(ahead).toISOString().replace(/[-:T]|\.\d+/g, '');
    const file = join(agent.env.AGENT_DATA_DIR!, 'sync.json');
    const kept = JSON.parse(await readFile(file, 'utf8')) as { cursor: object };
    await writeFile(file, JSON.stringify({ ...kept, cursor: { ...kept.cursor, after } }));
    await agent.start();
    const back = (await eventually(
      async () => !(await named('mary.smith'))!.disabled && named('mary.smith'),
    )) as Listed;
    expect(back.accountId).toBe(accountId);
    // What changes from here on is later than what it has read.
    await eventually(() => Promise.resolve(Date.now() > ahead + 1_000));
  });

  it('stay disabled whom an administrator disabled, whatever the directory says', async () => {
    const { accountId } = (await named('tom'))!;
    expect((await admin.patch(`/tenant/users/${accountId}`, { disabled: true })).status).toBe(200);
    await eventually(async () => (await named('tom'))!.disabled);
    await set('tom', 'homePhone', '+81 3 0000 0001');
    await eventually(async () => (await named('tom'))!.methods.some(({ method }) => method === 'office-call'));
    expect((await named('tom'))!.disabled).toBe(true);
  });

  it('are kept when everybody seems to have gone', async () => {
    await asRoot(async (ldap) => {
      for (let n = 0; n < 12; n++)
        await ldap.add(`uid=p${n},ou=elsewhere,${slapd.baseDn}`, {
          objectClass: 'inetOrgPerson',
          uid: `p${n}`,
          cn: 'p',
          sn: 'p',
          mail: `p${n}@contoso.example`,
        });
    });
    await eventually(() => named('p11'));
    await asRoot(async (ldap) => {
      for (let n = 0; n < 12; n++) await ldap.del(`uid=p${n},ou=elsewhere,${slapd.baseDn}`);
    });
    await agent.stop();
    await agent.start();
    await eventually(() => Promise.resolve(agent.lines().some(({ event }) => event === 'too-many-gone')));
    expect((await named('p11'))!.disabled).toBe(false);
  });

  it('are found by the doctor, whose exit code says whether all is well', async () => {
    const doctor = (change: Record<string, string> = {}, ...options: string[]) =>
      new Promise<{ code: number; output: string }>((resolve) => {
        const settings = { ...agent.env, ...change };
        execFile(
          process.execPath,
          ['bin/keyturn-agent.mjs', 'doctor', ...options],
          { env: settings },
          (error, stdout) => resolve({ code: error ? Number(error.code) : 0, output: stdout }),
        );
      });
    const well = await doctor({}, '--json');
    expect(JSON.parse(well.output)).toMatchObject({ ok: true });
    expect(well.code).toBe(0);
    const ill = await doctor({
      LDAP_FENCE_ATTRIBUTE: 'description',
      LDAP_BASE_DN: `ou=${randomUUID()},${slapd.baseDn}`,
    });
    expect(ill.code).toBe(1);
    expect(ill.output).toMatch(/FAILED {3}fence .*several values/);
    expect((await doctor({ LDAP_URL: 'ldap://127.0.0.1' })).code).toBe(2);
  });

  it('keeps no password, no name and no address on its disk or in its log', async () => {
    const seen = await agent.seen();
    for (const personal of ['mary', 'contoso.example', 'Svc-Pass-0001', 'First-Pass-1'])
      expect(seen).not.toContain(personal);
  });
});
