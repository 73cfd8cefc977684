import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import type { CaseFile } from '#libs/commands/operations/case-file';
import type { RevealedCase } from '#libs/commands/operations/revealed-case';
import { systemClock } from '#libs/runtime/clock';
import { startEmbeddedPostgres } from '#libs/runtime/embedded-postgres';
import { masterKeyFile } from '#libs/vault/master-key-file';
import { Vault } from '#libs/vault/vault';
import { eventually, Person, type Recovery } from '../support/journey';
import { keyturn, type Ran } from '../support/keyturn';
import { startProduct, type Product } from '../support/product';
import { until } from '../support/until';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';
const browser = 'Lantern/7 (\u009b31m)';
const password = 'Correct-Horse-1!';
const newPassword = 'Brand-New-Lantern-7!';
const reason = 'The caller, Mr Lamplighter, asks who reset it';

describe('a case with personal data', () => {
  let product: Product;
  let person: Person;
  let supportCode: string;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
    const recovery = await new Person(product.url, { 'user-agent': browser }).started(user);
    ({ supportCode } = recovery.view);
    await reset(recovery);
    await until('the notice was sent', async () => (await happened(supportCode, 'DeliveryAccepted')).length === 2);
  }, 90_000);
  afterAll(() => product.remove());

  async function reset(recovery: Recovery): Promise<void> {
    const challengeId = await recovery.challenged(address);
    await recovery.answer(challengeId, await recovery.codeFrom(address));
    await recovery.password(newPassword);
  }

  const cli = (args: string[], input?: string): Promise<Ran> =>
    keyturn(args, { KEYTURN_DATA_DIR: product.dataDir }, input);
  /** Found by a read model, which may be a moment behind. */
  const theCase = (supportCode: string): Promise<CaseFile> =>
    eventually(async () => {
      const { out, code } = await cli(['case', supportCode, '--json']);
      return code === 0 && (JSON.parse(out) as CaseFile);
    });
  const happened = async (code: string, type: string) =>
    (await theCase(code)).events.filter((event) => event.type === type);

  /** A code of the app that was not used before: the clock is put forward by a step. */
  async function appCode(username: string): Promise<string> {
    await person.advance('PT1M');
    return (await person.get(`/outside/api/totp?user=${username}`)).body.code as string;
  }
  const reveal = async (code: string, username: string, secrets: string, ...more: string[]): Promise<Ran> =>
    cli(['case', code, '--reveal', '--as', username, '--reason', reason, ...more], secrets);
  const revealBy = async (username: string, code = supportCode, ...more: string[]): Promise<Ran> =>
    reveal(code, username, `${password}\n${await appCode(username)}\n`, ...more);
  const signedIn = async (username: string): Promise<string> => {
    const wish = { username, password, code: await appCode(username) };
    return (await person.post('/api/v1/sessions', wish)).body.token as string;
  };
  const audit = (path: string) => `/api/v1/audit/cases/${path}`;

  it('is shown to an auditor, who is recorded in the case itself', async () => {
    const { out, err, code } = await revealBy('auditor@contoso.example');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`User name      ${user}`);
    expect(out).toContain('Client         127.0.0.1 (Lantern/7 (\ufffd31m))');
    expect(out).toMatch(new RegExp(`code by email asked for, .* \\[email ${address}\\]`));
    expect(out).toMatch(new RegExp(`notice asked for: password-was-reset \\[email ${address}\\]`));
    expect(out).toMatch(/administrator \S+ .*personal data read \(\d+ values\)/);
    for (const secret of [newPassword, password, 'argon2']) expect(out).not.toContain(secret);

    await until('the case lists it', async () => (await happened(supportCode, 'PersonalDataRead')).length === 1);
    const { out: plain } = await cli(['case', supportCode, '--json']);
    for (const personal of [user, address, 'Lamplighter', '127.0.0.1']) expect(plain).not.toContain(personal);
    const [read] = await happened(supportCode, 'PersonalDataRead');
    expect(read).toMatchObject({ actor: { kind: 'administrator' }, stream: expect.stringMatching(/^access-/) });
    expect(read!.data).toMatchObject({ reason: { ref: expect.any(String) as string }, readBy: read!.actor.id });
  });

  it('as JSON says of each event what its references stand for, earlier reasons included', async () => {
    const { out } = await revealBy('admin@contoso.example', supportCode, '--json');
    expect(out).not.toContain('\u009b');
    const { username, events } = JSON.parse(out) as RevealedCase;
    const of = (type: string) => events.find((event) => event.type === type)!;
    expect(username).toBe(user);
    expect(of('RecoveryStarted').client).toEqual({ address: '127.0.0.1', userAgent: browser });
    expect(of('ChallengeIssued').personal).toEqual([{ what: 'email', value: address }]);
    expect(of('PersonalDataRead').personal).toEqual([{ what: 'reason', value: reason }]);
    expect(of('PasswordSubmitted').personal).toBeUndefined();
    expect(events.at(-1)!.type).toBe('PersonalDataRead');
  });

  it('shows no seed of an authenticator app', async () => {
    const { view } = await person.started('two.methods@contoso.example');
    const token = await signedIn('admin@contoso.example');
    await until('it is found', async () => (await person.get(audit(view.supportCode), { token })).status === 200);
    const { body } = await person.post(audit(`${view.supportCode}/reveal`), { reason }, { token });
    const [started] = (body as RevealedCase).events;
    expect((started!.data as { offers: unknown[] }).offers).toHaveLength(3);
    expect(started!.personal).toEqual([{ what: 'email', value: 'two.methods@contoso.home.example' }]);
  });

  it('is shown over HTTP to whoever is signed in and may', async () => {
    const token = await signedIn('auditor@contoso.example');
    const file = await person.get(audit(supportCode), { token });
    expect(file).toMatchObject({ status: 200, body: { supportCode } });
    expect(file.text).not.toContain(address);
    const before = (await happened(supportCode, 'PersonalDataRead')).length;

    const key = randomUUID();
    const first = await person.post(audit(`${supportCode}/reveal`), { reason }, { token, key });
    expect(first).toMatchObject({ status: 200, body: { username: user } });
    expect(first.headers.get('cache-control')).toBe('no-store');
    const again = await person.post(audit(`${supportCode}/reveal`), { reason }, { token, key });
    expect(again).toMatchObject({ status: 200, body: { username: user } });
    const other = await person.post(audit(`${supportCode}/reveal`), { reason: 'another' }, { token, key });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    await until('one more reading is listed', async () => {
      return (await happened(supportCode, 'PersonalDataRead')).length === before + 1;
    });

    expect((await person.get(audit('NO-SUCH-CODE'), { token })).status).toBe(404);
    expect((await person.post(audit('NO-SUCH-CODE/reveal'), { reason }, { token })).status).toBe(404);
    for (const body of [{}, { reason: ' ' }, { reason: 'x'.repeat(501) }, { reason, more: 1 }]) {
      expect((await person.post(audit(`${supportCode}/reveal`), body, { token })).status).toBe(400);
    }
  });

  it('is refused to everybody else, and the refusal is recorded', async () => {
    const helpdesk = await revealBy('helpdesk@contoso.example');
    expect(helpdesk).toMatchObject({ code: 1, out: '', err: expect.stringContaining('You may not see personal data') });
    const neighbour = await reveal(supportCode, 'cloud.user@northwind.example', `${password}\n\n`);
    expect(neighbour).toMatchObject({ code: 1, out: '', err: expect.stringContaining('another tenant') });
    await until('both are listed', async () => (await happened(supportCode, 'PersonalDataRefused')).length === 2);
    const reasons = (await happened(supportCode, 'PersonalDataRefused')).map(
      ({ data }) => (data as { why: string }).why,
    );
    expect(reasons).toEqual(['role', 'other-tenant']);

    const [token, foreign] = [
      await signedIn('helpdesk@contoso.example'),
      (await person.signIn('cloud.user@northwind.example', password)).body.token as string,
    ];
    expect(await person.get(audit(supportCode), { token })).toMatchObject({
      status: 403,
      body: { code: 'not-allowed' },
    });
    expect((await person.get(audit(supportCode), { token: foreign })).status).toBe(403);
    expect(await person.post(audit(`${supportCode}/reveal`), { reason }, { token })).toMatchObject({
      status: 403,
      body: { code: 'not-allowed', why: 'role' },
    });
    expect((await person.post(audit(`${supportCode}/reveal`), { reason })).status).toBe(401);
  });

  it('of no tenant is nobody’s to read', async () => {
    const { body } = await person.start('somebody@nowhere.example');
    const code = body.supportCode as string;
    await until('it is found', async () => (await cli(['case', code])).code === 0);
    const { err } = await revealBy('admin@contoso.example', code);
    expect(err).toContain('of no tenant');
    await until('it is listed', async () => (await happened(code, 'PersonalDataRefused')).length === 1);
  });

  it('takes its secrets from no command line, and says what is missing or wrong', async () => {
    const code = await appCode('auditor@contoso.example');
    const { err } = await reveal(supportCode, 'auditor@contoso.example', `not-it\n${code}\n`);
    expect(err).toContain('Signing in failed');
    const cut = await reveal(supportCode, 'auditor@contoso.example', `${password}\n`.trimEnd());
    expect(cut.err).toContain('one a line: Password of auditor@contoso.example, App code');
    expect((await cli(['case', supportCode, '--reveal', '--as', 'x@contoso.example'])).err).toContain('--reason');
    expect((await cli(['case', supportCode, '--as', 'x@contoso.example'])).err).toContain('go with --reveal');
    expect((await cli(['case', supportCode, '--reveal', '--password', 'x'])).err).toContain('unknown option');
  });

  it('of another tenant is not even found by those who may read their own', async () => {
    await product.stop();
    const flags = ['--organisation', 'Tailspin', '--domain', 'tailspin.example', '--admin', 'root@tailspin.example'];
    const { out } = await cli(['tenant', 'create', ...flags, '--admin-email', 'root@home.example']);
    const [, shown] = /the password\n\n {2}(\S+)/.exec(out) ?? [];
    await product.restart();
    const wish = { username: 'root@tailspin.example', password: shown!, code: await appCode('root@tailspin.example') };
    const { token } = (await person.post('/api/v1/sessions', wish)).body as { token: string };
    for (const code of [supportCode, (await theCase(supportCode)).recoveryId]) {
      expect(await person.get(audit(code), { token })).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
    expect(await person.post(audit(`${supportCode}/reveal`), { reason }, { token })).toMatchObject({
      status: 403,
      body: { code: 'not-allowed', why: 'other-tenant' },
    });
  }, 60_000);

  it('is shown without a running product as well, and what was erased as erased', async () => {
    const { accountId } = await theCase(supportCode);
    const code = await appCode('auditor@contoso.example');
    await product.stop();
    await erase(accountId!);
    const { out, err } = await reveal(supportCode, 'auditor@contoso.example', `${password}\n${code}\n`);
    expect(err).toBe('');
    expect(out).toContain('User name      erased');
    expect(out).toMatch(/code by email asked for, .* \[email erased\]/);
    expect(out).toContain('127.0.0.1');
    for (const gone of [user, address, 'Lamplighter']) expect(out).not.toContain(gone);
    expect((await cli(['case', supportCode])).out).not.toContain(reason);
  }, 60_000);

  async function erase(accountId: string): Promise<void> {
    const postgres = await startEmbeddedPostgres({ dataDir: join(product.dataDir, 'postgres') });
    const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
    const masterKey = await masterKeyFile(join(product.dataDir, 'master-key'));
    await (await Vault.open({ pool, masterKey, clock: systemClock })).erase(accountId);
    await pool.end();
    await postgres.stop();
  }
});
