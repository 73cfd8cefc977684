import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Answer, type Any, type Recovery } from '../support/journey';
import { steppedUp } from '../support/phone';
import { startProduct, type Product } from '../support/product';

const password = 'Correct-Horse-1!';

const roles = [
  'global-administrator',
  'authentication-administrator',
  'helpdesk',
  'auditor',
  'analyst',
  'ops',
] as const;
type Role = (typeof roles)[number];
const usernames: Record<Role, string> = {
  'global-administrator': 'admin@contoso.example',
  'authentication-administrator': 'authentication.admin@contoso.example',
  helpdesk: 'helpdesk@contoso.example',
  auditor: 'auditor@contoso.example',
  analyst: 'analyst@contoso.example',
  ops: 'ops@contoso.example',
};

/** Everybody who may ask: with a session of a role, of nobody's, with one that is good for one thing alone, or with none. */
const actors = [...roles, 'user', 'must-register', 'must-change', 'recovering', 'nobody'] as const;
type Actor = (typeof actors)[number];

const anybody = actors;
const people: readonly Actor[] = [...roles, 'user'];
const registering: readonly Actor[] = [...people, 'must-register'];
const signedIn: readonly Actor[] = [...registering, 'must-change'];
const recovering: readonly Actor[] = ['recovering'];
/** Proved by a signature or a link, whoever is signed in. */
const signed: readonly Actor[] = [];

const [global, authentication, helpdesk, auditor, , ops] = roles;
const administrators: readonly Actor[] = [global, authentication];
const assistants: readonly Actor[] = [global, authentication, helpdesk];

