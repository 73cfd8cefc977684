import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Administrator } from '../support/administrators';
import { eventually, Person } from '../support/journey';
import { mailedCode, notMeLink, tokenOf } from '../support/not-me';
import { startProduct, type Product } from '../support/product';

const user = 'two.methods@contoso.example';
const address = 'two.methods@contoso.home.example';

describe('notices', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(async () => {
    await person.advance('PT25H');
    await person.resetLimits();
    await person.request('DELETE', '/outside/api/mail');
  });
  afterAll(() => product.remove());

  const subjects = async (to: string) => (await person.mails(to)).map(({ subject }) => subject);
  const failures = async () => (await subjects(address)).filter((subject) => /Failed tries/.test(subject));

  it('A5: the owner hears of failed tries that filled a limit, once a day', async () => {
    for (const round of [1, 2]) {
      await person.resetLimits();
      const recovery = await person.start(user);
      if (recovery.status !== 201) break;
      const { recoveryId, recoveryToken: token } = recovery.body;
      for (let n = 0; n < 5; n++) {
        const wrong = { method: 'email', contact: `guess${round}${n}@contoso.home.example` };
        await person.post(`/api/v1/recoveries/${recoveryId}/challenges`, wrong, { token });
      }
    }
    await eventually(async () => (await failures()).length === 1);
    await person.advance('PT1H');
    expect(await failures()).toHaveLength(1);
  });

  it('all other administrators hear when one of them resets, where the policy says so', async () => {
    const administrator = await Administrator.signIn(product.url);
    expect((await administrator.changePolicy({ notifications: { administrators: true } })).status).toBe(200);
    const username = 'authentication.admin@contoso.example';
    const mailbox = 'authentication.admin@contoso.home.example';
    const recovery = await person.started(username);
    const mail = await recovery.challenged(mailbox);
    await recovery.answer(mail, await mailedCode(person, mailbox));
    await person.advance('PT1M');
    const app = await recovery.post('challenges', { method: 'app-code' });
    const { body: code } = await person.get(`/outside/api/totp?user=${username}`);
    await recovery.answer(app.body.challengeId, code.code);
    expect((await recovery.password('Lantern-Of-Office-3!')).body.status).toBe('succeeded');
    const told = await eventually(async () =>
      (await person.mails('admin@contoso.home.example')).find(({ subject }) => /administrator reset/.test(subject)),
    );
    expect(told.text).toContain('a•••••@contoso.example');
    expect((await subjects(mailbox)).filter((subject) => /administrator reset/.test(subject))).toEqual([]);
  });

  it('people hear of their resets unless the policy says no, and of changed methods and passwords all the same', async () => {
    const [username, mailbox] = ['one.method@contoso.example', 'one.method@contoso.home.example'];
    const administrator = await Administrator.signIn(product.url);
    const told = async (what: RegExp) => (await subjects(mailbox)).filter((subject) => what.test(subject)).length;
    const reset = async (newPassword: string) => {
      const recovery = await (await person.started(username)).provedByMail(mailbox);
      expect((await recovery.password(newPassword)).body.status).toBe('succeeded');
    };
    expect((await administrator.changePolicy({ notifications: { users: false } })).status).toBe(200);
    await reset('Lantern-Unheard-Of-1!');
    const { body } = await person.signIn(username, 'Lantern-Unheard-Of-1!');
    const wish = { currentPassword: 'Lantern-Unheard-Of-1!', newPassword: 'Lantern-Heard-Of-2!' };
    expect((await person.post('/api/v1/me/password', wish, { token: body.token as string })).status).toBe(200);
    await eventually(async () => (await told(/was changed/)) === 1);
    // What was to be sent before that would have come by now, late as it may be.
    await person.advance('PT5M');
    expect(await told(/was reset/)).toBe(0);

    await administrator.changePolicy({ notifications: { users: true } });
    await reset('Lantern-Heard-Again-3!');
    await eventually(async () => (await told(/was reset/)) === 1);
  });

  it('A5: a kill right after the cause loses none of them', async () => {
    await person.faults({ down: true });
    const wish = { currentPassword: 'Correct-Horse-1!', newPassword: 'Lantern-Before-Kill-5!' };
    const { body } = await person.signIn('outside.group@contoso.example', 'Correct-Horse-1!');
    expect((await person.post('/api/v1/me/password', wish, { token: body.token as string })).status).toBe(200);
    await product.kill();
    await product.restart();
    // A try that died with its process is left alone until its lease is long over.
    await person.advance('PT3M');
    const home = 'outside.group@contoso.home.example';
    const link = await notMeLink(person, home, 'was changed');
    expect((await person.post('/api/v1/not-me', {}, { token: tokenOf(link) })).status).toBe(200);
    await product.kill();
    await product.restart();
    await person.advance('PT3M');
    for (const name of ['admin', 'authentication.admin']) {
      await eventually(async () =>
        (await subjects(`${name}@contoso.home.example`)).some((s) => /this was not me/.test(s)),
      );
    }
    await person.advance('PT2H');
    for (const name of ['admin', 'authentication.admin']) {
      const about = (await subjects(`${name}@contoso.home.example`)).filter((s) => /this was not me/.test(s));
      expect([name, about.length]).toEqual([name, 1]);
    }
  });
});

