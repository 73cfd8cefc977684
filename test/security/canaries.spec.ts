import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newDeviceKeys, signatureHeaders } from '#apps/outside/devices/device-key';
import { Administrator } from '../support/administrators';
import { eventually, Person, type Any } from '../support/journey';
import { notMeLink, tokenOf } from '../support/not-me';
import { otherThan, signedIn, steppedUp } from '../support/phone';
import { startProduct, type Product } from '../support/product';
import { inDatabaseOf, rowsOf } from '../support/stored-rows';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';
const password = 'Canary-Lantern-4711!';

/** Places that hold the secrets themselves: the simulated mailbox stands for the person's own. */
const theirs = /mailbox|outside-texts|mail\.jsonl|outside-devices|postgres\/|master-key|operator\.json/;

describe('A7, P8, T12: secrets and personal data stay in the vault', () => {
  let product: Product;
  const canaries: Record<string, string> = { address, username: user, password, client: '203.0.113.77' };
  const browser = 'CanaryBrowser/1.0';

  beforeAll(async () => {
    product = await startProduct({ KEYTURN_LOG_LEVEL: 'debug', KEYTURN_TRUSTED_PROXIES: '127.0.0.1' });
    const looker = new Person(product.url);
    const person = new Person(product.url, { 'x-forwarded-for': '203.0.113.77', 'user-agent': browser });
    const captcha = await person.captcha(user, looker);
    const started = await person.post('/api/v1/recoveries', { username: user, reason: 'forgot-password', ...captcha });
    const { recoveryId, recoveryToken: token } = started.body;
    const path = `/api/v1/recoveries/${recoveryId}`;
    const issued = await person.post(`${path}/challenges`, { method: 'email', contact: address }, { token });
    const code = await eventually(async () => {
      const [mail] = await looker.mails(address);
      return mail && /(\d{4}) (\d{4})/.exec(mail.text)?.slice(1).join('');
    });
    const answer = `${path}/challenges/${issued.body.challengeId}/answer`;
    await person.post(answer, { code: '13572468' }, { token });
    await person.post(answer, { code }, { token });
    await person.post(`${path}/password`, { newPassword: 'short' }, { token });
    await person.post(`${path}/password`, { newPassword: password }, { token });
    // The demo lets nobody sign in from elsewhere.
    const here = new Person(product.url, { 'user-agent': browser });
    const session = await here.signIn(user, password);
    const device = await pairedDevice(here);
    await here.signIn('nobody.canary@contoso.example', 'Canary-Wrong-0815!');
    const others = await everyOtherKind(here);
    const reason = 'Canary-Lamplighter called';
    await readCase(here, recoveryId as string, reason);
    Object.assign(canaries, {
      ...device,
      ...others,
      reason,
      code,
      spaced: `${code.slice(0, 4)} ${code.slice(4)}`,
      guess: '13572468',
      recoveryToken: token.split('.')[1],
      sessionToken: session.body.token.split('.')[1],
      captchaAnswer: captcha.captchaAnswer,
      unknownName: 'nobody.canary',
      wrongPassword: 'Canary-Wrong-0815!',
      browser,
    });
    await eventually(async () => (await looker.mails(address)).some(({ subject }) => /was reset/.test(subject)));
    const notMe = tokenOf(await notMeLink(looker, address, 'was reset'));
    canaries.notMeToken = notMe;
    expect((await here.get('/api/v1/not-me', { token: notMe })).status).toBe(200);
    expect((await here.post('/api/v1/not-me', {}, { token: notMe })).status).toBe(200);
    await product.stop();
  });
  afterAll(() => product.remove());

  /** Pairs a device of its own, and has it answer an approval with a number. @returns what nobody may find */
  async function pairedDevice(person: Person): Promise<Record<string, string>> {
    const owner = 'two.methods@contoso.example';
    const token = await signedIn(person, owner, 'Correct-Horse-1!');
    await steppedUp(person, token, owner);
    const { pairingCode } = (await person.post('/api/v1/me/devices', {}, { token })).body;
    const keys = await newDeviceKeys();
    const endpoint = 'https://fcm.googleapis.com/fcm/send/Canary-Endpoint-0815';
    const pushSubscription = {
      endpoint,
      keys: { p256dh: `BCanary${'x'.repeat(80)}`, auth: `Canary${'y'.repeat(16)}` },
    };
    const name = 'Canary-Handset';
    const body = { pairingCode, publicKey: keys.publicKey, name, pushSubscription };
    const { deviceId, now } = (await person.post('/api/v1/devices', body)).body;
    await person.advance('PT24H');
    const recovery = await person.started(owner);
    const { challengeId, number } = (await recovery.post('challenges', { method: 'app-notification' })).body;
    const path = `/api/v1/devices/${deviceId}/approvals/${challengeId}`;
    const wish = { answer: 'approve', number: otherThan(number as string) };
    const started = Date.parse(now as string) - Date.now() + 24 * 3_600_000;
    const result = await eventually(async () => {
      const signing = { method: 'POST', path, body: JSON.stringify(wish), now: new Date(Date.now() + started) };
      const headers = await signatureHeaders(deviceId as string, keys, signing);
      const answer = await person.post(path, wish, { headers });
      return answer.status === 200 && answer.body.result;
    });
    expect(result).toBe('wrong-number');
    await recovery.post('cancel');
    return {
      pairingCode,
      typedCode: pairingCode.replaceAll('-', ''),
      publicKey: keys.publicKey.x!,
      endpoint: 'Canary-Endpoint-0815',
      pushKey: pushSubscription.keys.p256dh,
      deviceName: name,
      // Two digits are found everywhere; what they would be called is not.
      number: '"number":',
    };
  }

  /** A phone, questions, an app, and the helpdesk's word and pass. @returns what was sent, typed or shown once */
  async function everyOtherKind(person: Person): Promise<Record<string, string>> {
    const number = '+81 9000000001';
    const byPhone = await person.started(user);
    const texted = await byPhone.phoned('sms', number);
    const smsCode = await byPhone.textedCode(number);
    await byPhone.answer(texted, '864209');
    expect((await byPhone.answer(texted, smsCode)).status).toBe(200);
    await byPhone.post('cancel');

    const asked = await person.started('two.methods@contoso.example');
    const { body } = await asked.post('challenges', { method: 'security-questions' });
    const typed = (answers: readonly string[]) =>
      asked.post(`challenges/${body.challengeId}/answer`, {
        answers: body.questions.map(({ questionId }: Any, n: number) => ({ questionId, answer: answers[n] })),
      });
    expect((await typed(['Marmalade Canary', 'blue two', 'blue three'])).body.code).toBe('challenge-failed');
    expect((await typed(['blue one', 'blue two', 'blue three'])).status).toBe(200);
    await asked.post('cancel');

    const owner = 'outside.group@contoso.example';
    const token = await signedIn(person, owner, 'Correct-Horse-1!');
    await steppedUp(person, token, owner);
    const app = await person.post('/api/v1/me/methods', { method: 'app-code' }, { token });
    expect(app.status).toBe(202);

    const helped = await helpedByPass(person, 'one.method@contoso.example', 'one.method@contoso.home.example');
    return {
      ...helped,
      ...{ phoneNumber: '9000000001', smsCode, smsGuess: '864209', appSeed: app.body.secret as string },
      ...{
        wrongAnswer: 'Marmalade Canary',
        wrongAnswerKept: 'marmaladecanary',
        answer: 'blue one',
        answerKept: 'blueone',
      },
    };
  }

  async function helpedByPass(person: Person, username: string, mailbox: string): Promise<Record<string, string>> {
    const member = await Administrator.signIn(product.url, 'helpdesk@contoso.example');
    const mailed = (pattern: RegExp) =>
      eventually(async () => (await person.mails(mailbox)).map(({ text }) => pattern.exec(text)?.[1]).find(Boolean));
    const { accountId } = (await member.post('/helpdesk/users/search', { username })).body;
    const { caseId } = (await member.post(`/helpdesk/users/${accountId}/cases`)).body;
    const path = `/helpdesk/users/${accountId}/cases/${caseId}`;
    const [{ methodId }] = (await member.get(`/helpdesk/users/${accountId}`)).body.contacts;
    await member.post(`${path}/word`, { methodId });
    const word = await mailed(/\n\n {4}([a-z]+ [a-z]+)\n/);
    expect((await member.post(`${path}/word/answer`, { word: 'canary lantern' })).status).toBe(422);
    expect((await member.post(`${path}/word/answer`, { word })).status).toBe(200);
    await member.post(`${path}/pass`, { methodId });
    const pass = await mailed(/\n\n {4}([\d ]{10,})\n/);
    const signIn = { username, temporaryAccessPass: pass };
    expect((await person.post('/api/v1/sessions', signIn)).body.next).toBe('change-password');
    return { word, wrongWord: 'canary lantern', pass, passTyped: pass.replaceAll(' ', '') };
  }

  async function readCase(auditor: Person, recoveryId: string, reason: string): Promise<void> {
    const username = 'auditor@contoso.example';
    const { code } = (await auditor.get(`/outside/api/totp?user=${username}`)).body;
    const { token } = (await auditor.post('/api/v1/sessions', { username, password: 'Correct-Horse-1!', code })).body;
    const path = `/api/v1/audit/cases/${recoveryId}`;
    await eventually(async () => (await auditor.get(path, { token })).status === 200);
    const { text } = await auditor.post(`${path}/reveal`, { reason }, { token });
    for (const personal of [user, address, '203.0.113.77', browser]) expect(text).toContain(personal);
  }

  it('nothing of a whole run is found in events, queues, read models or any other table', async () => {
    const tables = await inDatabaseOf(product, rowsOf);
    expect(tables.map(({ table }) => table.split('.')[0])).toEqual(
      expect.arrayContaining(['eventstore', 'readmodels', 'vault', 'bullmq', 'captcha']),
    );
    for (const { table, text } of tables) expect(found(text, table)).toEqual([]);
  });

  it('nor in what the process printed', () => {
    // The greeting names the demo accounts; everything after it is the log.
    const log = product
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    expect(log.length).toBeGreaterThan(10);
    expect(found(log.join('\n'), 'the log')).toEqual([]);
  });

  it('nor in the files of the data directory', async () => {
    const files = await readdir(product.dataDir, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name);
      if (theirs.test(path.slice(product.dataDir.length))) continue;
      expect(found(await readFile(path, 'latin1'), path)).toEqual([]);
    }
  });

  it('would be found if it were there', () => {
    const planted = Object.entries(canaries).flatMap(([name, value]) =>
      [`{"x":"${value}"}`, `x=${value}, y`, `(7,${value},t)`, `…\\x${Buffer.from(`{"x":"${value}"}`).toString('hex')}…`]
        .filter((text) => !found(text, 'a row').includes(`${name} in a row`))
        .map((text) => `${name} in ${text}`),
    );
    expect(planted).toEqual([]);
    expect(Object.values(canaries).filter((value) => value.length < 6)).toEqual([]);
    const { captchaAnswer } = canaries;
    expect(found(`key Zm9v${captchaAnswer}YmFy`, 'a row')).toEqual([]);
  });

  /** Also inside binary columns, which PostgreSQL prints as hexadecimal digits. */
  function found(text: string, where: string): string[] {
    return Object.entries(canaries)
      .filter(([, value]) => shows(text, value) || text.includes(Buffer.from(value).toString('hex')))
      .map(([name]) => `${name} in ${where}`);
  }
});

/** Six characters occur in keys, tokens and fractions of a second by chance, so they count only where they stand alone. */
const shows = (text: string, value: string): boolean =>
  value.length > 6 ? text.includes(value) : new RegExp(`(?<![\\w.])${value}(?!\\w)`).test(text);
