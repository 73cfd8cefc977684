import { Administrator } from '../support/administrators';
import { eventually, Person, type Any } from '../support/journey';
import { accountOf } from '../support/helpdesk';
import { startProduct, type Product } from '../support/product';
import { storedEvents } from '../support/stored-events';

const password = 'Correct-Horse-1!';
const next = 'Lantern-Harbour-1!';

describe("one's own account", () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url, { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0' });
  });
  afterAll(() => product.remove());

  const signedIn = async (username: string, secret = password) =>
    (await person.signIn(username, secret)).body.token as string;
  const sessions = async (token: string): Promise<Any[]> =>
    (await person.get('/api/v1/me/sessions', { token })).body.items as Any[];
  const me = async (token: string) => (await person.get('/api/v1/me', { token })).status;

  it('A3: shows where one is signed in, and ends one or all others', async () => {
    const username = 'two.methods@contoso.example';
    const tokens = [];
    for (let n = 0; n < 4; n++) tokens.push(await signedIn(username));
    const [one, two, three, four] = tokens as [string, string, string, string];
    const listed = await eventually(async () => {
      const found = await sessions(one);
      return found.length === 4 && found;
    });
    expect(listed.filter(({ current }) => current)).toMatchObject([{ sessionId: one.split('.')[0] }]);
    expect(listed[0].client).toEqual({ browser: 'Firefox', system: 'Windows', network: '127.0.0.0/16' });
    expect(JSON.stringify(listed)).not.toContain('127.0.0.1');

    const path = `/api/v1/me/sessions/${two.split('.')[0]}`;
    const stranger = await signedIn('cloud.user@contoso.example');
    expect((await person.request('DELETE', path, undefined, { token: stranger })).status).toBe(404);
    expect(await me(two)).toBe(200);
    expect((await person.request('DELETE', path, undefined, { token: one })).status).toBe(204);
    expect(await me(two)).toBe(401);
    expect((await person.request('DELETE', '/api/v1/me/sessions', undefined, { token: one })).status).toBe(204);
    expect(await Promise.all([one, three, four].map(me))).toEqual([200, 401, 401]);
    expect(await me(await signedIn(username))).toBe(200);
    await eventually(async () => (await sessions(one)).length === 2);
  });

  it('A2: a change of password ends every session, and the new one has another id', async () => {
    const username = 'outside.group@contoso.example';
    const [old, other] = [await signedIn(username), await signedIn(username)];
    const changed = await person.post(
      '/api/v1/me/password',
      { currentPassword: password, newPassword: next },
      { token: old },
    );
    expect(changed.status).toBe(200);
    expect(changed.body.token.split('.')[0]).not.toBe(old.split('.')[0]);
    expect(await Promise.all([old, other, changed.body.token as string].map(me))).toEqual([401, 401, 200]);
    const without = await person.post(
      '/api/v1/me/password',
      { newPassword: 'Another-Lantern-1!' },
      { token: changed.body.token },
    );
    expect(without).toMatchObject({ status: 400, body: { code: 'invalid-request', field: 'currentPassword' } });
  });

  it('tells what happened, newest first, a page at a time, in codes', async () => {
    const username = 'unlicensed.user@contoso.example';
    await person.signIn(username, 'Wrong-Guess-1!');
    const token = await signedIn(username);
    await person.post('/api/v1/me/password', { currentPassword: password, newPassword: next }, { token });
    const again = await signedIn(username, next);
    const read = async (query: string) => (await person.get(`/api/v1/me/activity${query}`, { token: again })).body;
    const whole = await eventually(async () => {
      const { items } = await read('');
      return (
        items[0]?.what === 'signed-in' && items.filter((one: Any) => one.what === 'signed-in').length === 3 && items
      );
    });
    expect(whole.map(({ what }: Any) => what)).toEqual([
      'signed-in',
      'signed-in',
      'password-changed',
      'signed-in',
      'sign-in-failed',
      'method-registered',
    ]);
    expect(whole[4].client).toMatchObject({ browser: 'Firefox' });
    expect(whole[5]).toMatchObject({ method: 'email', client: null });
    const first = await read('?limit=4');
    expect(first.items).toEqual(whole.slice(0, 4));
    const second = await read(`?limit=4&cursor=${first.next}`);
    expect(second).toEqual({ items: whole.slice(4) });
    for (const query of ['?limit=0', '?limit=101', '?cursor=x', '?other=1']) {
      expect((await person.get(`/api/v1/me/activity${query}`, { token: again })).status).toBe(400);
    }
  });

  it('an administrator has somebody choose a new password at the next sign-in, and nobody below may', async () => {
    const username = 'one.method@contoso.example';
    const administrator = await Administrator.signIn(product.url, 'authentication.admin@contoso.example');
    const helpdesk = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const path = async (name: string) =>
      `/helpdesk/users/${await accountOf(administrator, `${name}@contoso.example`)}/require-password-change`;
    const demand = await path('one.method');
    expect((await helpdesk.post(demand)).status).toBe(403);
    expect((await person.signIn(username, password)).body.next).toBeUndefined();
    for (const _ of [1, 2]) expect((await administrator.post(demand)).status).toBe(204);
    for (const [name, status, code] of [
      ['admin', 403, 'not-allowed'],
      ['authentication.admin', 403, 'not-allowed'],
      ['hybrid.user', 409, 'password-on-premises'],
    ] as const) {
      expect(await administrator.post(await path(name))).toMatchObject({ status, body: { code } });
    }
    const demanded = (await storedEvents(product)).filter(({ type }) => type === 'PasswordChangeRequired');
    expect(demanded.map(({ metadata }) => metadata.actor.kind)).toEqual(['administrator']);

    expect((await person.signIn(username, 'Wrong-Guess-1!')).body.code).toBe('sign-in-failed');
    const signed = await person.signIn(username, password);
    expect(signed).toMatchObject({ status: 201, body: { next: 'change-password' } });
    const token = signed.body.token as string;
    for (const what of ['methods', 'activity', 'sessions', 'step-up']) {
      expect(await person.get(`/api/v1/me/${what}`, { token })).toMatchObject({
        status: 403,
        body: { code: 'session-limited', next: 'change-password' },
      });
    }
    const change = (wish: object) => person.post('/api/v1/me/password', wish, { token });
    expect(await change({ newPassword: next })).toMatchObject({ status: 400, body: { field: 'currentPassword' } });
    expect((await change({ currentPassword: password, newPassword: password })).body.reasons).toEqual(['used-before']);
    const changed = await change({ currentPassword: password, newPassword: next });
    expect([changed.status, changed.body.next]).toEqual([200, undefined]);
    expect(await me(changed.body.token as string)).toBe(200);
    const again = await person.signIn(username, next);
    expect([again.status, again.body.next]).toEqual([201, undefined]);
  });

  it('an expired password leads to a new one, after a warning, and to nothing else', async () => {
    const username = 'no.methods@contoso.example';
    const warned = 'cloud.user@contoso.home.example';
    const admin = await Administrator.signIn(product.url);
    await admin.changePolicy({ passwords: { expiryDays: 30, warnDays: 7 } });
    await person.advance('P24D');
    const mail = await eventually(async () => {
      const found = (await person.mails(warned)).filter(({ subject }) => /expires soon/.test(subject));
      return found.length > 0 && found;
    });
    expect(mail).toHaveLength(1);
    expect((await person.signIn(username, password)).status).toBe(201);
    await person.advance('P7D');
    expect(await person.signIn(username, 'Wrong-Guess-1!')).toMatchObject({
      status: 401,
      body: { code: 'sign-in-failed' },
    });
    const expired = await person.signIn(username, password);
    expect(expired).toMatchObject({ status: 403, body: { code: 'password-expired' } });
    const token = expired.body.changeToken as string;
    for (const path of ['sessions', 'activity']) {
      expect(await person.get(`/api/v1/me/${path}`, { token })).toMatchObject({
        status: 403,
        body: { code: 'session-limited', next: 'change-password' },
      });
    }
    const change = (wish: object) => person.post('/api/v1/me/password', wish, { token });
    expect(await change({ newPassword: next })).toMatchObject({ status: 400, body: { field: 'currentPassword' } });
    expect((await change({ currentPassword: 'Wrong-Guess-1!', newPassword: next })).status).toBe(401);
    const changed = await change({ currentPassword: password, newPassword: next });
    expect(changed).toMatchObject({ status: 200, body: { roles: [] } });
    expect(changed.body.next).toBeUndefined();
    expect((await person.get('/api/v1/me/sessions', { token: changed.body.token })).status).toBe(200);
    expect((await person.signIn(username, next)).status).toBe(201);
    expect((await person.mails(warned)).filter(({ subject }) => /expires soon/.test(subject))).toHaveLength(1);
  });
});
