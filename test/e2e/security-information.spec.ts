import { randomUUID } from 'node:crypto';
import { appCodeAt } from '#libs/commands/accounts/app-codes';
import { Administrator } from '../support/administrators';
import { eventually, Person } from '../support/journey';
import { Owner } from '../support/owner';
import { startProduct, type Product } from '../support/product';

const password = 'Correct-Horse-1!';
const wrong = (code: string): string => String((Number(code) + 1) % 1e8).padStart(code.length, '0');

describe('security information', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  beforeEach(async () => {
    await person.advance('PT73H');
    await person.resetLimits();
    await person.request('DELETE', '/outside/api/mail');
  });
  afterAll(() => product.remove());

  it('is for signed-in people alone', async () => {
    expect((await person.get('/api/v1/me/methods')).body).toMatchObject({ code: 'session-invalid' });
    expect((await person.post('/api/v1/me/methods', { method: 'email' })).status).toBe(401);
  });

  it('shows what is registered, masked', async () => {
    const owner = await Owner.of(person, 'cloud.user@contoso.example');
    expect(await owner.list()).toMatchObject({
      methods: [
        { method: 'email', hint: 'c•••••@contoso.home.example', by: 'import' },
        { method: 'sms', hint: '+81 •••••01' },
        { method: 'mobile-call', hint: '+81 •••••01' },
      ],
      missing: 0,
      needsApp: false,
    });
    expect((await owner.get('methods')).text).not.toMatch(/cloud\.user|9000000001|sha256/);
  });

  it('F12: the first address is registered by its code, without a step-up, and recovers at once', async () => {
    const owner = await Owner.of(person, 'no.methods@contoso.example');
    expect(await owner.list()).toMatchObject({ methods: [], missing: 1, advice: 'register-another' });
    const address = 'nobody.no.more@mail.example';
    const { status, body } = await owner.register('email', address);
    expect([status, body]).toEqual([
      202,
      { registrationId: expect.any(String), method: 'email', digits: 8, expiresAt: expect.any(String) },
    ]);
    const code = await owner.code(address);
    expect(await owner.confirm(body.registrationId, wrong(code))).toMatchObject({
      status: 422,
      body: { code: 'challenge-failed', triesLeft: 4 },
    });
    expect((await owner.list()).methods).toEqual([]);
    const key = randomUUID();
    const confirmed = await owner.confirm(body.registrationId, code, key);
    expect(confirmed).toMatchObject({ status: 200, body: { methods: [{ method: 'email', by: 'user' }], missing: 0 } });
    expect(await owner.confirm(body.registrationId, code, key)).toMatchObject({ status: 200, body: confirmed.body });
    expect(await owner.confirm(body.registrationId, code)).toMatchObject({ body: { code: 'challenge-not-current' } });
    expect((await person.start('no.methods@contoso.example')).status).toBe(201);
  });

  it('F13: a change needs a step-up, tells the old address, and the new one recovers after a day', async () => {
    const username = 'one.method@contoso.example';
    const [old, next] = ['one.method@contoso.home.example', 'moved@mail.example'];
    const owner = await Owner.of(person, username);
    const [{ methodId }] = (await owner.list()).methods;
    const change = () => owner.register('email', next, { replaces: methodId });
    expect(await change()).toMatchObject({ status: 403, body: { code: 'step-up-required' } });
    expect((await owner.delete(`methods/${methodId}`)).body).toMatchObject({ code: 'step-up-required' });

    const recovery = await person.started(username);
    const stepped = await owner.stepUp(old);
    expect(stepped).toMatchObject({ status: 200, body: { state: 'passed' } });
    const { body } = await change();
    const confirmed = await owner.confirm(body.registrationId, await owner.code(next));
    expect(confirmed.body.methods.at(-1)).toMatchObject({ method: 'email', recoversFrom: expect.any(String) });
    for (const address of [old, next]) {
      await eventually(async () =>
        (await person.mails(address)).some(({ subject }) => /security information/.test(subject)),
      );
    }
    // T14: whatever was under way for the old address has ended.
    expect((await recovery.challenge(old)).body).toMatchObject({ code: 'recovery-closed' });
    expect(await person.start(username)).toMatchObject({ status: 403, body: { code: 'contact-administrator' } });
    await person.advance('PT23H');
    expect((await person.start(username)).status).toBe(403);
    await person.advance('PT1H1M');
    const later = await person.started(username);
    expect(await later.challenge(next)).toMatchObject({ status: 202 });
  });

  it('a step-up lasts ten minutes, and holds for its own session alone', async () => {
    const [username, address] = ['outside.group@contoso.example', 'outside.group@contoso.home.example'];
    const [owner, elsewhere] = [await Owner.of(person, username), await Owner.of(person, username)];
    await owner.stepUp(address);
    expect((await elsewhere.get('step-up')).body.state).toBe('required');
    expect((await elsewhere.register('email', 'a@mail.example')).body.code).toBe('step-up-required');
    expect((await owner.register('email', 'a@mail.example')).status).toBe(202);
    await person.advance('PT10M');
    expect((await owner.register('email', 'b@mail.example')).body.code).toBe('step-up-required');
  });

  it('T11: a code for one purpose or session serves no other', async () => {
    const [username, address] = ['outside.group@contoso.example', 'outside.group@contoso.home.example'];
    const [owner, elsewhere] = [await Owner.of(person, username), await Owner.of(person, username)];
    const { body: view } = await owner.get('step-up');
    const { body } = await owner.post('step-up', { methodId: view.options[0].methodId });
    const code = await owner.code(address);
    expect((await elsewhere.post(`step-up/${body.stepUpId}/answer`, { code })).body.code).toBe('challenge-not-current');
    expect((await owner.confirm(body.stepUpId, code)).body.code).toBe('challenge-not-current');
    expect((await owner.post(`step-up/${body.stepUpId}/answer`, { code })).status).toBe(200);
    expect((await owner.post(`step-up/${body.stepUpId}/answer`, { code })).body.code).toBe('challenge-not-current');
  });

  it('T9, T10: a resent code replaces the one before, and gives no further tries', async () => {
    const owner = await Owner.of(person, 'outside.group@contoso.example');
    await owner.stepUp('outside.group@contoso.home.example');
    const address = 'another@mail.example';
    const { body: first } = await owner.register('email', address);
    const old = await owner.code(address);
    expect((await owner.confirm(first.registrationId, wrong(old))).body.triesLeft).toBe(4);
    const { status, body: second } = await owner.post(`methods/registrations/${first.registrationId}/resend`);
    expect(status).toBe(202);
    const fresh = await owner.code(address, old);
    expect((await owner.confirm(first.registrationId, old)).body.code).toBe('challenge-not-current');
    for (const triesLeft of [3, 2, 1, 0]) {
      expect((await owner.confirm(second.registrationId, wrong(fresh))).body).toMatchObject({ triesLeft });
    }
    expect(await owner.confirm(second.registrationId, fresh)).toMatchObject({
      status: 403,
      body: { code: 'blocked', blockedUntil: expect.any(String) },
    });
  });

  it('G3: guesses at once count one by one', async () => {
    const owner = await Owner.of(person, 'outside.group@contoso.example');
    await owner.stepUp('outside.group@contoso.home.example');
    const { body } = await owner.register('email', 'crowd@mail.example');
    const guesses = Array.from({ length: 30 }, (_, n) =>
      owner.confirm(body.registrationId, String(n).padStart(8, '0')),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 422)).toHaveLength(5);
    expect(statuses.filter((status) => status === 403)).toHaveLength(25);
  });

  it('an expired code is refused', async () => {
    const owner = await Owner.of(person, 'outside.group@contoso.example');
    await owner.stepUp('outside.group@contoso.home.example');
    const { body } = await owner.register('email', 'late@mail.example');
    const code = await owner.code('late@mail.example');
    await person.advance('PT10M');
    expect((await owner.confirm(body.registrationId, code)).body.code).toBe('challenge-expired');
  });

  it('takes no address of the organisation, none twice and nothing else', async () => {
    const address = 'outside.group@contoso.home.example';
    const owner = await Owner.of(person, 'outside.group@contoso.example');
    await owner.stepUp(address);
    for (const [typed, why] of [
      ['me@contoso.example', 'own-domain'],
      ['me@mail.CONTOSO.example', 'own-domain'],
      ['me@mail.example, you@mail.example', 'not-an-address'],
      ['nonsense', 'not-an-address'],
    ]) {
      expect(await owner.register('email', typed)).toMatchObject({ status: 422, body: { code: 'contact-unfit', why } });
    }
    expect((await owner.register('email', address.toUpperCase())).body.code).toBe('contact-registered');
    expect((await owner.register('email')).status).toBe(400);
  });

  it('sends at most ten mails in ten minutes', async () => {
    const owner = await Owner.of(person, 'outside.group@contoso.example');
    await owner.stepUp('outside.group@contoso.home.example');
    for (let n = 2; n <= 10; n++) expect((await owner.register('email', `many.${n}@mail.example`)).status).toBe(202);
    const eleventh = await owner.register('email', 'many.11@mail.example');
    expect(eleventh).toMatchObject({ status: 429, body: { code: 'cool-down' } });
    expect(Number(eleventh.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('an app is registered by its picture and one code, which then serves nowhere else', async () => {
    const username = 'outside.group@contoso.example';
    const owner = await Owner.of(person, username);
    await owner.stepUp('outside.group@contoso.home.example');
    const { status, body } = await owner.register('app-code');
    expect(status).toBe(202);
    expect(body).toMatchObject({
      uri: expect.stringMatching(/^otpauth:\/\/totp\/Contoso:outside\.group/),
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      qr: { size: expect.any(Number), path: expect.stringMatching(/^M\d/) },
    });
    const { body: clock } = await person.post('/outside/api/clock', { advance: 'PT0S' });
    const code = appCodeAt(body.secret, new Date(clock.now));
    expect((await owner.confirm(body.registrationId, wrong(code).slice(-6))).body.code).toBe('challenge-failed');
    expect((await owner.confirm(body.registrationId, code)).body.methods.at(-1)).toMatchObject({ method: 'app-code' });
    await person.advance('PT24H');
    expect(await owner.appCode()).toMatch(/^\d{6}$/);
  });

  it('for 72 hours after a reset nothing changes by the method that was used in it', async () => {
    const [username, address] = ['two.methods@contoso.example', 'two.methods@contoso.home.example'];
    const recovery = await person.started(username);
    const challengeId = await recovery.challenged(address);
    const code = await recovery.codeFrom(address);
    await recovery.answer(challengeId, code);
    const next = 'Lantern-Harbour-1!';
    expect((await recovery.password(next)).status).toBe(200);
    const { body: session } = await person.signIn(username, next);
    const ask = (path: string, body?: unknown) =>
      body === undefined
        ? person.get(`/api/v1/me/${path}`, { token: session.token })
        : person.post(`/api/v1/me/${path}`, body, { token: session.token });
    const { body: view } = await ask('step-up');
    expect(view).toMatchObject({ state: 'required', options: [{ method: 'app-code' }] });
    const { body: list } = await ask('methods');
    const mail = list.methods.find(({ method }: { method: string }) => method === 'email');
    expect((await ask('step-up', { methodId: mail.methodId })).body.code).toBe('method-not-available');
    const { body: asked } = await ask('step-up', { methodId: view.options[0].methodId });
    const { body: app } = await person.get(`/outside/api/totp?user=${encodeURIComponent(username)}`);
    expect((await ask(`step-up/${asked.stepUpId}/answer`, { code: app.code })).body.state).toBe('passed');
    expect((await ask('methods', { method: 'email', contact: 'second@mail.example' })).status).toBe(202);
  });

  it('F12: two addresses may be registered, and the typed one gets the code', async () => {
    const username = 'cloud.user@contoso.example';
    const [first, second] = ['cloud.user@contoso.home.example', 'zweite@mail.example'];
    const owner = await Owner.of(person, username);
    await owner.stepUp(first);
    const { body } = await owner.register('email', second);
    expect((await owner.confirm(body.registrationId, await owner.code(second))).status).toBe(200);
    await eventually(async () => (await person.mails(first)).some(({ subject }) => /was changed/.test(subject)));
    await person.advance('PT24H');
    await person.request('DELETE', '/outside/api/mail');
    const recovery = await person.started(username);
    expect(recovery.view.methods[0]).toEqual({ method: 'email', hint: 'c•••••, z•••••', confirmContact: true });
    const challengeId = await recovery.challenged(second);
    const view = await recovery.answer(challengeId, await recovery.codeFrom(second));
    expect(view.body.status).toBe('choosing-password');
    expect(await person.mails(first)).toEqual([]);
    expect((await (await person.started(username)).challenge('third@mail.example')).body.code).toBe('contact-mismatch');
  });

  it('takes numbers of the countries the organisation sends to, and calls one of them now and then', async () => {
    const owner = await Owner.of(person, 'outside.group@contoso.example');
    await owner.stepUp('outside.group@contoso.home.example');
    for (const [method, typed, why] of [
      ['sms', '090 1234 5678', 'not-a-number'],
      ['sms', '+44 7400 123456', 'country-not-served'],
      ['sms', '+81 3 1234 5678', 'not-a-mobile'],
      ['mobile-call', '+81 90', 'not-a-number'],
    ] as const) {
      expect(await owner.register(method, typed)).toMatchObject({ status: 422, body: { code: 'contact-unfit', why } });
    }
    expect((await owner.register('office-call', '+81 3 1234 5678')).body.code).toBe('method-not-available');
    const called = await owner.register('mobile-call', '+81 90 1234 5678');
    expect(called).toMatchObject({ status: 202, body: { method: 'mobile-call' } });
    expect(called.body).not.toHaveProperty('digits');
    const path = `methods/registrations/${called.body.registrationId}`;
    expect((await owner.get(path)).body).toEqual({ state: 'waiting' });
    expect((await owner.confirm(called.body.registrationId, '123456')).body.code).toBe('challenge-not-current');
    expect((await owner.register('mobile-call', '+81 9012345678')).body.code).toBe('cool-down');
    await person.advance('PT5M');
    expect((await owner.get(path)).body).toEqual({ state: 'expired' });
  });

  it('A4: a removal is told to the address that was removed', async () => {
    const [username, mail] = ['unlicensed.user@contoso.example', 'unlicensed.user@contoso.home.example'];
    const owner = await Owner.of(person, username);
    await owner.stepUp(mail);
    const [{ methodId }] = (await owner.list()).methods;
    expect(await owner.delete(`methods/${methodId}`)).toMatchObject({ status: 200, body: { methods: [] } });
    expect((await owner.delete(`methods/${methodId}`)).body.code).toBe('not-found');
    await eventually(async () =>
      (await person.mails(mail)).some(({ subject }) => /security information/.test(subject)),
    );
    // Who removed a method and adds another has changed it.
    const { body } = await owner.register('email', 'elsewhere@mail.example');
    const confirmed = await owner.confirm(body.registrationId, await owner.code('elsewhere@mail.example'));
    expect(confirmed.body.methods).toMatchObject([{ method: 'email', recoversFrom: expect.any(String) }]);
  });

  describe('asked for at sign-in', () => {
    const next = async (name: string) => (await person.signIn(name, password)).body.next as string | undefined;

    async function policy(registration: object): Promise<void> {
      const administrator = await Administrator.signIn(product.url);
      const changed = await administrator.changePolicy({ registration });
      if (changed.status !== 200) throw new Error(changed.text);
    }
    afterAll(() => policy({ required: false, skippable: true }));

    it('too few methods, which may be put off for a day where the policy lets it', async () => {
      expect(await next('cloud.user@contoso.example')).toBeUndefined();
      await policy({ required: true, skippable: true, reconfirmDays: 0 });
      const owner = await Owner.of(person, 'cloud.user@contoso.example');
      expect(await owner.list()).not.toHaveProperty('due');

      await person.advance('PT1M');
      await policy({ required: true, skippable: true, reconfirmDays: 1 });
      expect(await next('cloud.user@contoso.example')).toBe('reconfirm-methods');
      const late = await Owner.of(person, 'cloud.user@contoso.example');
      expect(await late.list()).toMatchObject({ due: 'reconfirm-methods', skippable: true });
      expect((await late.post('methods/skip')).body).not.toHaveProperty('due');
      expect(await next('cloud.user@contoso.example')).toBeUndefined();
      await person.advance('P1D');
      expect(await next('cloud.user@contoso.example')).toBe('reconfirm-methods');
      expect((await late.get('methods')).status).toBe(401);
      const again = await Owner.of(person, 'cloud.user@contoso.example');
      expect((await again.post('methods/confirm')).body).not.toHaveProperty('due');
      expect(await next('cloud.user@contoso.example')).toBeUndefined();
    });

    it('what may not be put off stays due', async () => {
      await policy({ required: true, skippable: false, reconfirmDays: 1 });
      const owner = await Owner.of(person, 'cloud.user@contoso.example');
      expect(await owner.list()).toMatchObject({ due: 'reconfirm-methods', skippable: false });
      expect(await owner.post('methods/skip')).toMatchObject({ status: 403, body: { code: 'registration-required' } });
    });
  });
});