/** Who may call what. A route that is not written down here fails the test: whoever adds one says who may call it. */
const table: Record<string, readonly Actor[]> = {
  'GET /health/live': anybody,
  'GET /health/ready': anybody,
  'GET /metrics': anybody,
  'GET /api/v1/branding': anybody,
  'GET /api/v1/branding/logo': anybody,
  'GET /api/v1/devices/push-key': anybody,
  'POST /api/v1/captchas': anybody,
  'GET /api/v1/captchas/{captchaId}/image': anybody,
  'GET /api/v1/captchas/{captchaId}/audio': anybody,
  'POST /api/v1/recoveries': anybody,
  'POST /api/v1/sessions': anybody,

  'GET /api/v1/recoveries/{recoveryId}': recovering,
  'GET /api/v1/recoveries/{recoveryId}/events': recovering,
  'POST /api/v1/recoveries/{recoveryId}/challenges': recovering,
  'POST /api/v1/recoveries/{recoveryId}/challenges/{challengeId}/answer': recovering,
  'POST /api/v1/recoveries/{recoveryId}/password': recovering,
  'POST /api/v1/recoveries/{recoveryId}/unlock': recovering,
  'POST /api/v1/recoveries/{recoveryId}/worked': recovering,
  'POST /api/v1/recoveries/{recoveryId}/contact-administrator': recovering,
  'POST /api/v1/recoveries/{recoveryId}/cancel': recovering,
  'GET /api/v1/password-policy': [...signedIn, 'recovering'],

  'GET /api/v1/me': signedIn,
  'POST /api/v1/me/password': [...people, 'must-change'],
  'GET /api/v1/me/activity': people,
  'GET /api/v1/me/sessions': people,
  'DELETE /api/v1/me/sessions/{sessionId}': people,
  'GET /api/v1/me/devices': registering,
  'POST /api/v1/me/devices': registering,
  'DELETE /api/v1/me/devices/{deviceId}': registering,
  'GET /api/v1/me/methods': registering,
  'POST /api/v1/me/methods': registering,
  'DELETE /api/v1/me/methods/{methodId}': registering,
  'GET /api/v1/me/methods/questions': registering,
  'POST /api/v1/me/methods/questions': registering,
  'GET /api/v1/me/methods/registrations/{registrationId}': registering,
  'POST /api/v1/me/methods/registrations/{registrationId}/confirm': registering,
  'POST /api/v1/me/methods/registrations/{registrationId}/resend': registering,
  'POST /api/v1/me/methods/confirm': registering,
  'POST /api/v1/me/methods/skip': registering,
  'GET /api/v1/me/step-up': registering,
  'POST /api/v1/me/step-up': registering,
  'POST /api/v1/me/step-up/{stepUpId}/answer': registering,

  'GET /api/v1/tenant': roles,
  'GET /api/v1/tenant/domains': roles,
  'GET /api/v1/tenant/policy': roles,
  'PATCH /api/v1/tenant/policy': [global],
  'PATCH /api/v1/tenant/plan': [global],
  'GET /api/v1/tenant/users': assistants,
  'GET /api/v1/tenant/users/{accountId}': assistants,
  'POST /api/v1/tenant/users': [global],
  'PATCH /api/v1/tenant/users/{accountId}': [global],
  'GET /api/v1/tenant/groups': [...assistants, auditor],
  'GET /api/v1/tenant/groups/{groupId}/members': assistants,
  'POST /api/v1/tenant/groups': [global],
  'PATCH /api/v1/tenant/groups/{groupId}': [global],
  'DELETE /api/v1/tenant/groups/{groupId}': [global],
  'POST /api/v1/tenant/groups/{groupId}/members': [global],
  'DELETE /api/v1/tenant/groups/{groupId}/members/{accountId}': [global],
  'PUT /api/v1/tenant/groups/{groupId}/groups/{innerId}': [global],
  'DELETE /api/v1/tenant/groups/{groupId}/groups/{innerId}': [global],
  'GET /api/v1/tenant/agents': [...assistants, ops, auditor],
  'POST /api/v1/tenant/agents': [global],
  'DELETE /api/v1/tenant/agents/{agentId}': [global],

  'GET /api/v1/helpdesk/cases': assistants,
  'POST /api/v1/helpdesk/users/search': assistants,
  'GET /api/v1/helpdesk/users/{accountId}': assistants,
  'POST /api/v1/helpdesk/users/{accountId}/cases': assistants,
  'POST /api/v1/helpdesk/users/{accountId}/cases/{caseId}/word': assistants,
  'POST /api/v1/helpdesk/users/{accountId}/cases/{caseId}/word/answer': assistants,
  'POST /api/v1/helpdesk/users/{accountId}/cases/{caseId}/pass': assistants,
  'POST /api/v1/helpdesk/users/{accountId}/cases/{caseId}/lift-blocks': assistants,
  'POST /api/v1/helpdesk/users/{accountId}/cases/{caseId}/contacts': administrators,
  'POST /api/v1/helpdesk/users/{accountId}/proposals/{proposalId}/approve': administrators,
  'POST /api/v1/helpdesk/users/{accountId}/proposals/{proposalId}/reject': administrators,
  'POST /api/v1/helpdesk/users/{accountId}/lift-not-me': administrators,
  'POST /api/v1/helpdesk/users/{accountId}/require-password-change': administrators,

  'GET /api/v1/audit/cases/{code}': [global, authentication, auditor],
  // Who is refused is recorded, so the case itself decides: of one that nobody finds, nobody is told more.
  'POST /api/v1/audit/cases/{code}/reveal': people,

  'GET /api/v1/operations/backup': signed,
  'GET /api/v1/operations/cases/{code}': signed,
  'GET /api/v1/operations/erasures': signed,
  'POST /api/v1/operations/replays': signed,
  'GET /api/v1/not-me': signed,
  'POST /api/v1/not-me': signed,
  // A pairing code or an enrolment code is the proof: without one, the same refusal for everybody.
  'POST /api/v1/devices': anybody,
  'POST /api/v1/agent/enrolment': anybody,
  'GET /api/v1/devices/{deviceId}/approvals': signed,
  'GET /api/v1/devices/{deviceId}/events': signed,
  'POST /api/v1/devices/{deviceId}/approvals/{approvalId}': signed,
  'PUT /api/v1/devices/{deviceId}/push-subscription': signed,
  'DELETE /api/v1/devices/{deviceId}/push-subscription': signed,
  'DELETE /api/v1/devices/{deviceId}': signed,
  'GET /api/v1/agent/commands': signed,
  'GET /api/v1/agent/sign-ins': signed,
  'POST /api/v1/agent/commands': signed,
  'POST /api/v1/agent/keys': signed,
  'POST /api/v1/agent/people': signed,
  'POST /api/v1/agent/receipts': signed,
  'POST /api/v1/agent/report': signed,
  'POST /api/v1/agent/sign-ins': signed,
  'POST /api/v1/agent/people/gone': signed,
  'POST /api/v1/agent/people/sign-ins': signed,
  'POST /api/v1/agent/commands/{writebackId}': signed,
  'POST /api/v1/telecom/twilio/status/challenges/{recoveryId}/{deliveryId}/{attempt}': signed,
  'POST /api/v1/telecom/twilio/status/notices/{deliveryId}/{attempt}': signed,
  'POST /api/v1/telecom/twilio/voice/{kind}/{ownerId}/{questionId}': signed,
  'POST /api/v1/telecom/twilio/voice/{kind}/{ownerId}/{questionId}/keys': signed,

  // Last: they end sessions.
  'DELETE /api/v1/me/sessions': people,
  'DELETE /api/v1/sessions/current': signedIn,
};

