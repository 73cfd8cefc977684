import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Attribute, Change } from 'ldapts';
import { startAgent, type RunningAgent } from '../../support/agent';
import { Administrator } from '../../support/administrators';
import { eventually } from '../../support/journey';
import { startProduct, type Product } from '../../support/product';
import type { Register } from './registers';

/** People of the organisation's own directory, as far as Keyturn hears of them. */
export function peopleInStepSuite(open: () => Promise<Register>): void {
  let product: Product;
  let register: Register;
  let agent: RunningAgent;
  let admin: Administrator;

  beforeAll(async () => {
    [product, register] = await Promise.all([startProduct(), open()]);
    admin = await Administrator.signIn(product.url);
    const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
    agent = await startAgent({
      apiUrl: product.url,
      enrolmentCode,
      env: { AGENT_SYNC_SECONDS: '1', LDAP_USER_UNITS: register.units.join('; '), ...register.attributes },
      directory: register.directory,
    });
    await eventually(() => Promise.resolve(agent.lines().some(({ event }) => event === 'people')));
  });
  afterAll(async () => {
    await agent?.remove();
    await register?.stop();
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
  const change = (uid: string, ...changes: Change[]) =>
    register.asRoot((ldap) => ldap.modify(register.dn(uid), changes));
  const replaced = (type: string, ...values: string[]) =>
    new Change({ operation: 'replace', modification: new Attribute({ type, values }) });
  const set = (uid: string, type: string, ...values: string[]) => change(uid, replaced(type, ...values));
  const add: Register['add'] = (uid, mail, unit) => register.add(uid, mail, unit);

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
    const days = [new Date()];
    await register.signIn('tom');
    days.push(new Date());
    expect((await named('tom'))!.lastDirectorySignInOn).toBeNull();
    await agent.stop();
    await agent.start();
    const on = await eventually(async () => (await named('tom'))!.lastDirectorySignInOn ?? undefined);
    expect(days.map((day) => day.toISOString().slice(0, 10))).toContain(on);
  });

  it('are disabled with their entry, and when it is gone', async () => {
    await change('tom', register.disabling);
    await eventually(async () => (await named('tom'))!.disabled);
    await change('tom', register.enabling);
    await eventually(async () => !(await named('tom'))!.disabled);
    await register.asRoot((ldap) => ldap.del(register.dn('mary.jones')));
    await agent.stop();
    await agent.start();
    await eventually(async () => (await named('mary.jones'))!.disabled);
    expect((await named('mary.smith'))!.disabled).toBe(false);
  });

  it('are disabled also when they lose their name with it, or have one of elsewhere', async () => {
    await add('leaver', 'leaver@contoso.example');
    await add('mover', 'mover@contoso.example');
    await eventually(async () => (await named('leaver')) && (await named('mover')));
    await change('leaver', replaced('mail'), register.disabling);
    await set('mover', 'mail', 'mover@elsewhere.example');
    await change('mover', register.disabling);
    await eventually(async () => (await named('leaver'))!.disabled && (await named('mover'))!.disabled);
  });

  it('are imported whatever others have in their entries', async () => {
    await add('odd.1', 'x');
    const { mail, phone } = register.longest;
    await add('odd.2', `${'long'.repeat(400)}@contoso.example`.slice(-mail));
    await set('odd.1', 'homePhone', '9'.repeat(Math.min(300, phone)));
    await add('neighbour', 'neighbour@contoso.example');
    await set('neighbour', 'homePhone', `+81 3 0000 0001 ${'ext. '.repeat(30)}`.slice(0, phone).trim());
    await eventually(() => named('neighbour'));
    await change('neighbour', register.disabling);
    await eventually(async () => (await named('neighbour'))!.disabled);
  });

  it('come back when they come into sight again, unchanged', async () => {
    const { accountId } = (await named('mary.smith'))!;
    const [inSight, outOfSight] = [register.dn('mary'), register.dn('mary', 'hidden')];
    await register.asRoot((ldap) => ldap.modifyDN(inSight, outOfSight));
    await agent.stop();
    await agent.start();
    await eventually(async () => (await named('mary.smith'))!.disabled);
    await register.asRoot((ldap) => ldap.modifyDN(outOfSight, inSight));
    await agent.stop();
    // As if it had come back a while ago: nothing has changed since.
    const { after, aheadUntil } = await register.readUntilNow();
    const file = join(agent.env.AGENT_DATA_DIR!, 'sync.json');
    const kept = JSON.parse(await readFile(file, 'utf8')) as { cursor: object };
    await writeFile(file, JSON.stringify({ ...kept, cursor: { ...kept.cursor, after } }));
    await agent.start();
    const back = (await eventually(
      async () => !(await named('mary.smith'))!.disabled && named('mary.smith'),
    )) as Listed;
    expect(back.accountId).toBe(accountId);
    // What changes from here on is later than what it has read.
    await eventually(() => Promise.resolve(Date.now() > aheadUntil + 1_000));
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
    for (let n = 0; n < 12; n++) await add(`p${n}`, `p${n}@contoso.example`, 'elsewhere');
    await eventually(() => named('p11'));
    await register.asRoot(async (ldap) => {
      for (let n = 0; n < 12; n++) await ldap.del(register.dn(`p${n}`, 'elsewhere'));
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
      LDAP_BASE_DN: `ou=${randomUUID()},${register.directory.baseDn}`,
      LDAP_USER_UNITS: '',
    });
    expect(ill.code).toBe(1);
    expect(ill.output).toMatch(/FAILED {3}fence .*several values/);
    expect((await doctor({ LDAP_URL: 'ldap://127.0.0.1' })).code).toBe(2);
  });

  it('keeps no password, no name and no address on its disk or in its log', async () => {
    const seen = await agent.seen();
    for (const personal of ['mary', 'contoso.example', register.directory.bindPassword, 'First-Pass-1'])
      expect(seen).not.toContain(personal);
  });
}
