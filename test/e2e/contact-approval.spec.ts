import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { eventually, Person } from '../support/journey';
import { notMeLink, tokenOf } from '../support/not-me';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const old = 'cloud.user@contoso.home.example';
const fresh = 'cloud.user@elsewhere.example';

describe('a new contact that two administrators approve', () => {
  let product: Product;
  let person: Person;
  let first: Administrator;
  let second: Administrator;
  let accountId: string;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    [first, second] = await signedIn();
    const { body } = await first.post('/helpdesk/users/search', { username: user });
    accountId = body.accountId as string;
  });
  beforeEach(() => person.request('DELETE', '/outside/api/mail'));
  afterAll(() => product.remove());

  const signedIn = async () =>
    [
      await Administrator.signIn(product.url, 'authentication.admin@contoso.example'),
      await Administrator.signIn(product.url, 'admin@contoso.example'),
    ] as [Administrator, Administrator];
  const of = (path: string) => `/helpdesk/users/${accountId}/${path}`;
  const decide = (who: Administrator, proposalId: string, decision: 'approve' | 'reject', key: string = randomUUID()) =>
    who.post(of(`proposals/${proposalId}/${decision}`), {}, { key });
  const subjects = async (address: string) => (await person.mails(address)).map(({ subject }) => subject);

  async function proposed(who = first, contact = fresh): Promise<string> {
    const opened = await who.post(of('cases'));
    const answer = await who.post(of(`cases/${opened.body.caseId}/contacts`), { method: 'email', contact });
    expect(answer).toMatchObject({ status: 202, body: { expiresAt: expect.any(String) } });
    expect(answer.text).not.toContain(contact);
    return answer.body.proposalId as string;
  }

  it('is for administrators, and for addresses that can be', async () => {
    const helpdesk = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const opened = await helpdesk.post(of('cases'));
    const path = of(`cases/${opened.body.caseId}/contacts`);
    expect((await helpdesk.post(path, { method: 'email', contact: fresh })).body.code).toBe('not-allowed');
    expect((await first.post(path, { method: 'email', contact: fresh })).body.code).toBe('not-allowed');
    const own = await first.post(of('cases'));
    const mine = of(`cases/${own.body.caseId}/contacts`);
    for (const contact of ['x@contoso.example', 'a@x.example,b@y.example', 'no address', '"a@b"@c.example']) {
      expect(await first.post(mine, { method: 'email', contact })).toMatchObject({ status: 422 });
    }
    for (const body of [
      { method: 'app-code', contact: fresh },
      { method: 'email', contact: [fresh] },
      { contact: fresh },
    ]) {
      expect((await first.post(mine, body)).status).toBe(400);
    }
  });

  it('tells all administrators and the old contacts, and may be rejected', async () => {
    const proposalId = await proposed();
    for (const name of ['admin', 'authentication.admin']) {
      await eventually(async () =>
        (await subjects(`${name}@contoso.home.example`)).some((s) => /needs a second/.test(s)),
      );
    }
    const link = await notMeLink(person, old, 'is proposed');
    expect((await person.get('/api/v1/not-me', { token: tokenOf(link) })).body.what).toBe('contact-was-proposed');
    expect(await subjects(fresh)).toEqual([]);
    const shown = await second.get(`/helpdesk/users/${accountId}`);
    expect(shown.body.proposal).toMatchObject({ proposalId, method: 'email', hint: 'c•••••', mine: false });
    expect((await decide(second, proposalId, 'reject')).status).toBe(204);
    expect((await decide(second, proposalId, 'approve')).body.code).toBe('proposal-not-open');
  });

  it('is approved by somebody else, within a day, once', async () => {
    const late = await proposed();
    await person.advance('PT24H');
    [first, second] = await signedIn();
    expect((await decide(second, late, 'approve')).body.code).toBe('proposal-not-open');

    const proposalId = await proposed();
    expect(await decide(first, proposalId, 'approve')).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 3 }, () => decide(second, proposalId, 'approve')));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409]);
    expect((await decide(second, proposalId, 'approve', key)).status).toBe(409);
    await eventually(async () => (await subjects(old)).some((s) => /security information .* was changed/.test(s)));
    await eventually(async () => (await subjects('admin@contoso.home.example')).some((s) => /was approved/.test(s)));
  });

  it('reaches its owner once it has cooled off', async () => {
    const contacts = async () =>
      (await first.get(`/helpdesk/users/${accountId}`)).body.contacts as { methodId: string; method: string }[];
    const before = (await contacts()).filter(({ method }) => method === 'email');
    expect(before).toHaveLength(1);
    await person.advance('PT24H');
    [first, second] = await signedIn();
    const after = (await contacts()).filter(({ method }) => method === 'email');
    expect(after).toHaveLength(2);
    const added = after.find(({ methodId }) => methodId !== before[0]!.methodId)!;
    const opened = await first.post(of('cases'));
    const word = await first.post(of(`cases/${opened.body.caseId}/word`), { methodId: added.methodId });
    expect(word.status).toBe(202);
    await eventually(async () => (await subjects(fresh)).some((s) => /helpdesk/.test(s)));
  });
});
