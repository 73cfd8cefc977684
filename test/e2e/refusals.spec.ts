// Refusals that no other story meets; test/architecture/refusals.spec.ts finds those that are missing.
import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Answer, type Any } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';

describe('refusals', () => {
  let product: Product;
  let person: Person;
  let admin: Administrator;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    admin = await Administrator.signIn(product.url);
  }, 90_000);
  afterAll(() => product.remove());

  const accountOf = async (username: string, who = admin): Promise<string> =>
    (await who.post('/helpdesk/users/search', { username })).body.accountId as string;
  const refuses = (answer: Answer<Any>, status: number, code: string) =>
    expect(answer).toMatchObject({ status, body: { status, code, title: expect.any(String) as string } });

  it('unsupported-media-type: anything but JSON', async () => {
    const response = await fetch(`${product.url}/api/v1/captchas`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<username/>' },
    });
    expect(response.status).toBe(415);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'unsupported-media-type' });
  });

  it('recovery-not-succeeded: "it worked" before anything was set', async () => {
    const recovery = await person.started(user);
    refuses(await recovery.post('worked', { worked: true }), 409, 'recovery-not-succeeded');
    await recovery.post('cancel');
  });

  it('confirmation-required: a group goes only when its name is typed', async () => {
    const { body } = await admin.post('/tenant/groups', { name: 'Night shift' });
    const path = `/tenant/groups/${body.groupId}`;
    refuses(await admin.delete(`${path}?confirm=${encodeURIComponent('Day shift')}`), 422, 'confirmation-required');
    expect((await admin.delete(`${path}?confirm=${encodeURIComponent('Night shift')}`)).status).toBe(204);
  });

  /** A case whose caller read out the word. */
  async function verifiedCase(member: Administrator, username: string, mailbox: string) {
    const accountId = await accountOf(username, member);
    const { body: opened } = await member.post(`/helpdesk/users/${accountId}/cases`);
    const path = `/helpdesk/users/${accountId}/cases/${opened.caseId}`;
    const { body: shown } = await member.get(`/helpdesk/users/${accountId}`);
    const { methodId } = shown.contacts.find(({ method }: Any) => method === 'email');
    await member.post(`${path}/word`, { methodId }, { key: randomUUID() });
    const word = await eventually(async () => {
      const mails = await person.mails(mailbox);
      return mails.map(({ text }) => /\n\n {4}([a-z]+ [a-z]+)\n/.exec(text)?.[1]).find(Boolean);
    });
    expect((await member.post(`${path}/word/answer`, { word })).status).toBe(200);
    return { accountId, path, methodId: methodId as string };
  }

  it('password-on-premises: no pass opens an account of the organisation’s own directory', async () => {
    const member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const hybrid = 'hybrid.user@contoso.example';
    const { path, methodId } = await verifiedCase(member, hybrid, 'hybrid.user@contoso.home.example');
    refuses(await member.post(`${path}/pass`, { methodId }), 409, 'password-on-premises');
  });

  it('case-not-open: nothing is handed out in a case of yesterday, nor for somebody who was disabled meanwhile', async () => {
    const member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const { accountId, path, methodId } = await verifiedCase(member, user, 'cloud.user@contoso.home.example');
    expect((await admin.patch(`/tenant/users/${accountId}`, { disabled: true })).status).toBe(200);
    refuses(await member.post(`${path}/pass`, { methodId }), 403, 'caller-not-verified');
    expect((await admin.patch(`/tenant/users/${accountId}`, { disabled: false })).status).toBe(200);

    await person.advance('PT25H');
    const tomorrow = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    refuses(await tomorrow.post(`${path}/pass`, { methodId }), 409, 'case-not-open');
  });

  it('method-change-guarded: whoever reset with an address cannot prove themselves with it right after', async () => {
    const [username, address] = ['one.method@contoso.example', 'one.method@contoso.home.example'];
    const recovery = await person.started(username);
    const challengeId = await recovery.challenged(address);
    await recovery.answer(challengeId, await recovery.codeFrom(address));
    expect((await recovery.password('Lantern-Harbour-1!')).status).toBe(200);
    const { body } = await person.signIn(username, 'Lantern-Harbour-1!');
    const token = body.token as string;
    const { body: methods } = await person.get('/api/v1/me/methods', { token });
    const wish = { methodId: methods.methods[0].methodId };
    const answer = await person.post('/api/v1/me/step-up', wish, { token, key: randomUUID() });
    refuses(answer, 403, 'method-change-guarded');
    expect(answer.body.until).toEqual(expect.any(String));
  });

  it('proposal-open: one new contact at a time', async () => {
    const first = await Administrator.signIn(product.url, 'authentication.admin@contoso.example');
    const accountId = await accountOf(user, first);
    const { body } = await first.post(`/helpdesk/users/${accountId}/cases`);
    const path = `/helpdesk/users/${accountId}/cases/${body.caseId}/contacts`;
    const propose = (contact: string) => first.post(path, { method: 'email', contact }, { key: randomUUID() });
    expect((await propose('one@elsewhere.example')).status).toBe(202);
    refuses(await propose('two@elsewhere.example'), 409, 'proposal-open');
  });

  it('method-needed: who holds a role keeps an app', async () => {
    const who = await Administrator.signIn(product.url);
    const { body: view } = await who.get('/me/step-up');
    const app = view.options.find(({ method }: Any) => method === 'app-code');
    const { body: begun } = await who.post('/me/step-up', { methodId: app.methodId }, { key: randomUUID() });
    await eventually(async () => {
      await person.advance('PT30S');
      const { body } = await person.get('/outside/api/totp?user=admin%40contoso.example');
      const answered = await who.post(
        `/me/step-up/${begun.stepUpId}/answer`,
        { code: body.code },
        { key: randomUUID() },
      );
      return answered.status === 200;
    });
    refuses(await who.delete(`/me/methods/${app.methodId}`), 422, 'method-needed');
  });
});
