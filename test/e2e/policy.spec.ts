import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';

describe('the policy', () => {
  let product: Product;
  let person: Person;
  let admin: Administrator;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    admin = await Administrator.signIn(product.url);
  });
  afterAll(() => product.remove());
  beforeEach(() => person.resetLimits());

  const patchAt = (version: unknown, body: unknown, headers: Record<string, string> = {}) =>
    admin.patch('/tenant/policy', body, { headers: { 'if-match': String(version), ...headers } });

  /** Who can start a recovery now, of those the demo brought. */
  async function able(): Promise<string[]> {
    const found: string[] = [];
    const { body } = await admin.get('/tenant/users?limit=200');
    for (const { username } of body.users) {
      await person.resetLimits();
      if ((await person.start(username)).status === 201) found.push(username);
    }
    return found.sort();
  }

  it('is told whole, with its version as ETag', async () => {
    const { status, headers, body } = await admin.policy();
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    expect(body).toMatchObject({ version: 1, enabledFor: 'selected', groups: ['sspr-users'], gatesRequired: 1 });
    expect(body.warnings.map(({ code }: { code: string }) => code)).toContain('unknown-users-plain');
  });

  it('changes by merge patch, at the version that was seen, once', async () => {
    const { body: before } = await admin.policy();
    const headers = { 'content-type': 'application/merge-patch+json', 'idempotency-key': randomUUID() };
    const patch = { passwords: { minimumLength: 12 }, limits: { blockHours: 5 }, helpdesk: 'help@contoso.example' };
    const changed = await patchAt(`"${before.version}"`, patch, headers);
    expect(changed).toMatchObject({ status: 200, body: { version: before.version + 1 } });
    expect(changed.headers.get('etag')).toBe(`"${before.version + 1}"`);
    expect(changed.body.passwords).toEqual({ ...before.passwords, minimumLength: 12 });
    expect(await patchAt(`"${before.version}"`, patch, headers)).toMatchObject({
      status: 200,
      body: { version: before.version + 1 },
    });
    expect((await admin.policy()).body).toEqual(changed.body);

    const reset = await patchAt(changed.body.version, { limits: { blockHours: null }, helpdesk: null });
    expect(reset.body).toMatchObject({ limits: { blockHours: 24 }, helpdesk: null, passwords: { minimumLength: 12 } });
    const nothing = await patchAt(reset.body.version, {});
    expect(nothing).toMatchObject({ status: 200, body: { version: reset.body.version } });
    await admin.changePolicy({ passwords: { minimumLength: 8 } });
  });

  it('asks for the version and refuses an old one', async () => {
    const { body } = await admin.policy();
    expect(await admin.patch('/tenant/policy', { captcha: 'off' })).toMatchObject({
      status: 428,
      body: { code: 'precondition-required' },
    });
    expect(await patchAt(body.version - 1, { captcha: 'off' })).toMatchObject({
      status: 412,
      body: { code: 'policy-version-mismatch', policyVersion: body.version },
    });
    expect(await patchAt('soon', { captcha: 'off' })).toMatchObject({ status: 400, body: { field: 'If-Match' } });
    expect((await admin.policy()).body).toEqual(body);
  });

  it('of two changes at once to one version, one wins', async () => {
    const { body } = await admin.policy();
    const answers = await Promise.all([15, 16, 17].map((n) => patchAt(body.version, { limits: { blockHours: n } })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  it('refuses unknown fields, other kinds and impossible values, each by its path', async () => {
    const refused = (body: unknown) => patchAt('*', body);
    expect(await refused({ limits: { lives: 9 }, colour: 'red' })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ field: 'limits.lives' }, { field: 'colour' }] },
    });
    expect(await refused({ version: 3 })).toMatchObject({ status: 400 });
    expect(await refused([])).toMatchObject({ status: 400 });
    expect(await refused({ captcha: 'easy' })).toMatchObject({ status: 400, body: { errors: [{ field: 'captcha' }] } });
    expect(await refused({ limits: { blockHours: 0 } })).toMatchObject({
      status: 422,
      body: { code: 'policy-invalid', field: 'limits.blockHours', why: expect.stringMatching(/from 1/) },
    });
    expect(await refused({ methods: [] })).toMatchObject({ status: 422, body: { field: 'methods' } });
    const text = await admin.request('PATCH', '/tenant/policy', undefined, {
      headers: { 'content-type': 'text/plain' },
    });
    expect([400, 415]).toContain(text.status);
  });

  it('takes a thousand banned words and a logo', async () => {
    const bannedWords = Array.from({ length: 1_000 }, (_, n) => `とても長い禁止語その${n}`.padEnd(24, '号'));
    const changed = await admin.changePolicy({ passwords: { bannedWords } });
    expect(changed.status).toBe(200);
    expect((await admin.changePolicy({ passwords: { bannedWords: ['contoso'] } })).status).toBe(200);
  });

  it('is for administrators to change and for every role to read', async () => {
    for (const name of ['helpdesk', 'auditor', 'analyst', 'ops']) {
      const reader = await Administrator.signIn(product.url, `${name}@contoso.example`);
      expect((await reader.policy()).status).toBe(200);
      expect(await reader.changePolicy({ captcha: 'off' })).toMatchObject({
        status: 403,
        body: { code: 'not-allowed' },
      });
      expect(await reader.previewPolicy({ captcha: 'off' })).toMatchObject({ status: 403 });
    }
    const { body: session } = await person.signIn('cloud.user@contoso.example', 'Correct-Horse-1!');
    expect(await person.get('/api/v1/tenant/policy', { token: session.token })).toMatchObject({ status: 403 });
    expect(await person.get('/api/v1/tenant/policy')).toMatchObject({ status: 401 });
  });

  it('tells beforehand who could no longer reset, and is right', async () => {
    // Whether an agent answers just now is no matter of the policy.
    await admin.changePolicy({ writeback: false });
    const before = await able();
    const patch = { gatesRequired: 2, enabledFor: 'all', methods: ['email', 'app-code'] };
    const { status, body: preview } = await admin.previewPolicy(patch);
    expect(status).toBe(200);
    expect((await admin.policy()).body.gatesRequired).toBe(1);

    expect((await admin.changePolicy(patch)).status).toBe(200);
    const after = await able();
    const [lost, gained] = [
      before.filter((name) => !after.includes(name)),
      after.filter((name) => !before.includes(name)),
    ];
    expect(lost).toContain('cloud.user@contoso.example');
    expect(preview).toMatchObject({
      couldBefore: before.length,
      couldAfter: after.length,
      wouldLose: lost.length,
      wouldGain: gained.length,
      reasons: { lose: { 'too-few-methods': lost.length } },
    });

    const { body: back } = await admin.previewPolicy({ gatesRequired: 1 });
    expect(back).toMatchObject({ wouldLose: 0, couldBefore: after.length });
    expect((await admin.changePolicy({ gatesRequired: 1 })).status).toBe(200);
    expect(await able()).toHaveLength(back.couldAfter);
    await admin.changePolicy({ enabledFor: 'selected', methods: null, writeback: true });
  });

  it('refuses in a preview what it would refuse for good', async () => {
    expect(await admin.previewPolicy({ methods: [] })).toMatchObject({ status: 422, body: { field: 'methods' } });
    expect(await admin.previewPolicy({ mood: 1 })).toMatchObject({ status: 400 });
    const stale = { headers: { 'if-match': '"999"' } };
    expect(await admin.patch('/tenant/policy?dryRun=true', { captcha: 'off' }, stale)).toMatchObject({ status: 412 });
  });

  it('holds for the next recovery', async () => {
    expect((await admin.changePolicy({ captcha: 'off', unknownUsers: 'decoy' })).status).toBe(200);
    expect((await person.post('/api/v1/captchas', { username: 'x@contoso.example' })).body.mode).toBe('off');
    expect((await person.start('nobody@contoso.example')).status).toBe(201);
    expect((await admin.changePolicy({ captcha: 'local', unknownUsers: 'plain' })).status).toBe(200);
    expect((await person.start('nobody@contoso.example')).status).toBe(403);
  });
});
