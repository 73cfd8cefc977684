import { randomUUID } from 'node:crypto';
import { Person, eventually } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { storedEvents } from '../support/stored-events';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';
/** Has no other way than e-mail. */
const single = 'one.method@contoso.example';
const singleAddress = 'one.method@contoso.home.example';
const other = 'two.methods@contoso.example';
const otherAddress = 'two.methods@contoso.home.example';

/** A code that is never the right one. */
const wrong = (code: string): string => String((Number(code) + 1) % 1e8).padStart(8, '0');

describe('codes', () => {
  let product: Product;
  let person: Person;
  let passwords = 0;
  const nextPassword = (): string => `Lantern-Harbour-${++passwords}!`;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(async () => {
    // A new day: every counter of the test before is over.
    await person.advance('PT25H');
    await person.resetLimits();
    await person.request('DELETE', '/outside/api/mail');
  });
  afterAll(() => product.remove());

  it('a wrong code costs a try and says how many are left', async () => {
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    const code = await recovery.codeFrom(address);
    for (const triesLeft of [4, 3]) {
      expect(await recovery.answer(challengeId, wrong(code))).toMatchObject({
        status: 422,
        body: { code: 'challenge-failed', triesLeft },
      });
    }
    expect((await recovery.answer(challengeId, code)).body).toMatchObject({ status: 'choosing-password' });
  });

  it('the fifth wrong code blocks; the right one is not even looked at any more', async () => {
    const recovery = await person.started(single);
    const challengeId = await recovery.challenged(singleAddress);
    const code = await recovery.codeFrom(singleAddress);
    for (let n = 1; n <= 4; n++) expect((await recovery.answer(challengeId, wrong(code))).status).toBe(422);
    const fifth = await recovery.answer(challengeId, wrong(code));
    expect(fifth).toMatchObject({
      status: 403,
      body: { code: 'blocked', contact: 'https://helpdesk.contoso.example' },
    });
    expect(Date.parse(fifth.body.blockedUntil)).toBeGreaterThan(Date.now());
    expect((await recovery.answer(challengeId, code)).status).toBe(409);
    expect((await recovery.get()).body).toMatchObject({
      status: 'blocked',
      outcome: { result: 'blocked', reason: 'too-many-wrong-codes', method: 'email' },
    });
    expect(await person.start(single)).toMatchObject({ status: 403, body: { code: 'blocked' } });
    expect((await person.signIn(single, 'Correct-Horse-1!')).status).toBe(201);
  });

  it('gates that were passed and left there are no failures, however many', async () => {
    for (let n = 1; n <= 11; n++) {
      const recovery = await person.started(user);
      const challengeId = await recovery.challenged(address);
      const passed = await recovery.answer(challengeId, await recovery.codeFrom(address));
      expect(passed.body).toMatchObject({ status: 'choosing-password' });
      await recovery.post('cancel');
      await person.advance('PT2M');
      await person.request('DELETE', '/outside/api/mail');
    }
  });

  it('a blocked family leaves the others to choose from', async () => {
    const recovery = await person.started(other);
    const challengeId = await recovery.challenged(otherAddress);
    const code = await recovery.codeFrom(otherAddress);
    for (let n = 1; n <= 5; n++) await recovery.answer(challengeId, wrong(code));
    const view = (await recovery.get()).body;
    expect(view).toMatchObject({
      status: 'choosing-method',
      methods: [{ method: 'email' }, { method: 'app-code' }, { method: 'security-questions' }],
    });
    expect(view.methods[0].blockedUntil).toBeDefined();
    const { body } = await person.get(`/outside/api/totp?user=${encodeURIComponent(other)}`);
    const app = await recovery.post('challenges', { method: 'app-code' });
    expect((await recovery.answer(app.body.challengeId, body.code)).body.status).toBe('choosing-password');
  });

  it('T15: a code dies at its expiry', async () => {
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    const code = await recovery.codeFrom(address);
    await person.advance('PT10M');
    expect((await recovery.get()).body.challenge.state).toBe('expired');
    expect(await recovery.answer(challengeId, code)).toMatchObject({
      status: 409,
      body: { code: 'challenge-expired' },
    });
  });

  it('T15: a recovery out of time takes no password, and closes as abandoned', async () => {
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    await recovery.answer(challengeId, await recovery.codeFrom(address));
    await person.advance('PT15M');
    expect(await recovery.password(nextPassword())).toMatchObject({ status: 409, body: { code: 'recovery-closed' } });
    expect((await recovery.get()).body).toMatchObject({
      status: 'abandoned',
      outcome: { result: 'abandoned', reason: 'while-choosing-a-password' },
    });
  });

  it('T8: a code is used once', async () => {
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    const code = await recovery.codeFrom(address);
    const answers = await Promise.all(Array.from({ length: 10 }, () => recovery.answer(challengeId, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await recovery.answer(challengeId, code)).toMatchObject({ body: { code: 'challenge-not-current' } });
  });

  it('T11: a code of another recovery does not fit', async () => {
    const [first, second] = [await person.started(user), await person.started(user)];
    const firstChallenge = await first.challenged(address);
    const firstCode = await first.codeFrom(address);
    const secondChallenge = await second.challenged(address);
    const secondCode = await second.codeFrom(address, 1);
    expect((await second.answer(secondChallenge, firstCode)).body.code).toBe('challenge-failed');
    expect((await second.answer(firstChallenge, firstCode)).body.code).toBe('challenge-not-current');
    expect((await second.answer(secondChallenge, secondCode)).status).toBe(200);
    // T9: the start of the second did not kill the code of the first.
    expect((await first.answer(firstChallenge, firstCode)).status).toBe(200);
  });

  it('T9: a resend kills the old code, T10: and no counter starts anew', async () => {
    const recovery = await person.started(user);
    const old = await recovery.challenged(address);
    const oldCode = await recovery.codeFrom(address);
    expect((await recovery.answer(old, wrong(oldCode))).body.triesLeft).toBe(4);
    const next = await recovery.challenged(address);
    const code = await recovery.codeFrom(address, 1);
    expect(code).not.toBe(oldCode);
    expect((await recovery.answer(old, oldCode)).body.code).toBe('challenge-not-current');
    expect((await recovery.answer(next, oldCode)).body).toMatchObject({ code: 'challenge-failed', triesLeft: 3 });
    expect((await recovery.answer(next, code)).status).toBe(200);
  });

  it('T14: a completed reset ends the other recoveries of the account', async () => {
    const [first, second] = [await person.started(user), await person.started(user)];
    const [a, b] = [await first.challenged(address), await second.challenged(address)];
    const codes = await eventually(async () => {
      const mails = await person.mails(address);
      return mails.length >= 2 && mails.map((mail) => /(\d{4}) (\d{4})/.exec(mail.text)!.slice(1).join(''));
    });
    const passed = await Promise.all([
      ...codes.map((code) => first.answer(a, code)),
      ...codes.map((code) => second.answer(b, code)),
    ]);
    expect(passed.filter(({ status }) => status === 200)).toHaveLength(2);
    const [won, lost] = await Promise.all([first.password(nextPassword()), second.password(nextPassword())]);
    expect([won.status, lost.status].sort()).toEqual([200, 409]);
    const outcomes = await Promise.all([first, second].map(async (r) => (await r.get()).body.outcome));
    expect(outcomes.map((o) => o.reason).sort()).toEqual(['reset', 'superseded']);
  });

  it('a cancel that races the new password ends in one of the two, told truly to both', async () => {
    for (let round = 0; round < 5; round++) {
      await person.resetLimits();
      const recovery = await person.started(user);
      const sent = (await person.mails(address)).filter((m) => /verification/.test(m.subject)).length;
      const challengeId = await recovery.challenged(address);
      await recovery.answer(challengeId, await recovery.codeFrom(address, sent));
      const password = nextPassword();
      const [set, cancelled] = await Promise.all([recovery.password(password), recovery.post('cancel')]);
      const { status } = (await recovery.get()).body;
      if (set.status === 200) expect([status, cancelled.status]).toEqual(['succeeded', 409]);
      else expect([status, cancelled.status]).toEqual(['cancelled', 200]);
      expect((await person.signIn(user, password)).status).toBe(set.status === 200 ? 201 : 401);
    }
  });

  it('G3: of 200 parallel guesses exactly the allowed number is evaluated', async () => {
    const recovery = await person.started(user);
    const challengeId = await recovery.challenged(address);
    const code = await recovery.codeFrom(address);
    const guesses = Array.from({ length: 200 }, (_, n) => String((Number(code) + 1 + n) % 1e8).padStart(8, '0'));
    const answers = await Promise.all(guesses.map((guess) => recovery.answer(challengeId, guess)));
    const left = answers.filter(({ status }) => status === 422).map(({ body }) => body.triesLeft as number);
    expect(left.sort()).toEqual([1, 2, 3, 4]);
    expect(answers.every(({ status }) => [403, 409, 422].includes(status))).toBe(true);
    expect((await recovery.answer(challengeId, code)).status).toBe(409);

    const { recoveryId } = recovery.view;
    const about = (await storedEvents(product)).filter(({ data }) => data.recoveryId === recoveryId);
    const reserved = about
      .filter(({ type }) => type === 'ProofReserved')
      .map(({ data }) => data.reservationId as string);
    const settled = about.filter(({ type }) => type === 'ProofSettled');
    // The first is that of the typed address.
    expect(settled.map(({ data }) => data.result)).toEqual(['passed', ...Array<string>(5).fill('failed')]);
    expect(settled.map(({ data }) => data.reservationId).sort()).toEqual(reserved.sort());
    expect(about.filter(({ type }) => type === 'ChallengeFailed')).toHaveLength(5);
  });

  it('G3: one Idempotency-Key is no way to compare many guesses for one try', async () => {
    const recovery = await person.started(user);
    const key = randomUUID();
    const contacts = [...Array.from({ length: 30 }, (_, n) => `guess.${n}@contoso.home.example`), address];
    const answers = await Promise.all(contacts.map((contact) => recovery.challenge(contact, key)));
    const reused = answers.filter(({ body }) => body.code === 'idempotency-key-reused');
    expect(reused).toHaveLength(contacts.length - 1);
  });

  it('T14: a code of another recovery dies with the reset', async () => {
    const [first, second] = [await person.started(user), await person.started(user)];
    const a = await first.challenged(address);
    const firstCode = await first.codeFrom(address);
    const b = await second.challenged(address);
    await second.answer(b, await second.codeFrom(address, 1));
    expect((await second.password(nextPassword())).status).toBe(200);
    expect(await first.answer(a, firstCode)).toMatchObject({ status: 409, body: { code: 'recovery-closed' } });
    expect((await first.get()).body.outcome).toMatchObject({ result: 'failed', reason: 'superseded' });
  });

  it('asks for no endless number of challenges that send nothing', async () => {
    const recovery = await person.started(other);
    for (let n = 0; n < 10; n++) expect((await recovery.post('challenges', { method: 'app-code' })).status).toBe(202);
    expect((await recovery.post('challenges', { method: 'app-code' })).status).toBe(429);
  });

  it('R10: a contact that is not the one on record is a failed try, and nothing is sent', async () => {
    const recovery = await person.started(user);
    expect(await recovery.challenge('someone.else@contoso.home.example')).toMatchObject({
      status: 422,
      body: { code: 'contact-mismatch' },
    });
    expect(await person.mails('someone.else@contoso.home.example')).toEqual([]);
    expect((await recovery.challenge('CLOUD.USER@contoso.home.example ')).status).toBe(202);
  });

  it('T16: a token that is truncated, padded, changed in case or of another recovery opens nothing', async () => {
    const [mine, another] = [await person.started(user), await person.started(user)];
    const { token } = mine;
    const bad = [token.slice(0, -1), `${token}A`, token.toUpperCase(), token.replace('.', ''), another.token, '', 'x'];
    for (const candidate of bad) {
      const answer = await person.get(mine.path, { token: candidate });
      expect(answer).toMatchObject({ status: 401, body: { code: 'recovery-token-invalid' } });
    }
    expect((await person.get(`/api/v1/recoveries/${randomUUID()}`, { token })).status).toBe(401);
  });

  it('refuses more than ten mails to one account in ten minutes, and says when to come back', async () => {
    const recovery = await person.started(user);
    for (let n = 0; n < 10; n++) expect((await recovery.challenge(address)).status).toBe(202);
    const eleventh = await recovery.challenge(address);
    expect(eleventh).toMatchObject({ status: 429, body: { code: 'cool-down' } });
    expect(Number(eleventh.headers.get('retry-after'))).toBeGreaterThan(500);
  });
});