/** Where the body is looked at before the session; a password too short to be set. */
const bodies: Record<string, object> = { 'POST /api/v1/me/password': { newPassword: 'x' } };

/** Refusals of a guard: what is behind it was not reached. */
const atTheDoor = new Set([
  'session-invalid',
  'session-limited',
  'not-allowed',
  'recovery-token-invalid',
  'device-invalid',
  'agent-invalid',
  'not-me-invalid',
  'signature-invalid',
]);

describe('who may call what', () => {
  let product: Product;
  let person: Person;
  let routes: string[];
  let recovery: Recovery;
  const tokens: Partial<Record<Actor, string>> = {};

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    routes = await served();
    for (const role of roles) tokens[role] = (await Administrator.signIn(product.url, usernames[role])).token;
    tokens.user = (await person.signIn('two.methods@contoso.example', password)).body.token;
    tokens['must-register'] = await signedInWithoutApp('outside.group@contoso.example');
    tokens['must-change'] = await signedInByPass('one.method@contoso.example', 'one.method@contoso.home.example');
    recovery = await person.started('cloud.user@contoso.example');
    tokens.recovering = recovery.token;
  });
  afterAll(() => product.remove());

  async function served(): Promise<string[]> {
    const { body } = await person.get('/api/openapi.json');
    return Object.entries(body.paths as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  it('is written down for every route that is served, and for no other', () => {
    expect(routes.toSorted()).toEqual(Object.keys(table).toSorted());
  });

  it.each(actors)('with what it says to %s', async (actor) => {
    const token = tokens[actor];
    expect(token === undefined).toBe(actor === 'nobody');
    const wrong: string[] = [];
    for (const [route, who] of Object.entries(table)) {
      const { status, body, text } = await ask(route, token);
      const closed = atTheDoor.has(body?.code as string) || (route.includes('/operations/') && status === 404);
      const reached = !closed && status < 500;
      if (reached !== who.includes(actor)) wrong.push(`${route}: ${status} ${text.slice(0, 80)}`);
    }
    expect(wrong).toEqual([]);
  });

  describe('with a session that is as good as any', () => {
    let token: string;
    beforeAll(async () => {
      await person.resetLimits();
      token = (await Administrator.signIn(product.url)).token;
    });
    const sessions = /\/sessions(\/current)?$/;
    const writing = () => routes.filter((route) => !/^GET /.test(route) && !sessions.test(route));

    it('no page of another site writes: the cookie is nothing to it', async () => {
      const guarded = writing().filter((route) => table[route]!.includes('user') || table[route]!.includes(global));
      const answers = await Promise.all(
        guarded
          .filter((route) => !table[route]!.includes('nobody'))
          .flatMap((route) =>
            ['https://mallory.example', 'null', `${product.url}.mallory.example`].map(async (origin) => {
              const answer = await ask(route, undefined, { cookie: `keyturn=${token}`, origin });
              return `${route}: ${answer.body?.code}`;
            }),
          ),
      );
      expect(answers.filter((answer) => !answer.endsWith(': session-invalid'))).toEqual([]);
      const own = await ask('GET /api/v1/me', undefined, { cookie: `keyturn=${token}`, origin: product.url });
      expect(own.status).toBe(200);
    });

    const ids = ['__proto__', 'constructor', '%00', '..%2F..', '%F0%9F%92%A9', 'x'.repeat(120), '%27%3B--'];
    const bodies = [
      '[]',
      'null',
      '"text"',
      '7',
      '{"__proto__":{"roles":["global-administrator"]}}',
      '{"constructor":{"prototype":{"x":1}}}',
      JSON.stringify({ username: { $gt: '' }, supportCode: ['x'], reason: 7, methodId: {}, word: [] }),
      JSON.stringify({ accountIds: 'all', roles: 'global-administrator', tenantId: 'x', name: { a: 1 }, plan: ['p2'] }),
      JSON.stringify({ answers: { length: 3 }, method: 'toString', contact: 7, replaces: true, code: { a: 1 } }),
      JSON.stringify({ newPassword: ['x'], currentPassword: {} }),
      ...['supportCode', 'username', 'name', 'word', 'reason', 'code', 'pairingCode', 'enrolmentCode'].map((key) =>
        JSON.stringify({ [key]: 'x\0x' }),
      ),
      JSON.stringify({ username: 'x@contoso.example', temporaryAccessPass: 'x\0x' }),
      JSON.stringify({ username: 'x\0@contoso.example', password: 'x\0x' }),
      JSON.stringify({ method: 'email', contact: 'x\0x@mail.example' }),
      JSON.stringify({ currentPassword: 'x\0x', newPassword: 'x\0x' }),
      `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`,
    ];

    it('no id that is none is more than refused', async () => {
      const broken: string[] = [];
      for (const route of routes.filter((one) => one.includes('{') && !one.includes('/events'))) {
        for (const id of ids) {
          const [method, path] = route.split(' ') as [string, string];
          const body = method === 'GET' || method === 'DELETE' ? undefined : {};
          const { status } = await person.request(method, path.replace(/\{[^}]+\}/g, id), body, { token });
          // A group may be there before anybody made it: an import brings its own.
          const listed = route === 'GET /api/v1/tenant/groups/{groupId}/members' && status === 200;
          if (status >= 500 || (status < 400 && !listed)) broken.push(`${route} with ${id}: ${status}`);
        }
      }
      expect((await person.request('GET', '/api/v1/tenant/users?group=%00', undefined, { token })).status).toBe(400);
      expect(broken).toEqual([]);
    });

    it('no body that is none is more than refused', async () => {
      const broken: string[] = [];
      for (const route of writing()) {
        for (const body of bodies) {
          const [method, path] = route.split(' ') as [string, string];
          const response = await fetch(product.url + path.replace(/\{[^}]+\}/g, () => randomUUID()), {
            method,
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
            body,
          });
          await response.text();
          if (response.status >= 500) broken.push(`${route} with ${body.slice(0, 60)}: ${response.status}`);
        }
      }
      expect(broken).toEqual([]);
    });
  });

  describe('and nobody reaches into another tenant', () => {
    const theirName = 'cloud.user@northwind.example';
    let admin: Administrator;
    let mine: string;
    let theirs: { token: string; accountId: string; sessionId: string; methodId: string; stepUpId: string };
    let theirRecovery: Recovery;

    beforeAll(async () => {
      await person.resetLimits();
      admin = await Administrator.signIn(product.url);
      mine = (await person.signIn('two.methods@contoso.example', password)).body.token;
      await steppedUp(person, mine, 'two.methods@contoso.example');
      const { token } = (await person.signIn(theirName, password)).body;
      const { accountId } = (await person.get('/api/v1/me', { token })).body;
      const sessionId = await eventually(async () => {
        const { items } = (await person.get('/api/v1/me/sessions', { token })).body;
        return items.find(({ current }: Any) => current)?.sessionId as string | undefined;
      });
      const { methodId } = (await person.get('/api/v1/me/methods', { token })).body.methods[0];
      const { stepUpId } = (await person.post('/api/v1/me/step-up', { methodId }, { token })).body;
      theirs = { token, accountId, sessionId, methodId, stepUpId };
      theirRecovery = await person.started(theirName);
    });

    it('as an administrator, by an id in the path, in the body or as a cursor', async () => {
      const { accountId, methodId } = theirs;
      const ofTheirs = `/helpdesk/users/${accountId}`;
      const someCase = `${ofTheirs}/cases/${randomUUID()}`;
      const someProposal = `${ofTheirs}/proposals/${randomUUID()}`;
      const { recoveryId, supportCode } = theirRecovery.view;
      const asked = {
        read: admin.get(`/tenant/users/${accountId}`),
        changed: admin.patch(`/tenant/users/${accountId}`, { disabled: true }),
        joined: admin.post('/tenant/groups/sspr-users/members', { accountIds: [accountId] }),
        left: admin.delete(`/tenant/groups/sspr-users/members/${accountId}`),
        shown: admin.get(ofTheirs),
        named: admin.post('/helpdesk/users/search', { username: theirName }),
        coded: admin.post('/helpdesk/users/search', { supportCode }),
        opened: admin.post(`${ofTheirs}/cases`),
        word: admin.post(`${someCase}/word`, { methodId }),
        answered: admin.post(`${someCase}/word/answer`, { word: 'apple river' }),
        pass: admin.post(`${someCase}/pass`, { methodId }),
        lifted: admin.post(`${someCase}/lift-blocks`),
        proposed: admin.post(`${someCase}/contacts`, { method: 'email', contact: 'mallory@mail.example' }),
        approved: admin.post(`${someProposal}/approve`),
        rejected: admin.post(`${someProposal}/reject`),
        believed: admin.post(`${ofTheirs}/lift-not-me`),
        byCode: admin.get(`/audit/cases/${supportCode}`),
        byId: admin.get(`/audit/cases/${recoveryId}`),
        revealed: admin.post(`/audit/cases/${supportCode}/reveal`, { reason: 'curiosity' }),
      };
      const answers = await Promise.all(
        Object.entries(asked).map(async ([name, answer]) => [name, (await answer).body.code as string]),
      );
      expect(answers.filter(([, code]) => code !== 'not-found')).toEqual([]);
      const { body: page } = await admin.get(`/tenant/users?limit=200&cursor=${accountId}`);
      expect(page.users.filter(({ username }: Any) => !username.endsWith('@contoso.example'))).toEqual([]);
    });

    it('as anybody signed in, to sessions, methods, step-ups and devices of others', async () => {
      const { sessionId, methodId, stepUpId } = theirs;
      const me = (method: string, path: string, body?: unknown) =>
        person.request(method, `/api/v1/me/${path}`, body, { token: mine, key: randomUUID() });
      const code = async (answer: Promise<Answer<Any>>): Promise<string | undefined> => (await answer).body?.code;
      expect(await code(me('DELETE', `sessions/${sessionId}`))).toBe('not-found');
      expect(await code(me('DELETE', `methods/${methodId}`))).toBe('not-found');
      const wish = { method: 'email', contact: 'two@mail.example', replaces: methodId };
      expect(await code(me('POST', 'methods', wish))).toBe('not-found');
      expect(await code(me('POST', 'step-up', { methodId }))).toBe('method-not-available');
      expect(await code(me('POST', `step-up/${stepUpId}/answer`, { code: '12345678' }))).toBe('challenge-not-current');
      for (const verb of ['confirm', 'resend']) {
        const path = `methods/registrations/${stepUpId}/${verb}`;
        expect(await code(me('POST', path, { code: '12345678' }))).toMatch(/challenge-not-current|invalid-request/);
      }
      expect(await code(me('GET', `methods/registrations/${stepUpId}`))).toBe('not-found');
    });

    it('and all is as it was with whom they tried to reach', async () => {
      const { token, methodId } = theirs;
      const { status, body } = await person.get('/api/v1/me/methods', { token });
      expect([status, body.methods[0].methodId]).toEqual([200, methodId]);
      expect((await theirRecovery.get()).body.status).toBe('choosing-method');
      expect((await person.get('/api/v1/me/step-up', { token })).body.state).toBe('required');
    });
  });

  /** With ids that nobody has, and a body that says nothing: what is asked is whether the door opens. */
  async function ask(
    route: string,
    token: string | undefined,
    more: Record<string, string> = {},
  ): Promise<Answer<Any>> {
    const [method, path] = route.split(' ') as [string, string];
    const target = path
      .replace('{recoveryId}', path.startsWith('/api/v1/recoveries/') ? recovery.view.recoveryId : randomUUID())
      .replace('{attempt}', '1')
      .replace('{kind}', 'challenges')
      .replace(/\{[^}]+\}/g, () => randomUUID());
    const body = method === 'GET' || method === 'DELETE' ? undefined : (bodies[route] ?? {});
    const response = await fetch(product.url + target, {
      method,
      headers: {
        ...more,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': path.includes('/twilio/') ? form : 'application/json' }),
      },
      ...(body && { body: path.includes('/twilio/') ? 'Digits=%23' : JSON.stringify(body) }),
    });
    // Of a stream, that it opened says enough.
    const streams = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (streams) await response.body!.cancel();
    const text = streams ? '' : await response.text();
    const json = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : undefined };
  }

  /** Somebody who was just given a role. */
  async function signedInWithoutApp(username: string): Promise<string> {
    const admin = await Administrator.signIn(product.url);
    const { body: found } = await admin.post('/helpdesk/users/search', { username });
    await admin.patch(`/tenant/users/${found.accountId}`, { roles: ['analyst'] });
    const { body } = await person.signIn(username, password);
    expect(body.next).toBe('register-methods');
    return body.token as string;
  }

  async function signedInByPass(username: string, address: string): Promise<string> {
    const member = await Administrator.signIn(product.url, usernames.helpdesk);
    const { body: found } = await member.post('/helpdesk/users/search', { username });
    const { body: opened } = await member.post(`/helpdesk/users/${found.accountId}/cases`);
    const path = `/helpdesk/users/${found.accountId}/cases/${opened.caseId}`;
    const { methodId } = found.contacts[0];
    const read = (pattern: RegExp): Promise<string> =>
      eventually(async () => (await person.mails(address)).flatMap(({ text }) => pattern.exec(text)?.[1] ?? [])[0]);
    await member.post(`${path}/word`, { methodId });
    await member.post(`${path}/word/answer`, { word: await read(/\n\n {4}([a-z]+ [a-z]+)\n/) });
    await member.post(`${path}/pass`, { methodId });
    const temporaryAccessPass = await read(/\n\n {4}([\d ]{10,})\n/);
    const { body } = await person.post('/api/v1/sessions', { username, temporaryAccessPass });
    return body.token as string;
  }
});

const form = 'application/x-www-form-urlencoded';
