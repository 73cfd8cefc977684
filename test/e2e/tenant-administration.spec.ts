import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Any } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const password = 'Correct-Horse-1!';

describe('administering a tenant', () => {
  let product: Product;
  let person: Person;
  let admin: Administrator;

  beforeAll(async () => {
    // With a directory, so that the plans' writeback has somebody to be for.
    product = await startProduct({ KEYTURN_OUTSIDE_DIRECTORY: 'simulated' });
    person = new Person(product.url);
    admin = await Administrator.signIn(product.url);
  }, 90_000);
  afterAll(() => product.remove());
  beforeEach(() => person.resetLimits());

  /** As the read model has them, once this holds. */
  const listed = (name: string, holds: (user: Any) => boolean = () => true): Promise<Any> =>
    eventually(async () => {
      const { body } = await admin.get(`/tenant/users?name=${encodeURIComponent(name)}`);
      return body.users?.find(holds);
    });
  const idOf = async (name: string): Promise<string> => (await listed(name)).accountId;
  const starts = async (name: string): Promise<number> => {
    await person.resetLimits();
    return (await person.start(`${name}@contoso.example`)).status;
  };

  describe('people', () => {
    it('are listed by name, page by page', async () => {
      const names: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await admin.get(`/tenant/users?limit=5${cursor}`);
        expect(body.users.length).toBeLessThanOrEqual(5);
        names.push(...body.users.map(({ username }: Any) => username));
        if (body.next === undefined) break;
        cursor = `&cursor=${body.next}`;
      }
      expect(names.length).toBeGreaterThanOrEqual(12);
      expect(new Set(names).size).toBe(names.length);
      expect(names).toContain('cloud.user@contoso.example');
      expect(names.filter((name) => !name.endsWith('@contoso.example'))).toEqual([]);
    });

    it('are found by their name, whole or before the @', async () => {
      for (const name of ['two.methods', 'Two.Methods@CONTOSO.example']) {
        expect((await listed(name)).username).toBe('two.methods@contoso.example');
      }
      expect((await admin.get('/tenant/users?name=nobody')).body).toEqual({ users: [] });
      expect((await admin.get('/tenant/users?name=%00')).status).toBe(200);
      expect((await admin.get('/tenant/users?limit=0')).status).toBe(400);
      expect((await admin.get('/tenant/users?colour=red')).status).toBe(400);
    });

    it('show how they can prove who they are, and no contact', async () => {
      const { status, text, body } = await admin.get(`/tenant/users/${await idOf('cloud.user')}`);
      expect(status).toBe(200);
      expect(body.methods.map(({ method }: Any) => method)).toEqual(expect.arrayContaining(['email', 'sms']));
      expect(text).not.toMatch(/home\.example|900000/);
    });

    it('are those of this tenant alone', async () => {
      const stranger = await person.signIn('cloud.user@northwind.example', password);
      const { body: me } = await person.get('/api/v1/me', { token: stranger.body.token });
      expect((await admin.get(`/tenant/users/${me.accountId}`)).status).toBe(404);
      expect((await admin.patch(`/tenant/users/${me.accountId}`, { disabled: true })).status).toBe(404);
      expect((await admin.post('/tenant/groups/sspr-users/members', { accountIds: [me.accountId] })).status).toBe(404);
    });

    it('are read by helpdesk and changed by global administrators alone', async () => {
      const helpdesk = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
      const auditor = await Administrator.signIn(product.url, 'auditor@contoso.example');
      const id = await idOf('cloud.user');
      expect((await helpdesk.get('/tenant/users')).status).toBe(200);
      expect((await auditor.get('/tenant/users')).status).toBe(403);
      for (const other of [helpdesk, auditor]) {
        expect((await other.patch(`/tenant/users/${id}`, { licensed: false })).status).toBe(403);
        expect((await other.post('/tenant/users', { username: 'x@contoso.example' })).status).toBe(403);
        expect((await other.post('/tenant/groups', { name: 'Mine' })).status).toBe(403);
        expect((await other.patch('/tenant/plan', { plan: 'p2' })).status).toBe(403);
      }
    });

    it('lose and get licences, and are disabled and enabled, with effect on the next recovery', async () => {
      const id = await idOf('cloud.user');
      expect(await starts('cloud.user')).toBe(201);
      expect(await admin.patch(`/tenant/users/${id}`, { licensed: false })).toMatchObject({
        status: 200,
        body: { licensed: false },
      });
      expect(await starts('cloud.user')).toBe(403);
      await admin.patch(`/tenant/users/${id}`, { licensed: true, disabled: true });
      expect(await starts('cloud.user')).toBe(403);
      expect((await person.signIn('cloud.user@contoso.example', password)).status).toBe(401);
      await admin.patch(`/tenant/users/${id}`, { disabled: false, language: 'ja' });
      expect(await starts('cloud.user')).toBe(201);
      expect(await listed('cloud.user', ({ language }) => language === 'ja')).toMatchObject({
        licensed: true,
        disabled: false,
      });
    });

    it('take no nonsense', async () => {
      const id = await idOf('cloud.user');
      const wrong = [{ licensed: null }, { licensed: 'yes' }, { roles: ['king'] }, { roles: null }, { name: 'x' }];
      for (const body of wrong) {
        expect([body, (await admin.patch(`/tenant/users/${id}`, body)).status]).toEqual([body, 400]);
      }
      expect(await admin.patch(`/tenant/users/${id}`, { groups: ['nowhere'] })).toMatchObject({
        status: 404,
        body: { code: 'group-unknown' },
      });
      expect((await admin.patch(`/tenant/users/${randomUUID()}`, {})).status).toBe(404);
    });

    it('are created once, with contacts that count where the policy lets them', async () => {
      const key = randomUUID();
      const body = {
        username: 'new.user@contoso.example',
        groups: ['sspr-users'],
        contacts: [{ method: 'email', contact: 'new.user@contoso.home.example' }],
      };
      const created = await admin.post('/tenant/users', body, { key });
      expect(created).toMatchObject({
        status: 201,
        body: { username: body.username, origin: 'cloud', licensed: true, methods: [{ by: 'administrator' }] },
      });
      expect((await admin.post('/tenant/users', body, { key })).body).toEqual(created.body);
      const other = { ...body, username: 'other.user@contoso.example' };
      expect(await admin.post('/tenant/users', other, { key })).toMatchObject({
        status: 422,
        body: { code: 'idempotency-key-reused' },
      });
      expect((await admin.get('/tenant/users?name=other.user')).body.users).toEqual([]);
      expect(await admin.post('/tenant/users', body)).toMatchObject({ status: 409, body: { code: 'username-taken' } });

      expect(await starts('new.user')).toBe(403);
      await admin.changePolicy({ directoryContactsCount: true });
      expect(await starts('new.user')).toBe(201);
      await admin.changePolicy({ directoryContactsCount: false });
    });

    it('have a name of the tenant’s own domains, and contacts outside of them', async () => {
      const create = (body: object) => admin.post('/tenant/users', body);
      for (const username of ['x@northwind.example', 'x', '@contoso.example']) {
        expect((await create({ username })).status).toBe(400);
      }
      for (const contact of ['x@contoso.example', 'no address', 'a@b@c.example']) {
        const contacts = [{ method: 'email', contact }];
        expect((await create({ username: 'y@contoso.example', contacts })).status).toBe(400);
      }
      expect(
        (await create({ username: 'y@contoso.example', contacts: [{ method: 'sms', contact: '12' }] })).status,
      ).toBe(400);
      expect((await create({ username: 'y@contoso.example', password: 'x' })).status).toBe(400);
    });
  });

  describe('roles', () => {
    it('are never given to oneself, and the last global administrator stays', async () => {
      const id = await idOf('admin');
      const roles = ['global-administrator', 'auditor'];
      expect(await admin.patch(`/tenant/users/${id}`, { roles })).toMatchObject({
        status: 403,
        body: { code: 'own-roles' },
      });
      for (const body of [{ roles: [] }, { disabled: true }]) {
        expect(await admin.patch(`/tenant/users/${id}`, body)).toMatchObject({
          status: 409,
          body: { code: 'last-administrator' },
        });
      }
      expect((await admin.policy()).status).toBe(200);
    });

    it('end the sessions opened before them, and need a second factor from then on', async () => {
      const name = 'two.methods@contoso.example';
      const { body: session } = await person.signIn(name, password);
      const id = await idOf('two.methods');
      expect((await admin.patch(`/tenant/users/${id}`, { roles: ['global-administrator'] })).status).toBe(200);
      expect((await person.get('/api/v1/tenant/policy', { token: session.token })).status).toBe(401);
      expect(await person.signIn(name, password)).toMatchObject({ body: { code: 'second-factor-required' } });
      await listed('two.methods', ({ roles }) => roles.includes('global-administrator'));
    });

    it('F4: two gates for administrators, whatever the policy says', async () => {
      const recovery = await person.start('two.methods@contoso.example');
      expect(recovery).toMatchObject({ status: 201, body: { gatesRequired: 2 } });
      expect(recovery.body.methods.map(({ method }: Any) => method)).not.toContain('security-questions');
    });

    it('two global administrators who dismiss each other at once leave one', async () => {
      const other = await Administrator.signIn(product.url, 'two.methods@contoso.example');
      const [mine, theirs] = [await idOf('admin'), await idOf('two.methods')];
      const answers = await Promise.all([
        admin.patch(`/tenant/users/${theirs}`, { roles: [] }),
        other.patch(`/tenant/users/${mine}`, { roles: [] }),
      ]);
      const statuses = answers.map(({ status }) => status).sort();
      expect([
        [200, 401],
        [200, 409],
      ]).toContainEqual(statuses);
      const policies = await Promise.all([admin.policy(), other.policy()]);
      expect(policies.map(({ status }) => status).sort()).toEqual([200, 401]);
      // Whoever is left appoints the other again.
      const [left, gone] = policies[0].status === 200 ? [admin, theirs] : [other, mine];
      expect((await left.patch(`/tenant/users/${gone}`, { roles: ['global-administrator'] })).status).toBe(200);
      admin = await Administrator.signIn(product.url);
      await listed('two.methods', ({ roles }) => roles.length > 0);
      expect((await admin.patch(`/tenant/users/${theirs}`, { roles: [] })).status).toBe(200);
      expect((await admin.patch(`/tenant/users/${mine}`, { roles: [] })).status).toBe(409);
    });
  });

  describe('groups', () => {
    it('open the way for their members, through groups within groups', async () => {
      const outsider = await idOf('outside.group');
      expect(await starts('outside.group')).toBe(403);
      const create = async (name: string) => (await admin.post('/tenant/groups', { name })).body.groupId as string;
      const [sales, spain] = [await create('Sales'), await create('スペイン')];
      expect((await admin.post(`/tenant/groups/${spain}/members`, { accountIds: [outsider] })).status).toBe(204);
      expect(await starts('outside.group')).toBe(403);
      expect((await admin.request('PUT', `/tenant/groups/${sales}/groups/${spain}`)).status).toBe(200);
      expect((await admin.request('PUT', `/tenant/groups/sspr-users/groups/${sales}`)).status).toBe(200);
      expect(await starts('outside.group')).toBe(201);
      const { body } = await admin.get('/tenant/groups');
      expect(body.groups).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ groupId: sales, within: ['sspr-users'], enabled: true }),
          expect.objectContaining({ groupId: spain, name: 'スペイン', within: [sales], enabled: true }),
        ]),
      );
      expect(await admin.request('PUT', `/tenant/groups/${spain}/groups/sspr-users`)).toMatchObject({
        status: 409,
        body: { code: 'group-cycle' },
      });

      expect((await admin.delete(`/tenant/groups/sspr-users/groups/${sales}`)).status).toBe(200);
      expect(await starts('outside.group')).toBe(403);
      await admin.request('PUT', `/tenant/groups/sspr-users/groups/${sales}`);
      expect((await admin.delete(`/tenant/groups/${spain}/members/${outsider}`)).status).toBe(204);
      expect(await starts('outside.group')).toBe(403);
    });

    it('count in the preview of a policy', async () => {
      const outsider = await idOf('outside.group');
      const { body } = await admin.get('/tenant/groups');
      const [spain] = body.groups.filter(({ name }: Any) => name === 'スペイン');
      await admin.post(`/tenant/groups/${spain.groupId}/members`, { accountIds: [outsider] });
      await listed('outside.group', ({ groups }) => groups.includes(spain.groupId));
      const preview = await admin.previewPolicy({ groups: [spain.groupId] });
      expect(preview.body).toMatchObject({
        wouldGain: 0,
        reasons: { lose: { 'not-in-group': preview.body.wouldLose } },
      });
      expect(preview.body.couldAfter).toBe(preview.body.couldBefore - preview.body.wouldLose);
    });

    it('are renamed, listed with their members, and deleted by name', async () => {
      const { body: group } = await admin.post('/tenant/groups', { name: 'Temporary' });
      const path = `/tenant/groups/${group.groupId}`;
      await admin.post(`${path}/members`, { accountIds: [await idOf('no.methods')] });
      const members = await eventually(async () => {
        const { body } = await admin.get(`${path}/members`);
        return body.users.length > 0 && body.users;
      });
      expect(members).toMatchObject([{ username: 'no.methods@contoso.example' }]);
      expect((await admin.patch(path, { name: 'Short-lived' })).body).toMatchObject({ name: 'Short-lived' });
      expect(await admin.post('/tenant/groups', { name: 'short-LIVED' })).toMatchObject({
        status: 409,
        body: { code: 'group-name-taken' },
      });
      expect(await admin.delete(path)).toMatchObject({ status: 422, body: { name: 'Short-lived' } });
      expect((await admin.delete(`${path}?confirm=Short-lived`)).status).toBe(204);
      expect((await admin.delete(`${path}?confirm=Short-lived`)).status).toBe(404);
      expect(await admin.delete('/tenant/groups/sspr-users?confirm=sspr-users')).toMatchObject({
        status: 409,
        body: { code: 'group-in-use' },
      });
    });
  });

  describe('the plan', () => {
    const cloud = async (plan: object): Promise<[number, number]> => {
      expect((await admin.patch('/tenant/plan', plan)).status).toBe(200);
      const { body } = await person.signIn('two.methods@contoso.example', password);
      const wish = { currentPassword: password, newPassword: 'short' };
      const changed = await person.post('/api/v1/me/password', wish, { token: body.token });
      return [changed.status, await starts('two.methods')];
    };

    const number = '+81 9000000001';
    const optionsOf = async (token: string): Promise<Any[]> =>
      (await person.get('/api/v1/me/step-up', { token })).body.options;

    it('holds for what was offered under the plan before, and gives back what a policy set', async () => {
      const recovery = await person.started('cloud.user@contoso.example');
      const { token } = (await person.signIn('cloud.user@contoso.example', password)).body;
      const call = (await optionsOf(token)).find(({ method }) => method === 'mobile-call');
      expect(recovery.view.methods.map(({ method }) => method)).toContain('mobile-call');

      await admin.patch('/tenant/plan', { plan: 'p1', trial: true });
      expect((await optionsOf(token)).map(({ method }) => method)).toEqual(['email', 'sms']);
      expect(await person.post('/api/v1/me/step-up', { methodId: call.methodId }, { token })).toMatchObject({
        status: 422,
        body: { code: 'method-not-available' },
      });
      expect(await recovery.post('challenges', { method: 'mobile-call', contact: number })).toMatchObject({
        status: 422,
        body: { code: 'method-not-available' },
      });
      expect((await recovery.challenge('cloud.user@contoso.home.example')).status).toBe(202);
      expect(await person.calls(number)).toEqual([]);
      await recovery.post('cancel');
      expect((await admin.policy()).body.methods).toContain('mobile-call');

      await admin.patch('/tenant/plan', { plan: 'p1', trial: false });
      expect((await optionsOf(token)).map(({ method }) => method)).toEqual(['email', 'sms', 'mobile-call']);
    });

    it('has nothing written to a directory any more, also for a recovery that began before', async () => {
      const address = 'hybrid.user@contoso.home.example';
      await eventually(async () => (await person.start('hybrid.user@contoso.example')).status === 201);
      const recovery = await (await person.started('hybrid.user@contoso.example')).provedByMail(address);
      await admin.patch('/tenant/plan', { plan: 'business-standard' });
      expect(await recovery.password('Brand-New-Lantern-7!')).toMatchObject({
        status: 409,
        body: { code: 'password-on-premises' },
      });
      expect((await admin.policy()).body.writeback).toBe(true);
      await admin.patch('/tenant/plan', { plan: 'p1' });
      expect((await recovery.password('Brand-New-Lantern-7!')).status).toBeLessThan(300);
    });

    it('decides who may change and who may reset', async () => {
      const { body: preview } = await admin.previewPolicy({});
      // 422: the new password is too short, but changing is allowed.
      expect(await cloud({ plan: 'free' })).toEqual([422, 403]);
      expect((await admin.previewPolicy({})).body.couldAfter).toBeLessThan(preview.couldAfter);
      for (const plan of ['business-standard', 'business-premium', 'p1', 'p2']) {
        expect([plan, ...(await cloud({ plan }))]).toEqual([plan, 422, 201]);
      }
      for (const [plan, could] of [
        ['business-standard', 0],
        ['business-premium', 1],
        ['p2', 1],
      ] as const) {
        await admin.patch('/tenant/plan', { plan });
        const { body } = await admin.previewPolicy({ writeback: false });
        expect([plan, body.reasons.lose['on-premises-without-writeback'] ?? 0]).toEqual([plan, could]);
      }
      expect((await admin.patch('/tenant/plan', { plan: 'p1', trial: true })).body).toMatchObject({ trial: true });
      expect((await admin.changePolicy({ limits: { blockHours: 23 } })).body.methods).not.toContain('office-call');
      expect((await admin.patch('/tenant/plan', { plan: 'gold' })).status).toBe(400);
      expect((await admin.get('/tenant')).body).toMatchObject({ plan: 'p1', trial: true, organisation: 'Contoso' });
      expect((await admin.get('/tenant/domains')).body).toEqual({
        domains: [{ domain: 'contoso.example', verified: true }],
      });
    });
  });
});
