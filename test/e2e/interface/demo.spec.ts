import { Administrator } from '../../support/administrators';
import { expectProblem, text } from '../../support/contract';
import { eventually, Person, Recovery } from '../../support/journey';
import { startProduct, type Product } from '../../support/product';

const password = 'Correct-Horse-1!';

describe('the demo tenants', () => {
  let product: Product;
  let person: Person;
  let admin: Administrator;

  beforeAll(async () => {
    product = await startProduct({ KEYTURN_OUTSIDE_DIRECTORY: 'simulated' });
    person = new Person(product.url);
    admin = await Administrator.signIn(product.url);
  });
  beforeEach(() => person.resetLimits());
  afterAll(() => product?.remove());

  const methodsOf = ({ view }: Recovery) => view.methods.map(({ method }) => method).sort();
  const homeOf = (user: string) => user.replace(/@(\w+)\.example$/, '@$1.home.example');

  it.each([
    ['cloud.user@contoso.example', ['email', 'mobile-call', 'sms'], 1],
    ['two.methods@contoso.example', ['app-code', 'email', 'security-questions'], 1],
    ['hybrid.user@contoso.example', ['email'], 1],
    ['admin@contoso.example', ['app-code', 'email', 'mobile-call', 'sms'], 2],
    ['helpdesk@contoso.example', ['app-code', 'email'], 2],
    ['auditor@contoso.example', ['app-code', 'email'], 2],
    ['analyst@contoso.example', ['app-code', 'email'], 2],
    ['ops@contoso.example', ['app-code', 'email'], 2],
    ['cloud.user@northwind.example', ['email', 'mobile-call', 'sms'], 2],
    // Questions follow another gate.
    ['two.methods@northwind.example', ['app-code', 'email'], 2],
  ])('%s can recover by %j through %d', async (user, methods, gatesRequired) => {
    const recovery = await person.started(user);
    expect(recovery.view).toMatchObject({ gatesRequired, gatesPassed: 0, canUnlock: false });
    expect(methodsOf(recovery)).toEqual(methods);
    await recovery.challenged(homeOf(user));
    await recovery.codeFrom(homeOf(user));
    await recovery.post('cancel');
  });

  it.each([
    'unlicensed.user@contoso.example',
    'outside.group@contoso.example',
    'disabled.user@contoso.example',
    'no.methods@contoso.example',
    'nobody@contoso.example',
    'cloud.user@fabrikam.example',
  ])('%s is told to contact the administrator', async (user) => {
    expectProblem(await person.start(user), 403, 'contact-administrator', { supportCode: text, contact: text });
  });

  it('asks for a captcha at contoso and fabrikam, and not at northwind', async () => {
    const mode = async (domain: string) =>
      (await person.post('/api/v1/captchas', { username: `cloud.user@${domain}` })).body.mode as string;
    expect(await Promise.all(['contoso.example', 'fabrikam.example', 'northwind.example'].map(mode))).toEqual([
      'local',
      'local',
      'off',
    ]);
  });

  it('takes questions as the second gate at northwind', async () => {
    const user = 'two.methods@northwind.example';
    const recovery = await person.started(user);
    const { body } = await recovery.post('challenges', { method: 'app-code' });
    const { body: app } = await person.get(`/outside/api/totp?user=${user}`);
    const passed = await recovery.answer(body.challengeId, app.code);
    expect(passed).toMatchObject({ status: 200, body: { status: 'choosing-method', gatesPassed: 1 } });
    const offered = passed.body.methods.map(({ method }: { method: string }) => method).sort();
    expect(offered).toEqual(['email', 'security-questions']);
    await recovery.post('cancel');
  });

  it('shows a stranger at northwind as somebody with two gates', async () => {
    const { status, body } = await person.start('nobody@northwind.example');
    expect([status, body]).toMatchObject([201, { status: 'choosing-method', gatesRequired: 2, gatesPassed: 0 }]);
    // What the second gate may be passed with is not always shown before the first: questions are not.
    expect(body.methods.map(({ method }: { method: string }) => method)).toContain('email');
    const stranger = new Recovery(person, body);
    expectProblem(await stranger.challenge('nobody@northwind.home.example'), 422, 'contact-mismatch');
    await stranger.post('cancel');
  });

  it('has everybody but the disabled signed in by the first password', async () => {
    const people = ['cloud.user', 'two.methods', 'unlicensed.user', 'outside.group', 'no.methods'];
    for (const name of people) expect((await person.signIn(`${name}@contoso.example`, password)).status).toBe(201);
    for (const name of ['cloud.user@northwind', 'two.methods@northwind', 'cloud.user@fabrikam'])
      expect((await person.signIn(`${name}.example`, password)).status).toBe(201);
    expectProblem(await person.signIn('disabled.user@contoso.example', password), 401, 'sign-in-failed');
    const { body } = await person.post('/outside/api/directory/sign-ins', {
      username: 'hybrid.user@contoso.example',
      password,
    });
    expect(body).toEqual({ result: 'right' });
  });

  it('has roles sign in with their app, and no more than their own role', async () => {
    const roles = {
      admin: 'global-administrator',
      helpdesk: 'helpdesk',
      auditor: 'auditor',
      analyst: 'analyst',
      ops: 'ops',
    };
    for (const [name, role] of Object.entries(roles)) {
      const { token } = name === 'admin' ? admin : await Administrator.signIn(product.url, `${name}@contoso.example`);
      expect((await person.get('/api/v1/me', { token })).body.roles).toEqual([role]);
    }
  });

  it('has the kinds and the groups of people that were promised', async () => {
    const { body } = await admin.get('/tenant/users?limit=200');
    const found = Object.fromEntries(body.users.map((one: { username: string }) => [one.username.split('@')[0], one]));
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining([
        'cloud.user',
        'two.methods',
        'hybrid.user',
        'admin',
        'helpdesk',
        'auditor',
        'analyst',
        'ops',
      ]),
    );
    expect(found['hybrid.user']).toMatchObject({ origin: 'hybrid' });
    expect(found['cloud.user']).toMatchObject({ origin: 'cloud' });
    expect(found['unlicensed.user']).toMatchObject({ licensed: false });
    expect(found['disabled.user']).toMatchObject({ disabled: true });
    const { body: groups } = await admin.get('/tenant/groups');
    expect(JSON.stringify(groups)).toContain('sspr-users');
  });

  it('is told in the terminal, with the addresses', () => {
    const told = product.output();
    for (const path of ['', '/reset', '/api/docs', '/outside'])
      expect(told).toMatch(new RegExp(`${product.url}${path}$`, 'm'));
    expect(told).toContain(password);
    for (const name of ['cloud.user', 'two.methods', 'hybrid.user', 'admin', 'helpdesk', 'auditor', 'analyst', 'ops'])
      expect(told).toContain(`${name}@contoso.example`);
    for (const name of ['unlicensed.user', 'outside.group', 'disabled.user', 'no.methods'])
      expect(told).toContain(`${name}@contoso.example`);
    for (const domain of ['northwind', 'fabrikam']) expect(told).toContain(`cloud.user@${domain}.example`);
  });

  it('lets the hybrid user choose a password: 202, then succeeded', async () => {
    const user = 'hybrid.user@contoso.example';
    const recovery = await person.started(user);
    const before = (await person.mails(homeOf(user))).length;
    const challengeId = await recovery.challenged(homeOf(user));
    const code = await eventually(async () => {
      const mails = await person.mails(homeOf(user));
      return mails.length > before && (await recovery.codeFrom(homeOf(user)));
    });
    await recovery.answer(challengeId, code);
    const submitted = await recovery.password('Lantern-Harbour-1!');
    expect(submitted).toMatchObject({ status: 202, body: { status: 'writing-back' } });
    for (const path of ['cancel', 'contact-administrator']) {
      const { status, body } = await recovery.post(path);
      expect([409, ['password-submitted', 'recovery-closed']]).toEqual([status, expect.arrayContaining([body.code])]);
    }
    await eventually(async () => (await recovery.get()).body.status === 'succeeded');
  });
});