describe('mails that come back', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product.remove());

  it('show as failed to the person, and as bouncing to the helpdesk and the owner', async () => {
    const [cloud, home] = ['cloud.user@contoso.example', 'cloud.user@contoso.home.example'];
    await person.faults({ bounce: 1 });
    const recovery = await person.started(cloud);
    await recovery.challenged(home);
    await eventually(async () => (await recovery.get()).body.challenge.state === 'failed');
    const deliveries = async () => {
      const { stdout } = await promisify(execFile)(
        'node_modules/.bin/node',
        ['dist/apps/cli/main.js', 'case', recovery.view.supportCode, '--json'],
        { env: { ...process.env, NODE_OPTIONS: '', KEYTURN_DATA_DIR: product.dataDir } },
      );
      return [...stdout.matchAll(/"type": "(Delivery\w+)"/g)].map(([, type]) => type);
    };
    // A case is found by a read model, which is a moment behind.
    const whole = ['DeliveryAttempted', 'DeliveryAccepted', 'DeliveryBounced'];
    await eventually(async () => (await deliveries()).join() === whole.join());
    const again = await recovery.challenged(home);
    expect((await recovery.answer(again, await recovery.codeFrom(home))).status).toBe(200);

    const helpdesk = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const found = await helpdesk.post('/helpdesk/users/search', { username: cloud });
    const contact = found.body.contacts.find(({ method }: { method: string }) => method === 'email');
    expect(contact).toMatchObject({ hint: 'c•••••', bouncing: true });
    const { token } = (await person.signIn(cloud, 'Correct-Horse-1!')).body;
    const own = await person.get('/api/v1/me/methods', { token });
    expect(own.body.methods.find(({ method }: { method: string }) => method === 'email')).toMatchObject({
      bouncing: true,
    });
  });

  it('a notice too', async () => {
    const [name, home] = ['outside.group@contoso.example', 'outside.group@contoso.home.example'];
    await person.faults({ bounce: 1 });
    const { token } = (await person.signIn(name, 'Correct-Horse-1!')).body;
    const wish = { currentPassword: 'Correct-Horse-1!', newPassword: 'Lantern-Comes-Back-6!' };
    expect((await person.post('/api/v1/me/password', wish, { token })).status).toBe(200);
    const helpdesk = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    await eventually(async () => {
      const found = await helpdesk.post('/helpdesk/users/search', { username: name });
      return found.body.contacts[0]?.bouncing === true;
    });
    expect(await person.mails(home)).toEqual([]);
  });
});
