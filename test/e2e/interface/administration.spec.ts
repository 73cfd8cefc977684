import { createHash } from 'node:crypto';
import { expectProblem, instant, text, uuid } from '../../support/contract';
import { Administrator } from '../../support/administrators';
import { eventually, Person } from '../../support/journey';
import { startProduct, type Product } from '../../support/product';

describe('the interface of administration and operations', () => {
  let product: Product;
  let person: Person;
  let admin: Administrator;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    admin = await Administrator.signIn(product.url);
  });
  afterAll(() => product?.remove());

  it('GET and PATCH /tenant/policy, by ETag and If-Match', async () => {
    const { status, headers, body } = await admin.policy();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      version: 1,
      preset: 'hardened',
      enabledFor: 'selected',
      groups: ['sspr-users'],
      gatesRequired: 1,
      methods: expect.arrayContaining(['email', 'sms', 'security-questions']),
      captcha: 'local',
      unknownUsers: 'plain',
      confirmContact: true,
      unlockWithoutReset: false,
      writeback: true,
      doubleReset: false,
      limits: expect.any(Object),
      passwords: expect.any(Object),
      notifications: expect.any(Object),
    });
    const seen = { headers: { 'if-match': headers.get('etag')!, 'content-type': 'application/merge-patch+json' } };
    expectProblem(await admin.patch('/tenant/policy', { gatesRequired: 2 }), 428, 'precondition-required');
    expectProblem(await admin.patch('/tenant/policy', { gatesRequired: 3 }, seen), 400, 'invalid-request');
    const dry = await admin.previewPolicy({ gatesRequired: 2 });
    expect(dry).toMatchObject({ status: 200, body: { wouldLose: expect.any(Number) } });
    expect(dry.body.wouldLose).toBeGreaterThan(0);
    const changed = await admin.patch('/tenant/policy', { gatesRequired: 2 }, seen);
    expect(changed).toMatchObject({ status: 200, body: { version: 2, gatesRequired: 2 } });
    expect(changed.headers.get('etag')).not.toBe(headers.get('etag'));
    expectProblem(await admin.patch('/tenant/policy', { gatesRequired: 1 }, seen), 412, 'policy-version-mismatch');
    expectProblem(await person.get('/api/v1/tenant/policy'), 401, 'session-invalid');
    const { body: user } = await person.signIn('cloud.user@contoso.example', 'Correct-Horse-1!');
    expectProblem(await person.get('/api/v1/tenant/policy', { token: user.token }), 403, 'not-allowed');
  });

  it('refuses what a field cannot be', async () => {
    const fields = ['preset', 'enabledFor', 'methods', 'captcha', 'unknownUsers', 'confirmContact', 'writeback'];
    for (const field of [...fields, 'doubleReset', 'unlockWithoutReset', 'limits', 'passwords', 'notifications']) {
      const refused = await admin.changePolicy({ [field]: 'nonsense' });
      expectProblem(refused, 400, 'invalid-request', { errors: [expect.objectContaining({ field })] });
    }
    expectProblem(await admin.changePolicy({ colour: 'red' }), 400, 'invalid-request');
  });

  it('asks for work where the policy says so', async () => {
    expect((await admin.changePolicy({ captcha: 'proof-of-work' })).status).toBe(200);
    const username = 'two.methods@contoso.example';
    const { status, body } = await person.post('/api/v1/captchas', { username });
    expect([status, body]).toMatchObject([201, { captchaId: uuid, mode: 'proof-of-work', challenge: text }]);
    const { captchaId, challenge, difficulty } = body;
    const wish = { username, reason: 'forgot-password', captchaId, captchaAnswer: answerOf(challenge, difficulty) };
    expect((await person.post('/api/v1/recoveries', wish)).status).toBe(201);
    expectProblem(await person.post('/api/v1/recoveries', wish), 422, 'captcha-failed');
    expect((await admin.changePolicy({ captcha: 'local' })).status).toBe(200);
  });

  /** SHA-256(challenge ‖ answer) has that many leading zero bits. */
  function answerOf(challenge: string, difficulty: number): string {
    for (let n = 0; ; n++) {
      const hash = createHash('sha256').update(`${challenge}${n}`).digest();
      if (hash.readUInt32BE(0) >>> (32 - difficulty) === 0) return String(n);
    }
  }

  it('POST /tenant/agents: an id and a code to enrol with', async () => {
    const { status, body } = await admin.post('/tenant/agents');
    expect([status, body]).toMatchObject([201, { agentId: uuid, enrolmentCode: text, expiresAt: instant }]);
    await eventually(async () => {
      const { body: all } = await admin.get('/tenant/agents');
      return all.agents.some(({ agentId }: { agentId: string }) => agentId === body.agentId);
    });
    expectProblem(await person.get('/api/v1/agent'), 404, 'not-found');
  });

  it('health, metrics and the description of the interface', async () => {
    for (const path of ['/health/live', '/health/ready']) expect((await person.get(path)).status).toBe(200);
    const metrics = await person.get('/metrics');
    expect(metrics).toMatchObject({
      status: 200,
      text: expect.stringContaining('keyturn_http_request_duration_seconds'),
    });
    const proxied = { headers: { 'x-forwarded-for': '192.0.2.1' } };
    expectProblem(await person.get('/metrics', proxied), 401, 'metrics-token-invalid');
    const started = await person.started('cloud.user@contoso.example');
    await started.get();
    const { text: exposed } = await person.get('/metrics');
    const counted = /^keyturn_http_request_duration_seconds_count\{method="GET",route="(.*?)",status="200"\} (\d+)$/gm;
    const routes = new Map([...exposed.matchAll(counted)].map(([, route, count]) => [route!, Number(count)]));
    expect(routes.get('/api/v1/recoveries/:recoveryId')).toBeGreaterThanOrEqual(1);
    expect(routes.get('/health/ready')).toBeGreaterThanOrEqual(1);
    expect(exposed).toMatch(/^keyturn_process_resident_memory_bytes \d/m);
    expect(exposed).toMatch(/^keyturn_nodejs_eventloop_lag_seconds [\d.]/m);
    for (const personal of [started.view.recoveryId, started.view.supportCode, 'cloud.user', 'contoso'])
      expect(exposed).not.toContain(personal);
    const { body: described } = await person.get('/api/openapi.json');
    expect(described.openapi).toMatch(/^3\./);
    expect(Object.keys(described.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/captchas',
        '/api/v1/captchas/{captchaId}/image',
        '/api/v1/captchas/{captchaId}/audio',
        '/api/v1/recoveries',
        '/api/v1/recoveries/{recoveryId}',
        '/api/v1/recoveries/{recoveryId}/events',
        '/api/v1/recoveries/{recoveryId}/challenges',
        '/api/v1/recoveries/{recoveryId}/challenges/{challengeId}/answer',
        '/api/v1/recoveries/{recoveryId}/password',
        '/api/v1/recoveries/{recoveryId}/unlock',
        '/api/v1/recoveries/{recoveryId}/cancel',
        '/api/v1/recoveries/{recoveryId}/contact-administrator',
        '/api/v1/recoveries/{recoveryId}/worked',
        '/api/v1/sessions',
        '/api/v1/me/password',
        '/api/v1/me/methods',
        '/api/v1/me/activity',
        '/api/v1/me/sessions',
        '/api/v1/branding',
        '/api/v1/password-policy',
        '/api/v1/not-me',
        '/api/v1/tenant/policy',
        '/api/v1/tenant/agents',
        '/health/live',
        '/health/ready',
        '/metrics',
      ]),
    );
    const docs = await person.get('/api/docs');
    expect([docs.status, docs.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
  });
});
