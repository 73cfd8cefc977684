import { Administrator } from '../support/administrators';
import { accountOf, passOf, verifiedCase } from '../support/helpdesk';
import { eventually, Person, type Any } from '../support/journey';
import { mailedCode, notMeLink, tokenOf } from '../support/not-me';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const mailbox = 'cloud.user@contoso.home.example';
const other = 'two.methods@contoso.example';
const password = 'Correct-Horse-1!';

describe('what is open at the helpdesk', () => {
  let product: Product;
  let person: Person;
  let member: Administrator;
  let administrator: Administrator;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    administrator = await Administrator.signIn(product.url, 'authentication.admin@contoso.example');
  });
  afterAll(() => product.remove());

  const cases = async (who = member, query = ''): Promise<Any[]> =>
    (await who.get(`/helpdesk/cases${query}`)).body.items as Any[];
  const listed = (wanted: (items: Any[]) => boolean, who = member): Promise<Any[]> =>
    eventually(async () => {
      const items = await cases(who);
      return wanted(items) && items;
    });
  const progress = (step: string) => listed(([first]) => first?.progress === step);

  it('is empty at first, and not for everybody', async () => {
    expect(await cases()).toEqual([]);
    const { token } = (await person.signIn(user, password)).body;
    expect((await person.get('/api/v1/helpdesk/cases', { token })).status).toBe(403);
    expect((await person.get('/api/v1/helpdesk/cases')).status).toBe(401);
    for (const query of ['?limit=0', '?limit=101', '?cursor=x', `?cursor=${'9'.repeat(19)}`, '?other=1']) {
      expect((await member.get(`/helpdesk/cases${query}`)).status).toBe(400);
    }
  });

  it('is who is being helped, by whom and how far, until the password is new', async () => {
    const accountId = await accountOf(member, user);
    await member.post(`/helpdesk/users/${accountId}/cases`);
    const [opened] = await progress('opened');
    expect(opened).toEqual({
      kind: 'assistance',
      caseId: expect.any(String),
      caseNumber: (opened.caseId as string).slice(0, 8).toUpperCase(),
      accountId,
      username: user,
      canAssist: true,
      member: 'helpdesk@contoso.example',
      mine: true,
      progress: 'opened',
      openedAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    expect((await cases(administrator))[0]).toMatchObject({ mine: false, canAssist: true });

    const { contacts } = (await member.get(`/helpdesk/users/${accountId}`)).body;
    const path = `/helpdesk/users/${accountId}/cases/${opened.caseId}`;
    await member.post(`${path}/word`, { methodId: contacts[0].methodId });
    const shown = (await member.get(`/helpdesk/users/${accountId}`)).body;
    expect(shown.case).toMatchObject({ mine: true, wordUntil: expect.any(String) });
    await progress('word-sent');

    const helped = await verifiedCase(member, person, user, mailbox);
    await progress('caller-verified');
    expect(await cases()).toHaveLength(1);
    const pass = await passOf(member, person, mailbox, helped);
    await progress('pass-sent');
    const { token } = (await person.post('/api/v1/sessions', { username: user, temporaryAccessPass: pass })).body;
    await person.post('/api/v1/me/password', { newPassword: 'Helped-Lantern-91!' }, { token });
    await listed((items) => items.length === 0);
  });

  it('is a contact that waits for a second administrator, and what somebody says was not them', async () => {
    const accountId = await accountOf(administrator, other);
    const { body: opened } = await administrator.post(`/helpdesk/users/${accountId}/cases`);
    const contact = { method: 'email', contact: 'two.methods@elsewhere.example' };
    const { body: proposed } = await administrator.post(
      `/helpdesk/users/${accountId}/cases/${opened.caseId}/contacts`,
      contact,
    );
    const [waiting] = await listed(([first]) => first?.kind === 'contact-approval');
    expect(waiting).toMatchObject({ username: other, member: 'authentication.admin@contoso.example', mine: false });
    expect(JSON.stringify(waiting)).not.toContain('elsewhere');
    const admin = await Administrator.signIn(product.url);
    await admin.post(`/helpdesk/users/${accountId}/proposals/${proposed.proposalId}/reject`);
    await listed((items) => items.length === 1 && items[0].kind === 'assistance');

    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(mailbox);
    await recovery.answer(challengeId, await mailedCode(person, mailbox));
    await recovery.password('Lantern-Elsewhere-5!');
    const link = await notMeLink(person, mailbox, 'was reset');
    await person.post('/api/v1/not-me', {}, { token: tokenOf(link) });
    const [disputed] = await listed(([first]) => first?.kind === 'not-me');
    expect(disputed).toMatchObject({ username: user, member: null, mine: false });
    expect(disputed).not.toHaveProperty('expiresAt');
    await administrator.post(`/helpdesk/users/${disputed.accountId}/lift-not-me`);
    await listed((items) => items.every(({ kind }) => kind !== 'not-me'));
  });

  it('comes a page at a time, says what is above one’s role, and ends after a day', async () => {
    for (const username of [user, 'outside.group@contoso.example', 'analyst@contoso.example']) {
      await member.post(`/helpdesk/users/${await accountOf(member, username)}/cases`);
    }
    const admin = await Administrator.signIn(product.url);
    await admin.post(`/helpdesk/users/${await accountOf(admin, 'helpdesk@contoso.example')}/cases`);
    const all = await listed((items) => items.length === 5);
    expect(all.map(({ canAssist }) => canAssist)).toEqual([false, true, true, true, true]);
    const first = (await member.get('/helpdesk/cases?limit=3')).body;
    expect(first.items).toEqual(all.slice(0, 3));
    expect((await member.get(`/helpdesk/cases?limit=3&cursor=${first.next}`)).body).toEqual({ items: all.slice(3) });

    const stranger = await Administrator.signIn(product.url, 'analyst@contoso.example');
    expect((await stranger.get('/helpdesk/cases')).status).toBe(403);
    await person.advance('PT25H');
    member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    expect(await cases()).toEqual([]);
    expect((await member.get(`/helpdesk/users/${all[1].accountId}`)).body).not.toHaveProperty('case');
  });
});
