import { codeIn, eventually, Person, type Answer, type Any } from '../support/journey';
import { shape } from '../support/likeness';
import { Phone, steppedUp } from '../support/phone';
import { startProduct, type Product } from '../support/product';
import { rounds, timed, toldApart, tolerated } from '../support/timing';

const count = rounds(50);

describe('who has an account is not told', () => {
  let product: Product;
  let person: Person;

  beforeAll(async () => {
    product = await startProduct({ KEYTURN_TRUSTED_PROXIES: '127.0.0.1' });
    person = new Person(product.url);
  });
  afterAll(() => product.remove());

  let client = 0;
  /** A client of its own for every request, so that no throttle answers instead. */
  const stranger = (): Person => {
    client++;
    const address = `10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}`;
    return new Person(product.url, { 'x-forwarded-for': address });
  };

  async function start(username: string): Promise<Answer<{ supportCode: string }>> {
    const someone = stranger();
    const captcha = await someone.captcha(username, person);
    return someone.post('/api/v1/recoveries', { username, reason: 'forgot-password', ...captcha });
  }

  describe('with unknownUsers: plain', () => {
    const refused = ['nobody', 'unlicensed.user', 'outside.group', 'disabled.user', 'no.methods'];

    it('R1: the refusals are the same, byte for byte, but for the support code', async () => {
      const answers = await Promise.all(refused.map((name) => start(`${name}@contoso.example`)));
      const seen = answers.map(({ status, headers, text, body }) => {
        const kept = [...headers].filter(([name]) => name !== 'date');
        return JSON.stringify([status, kept, text.replace(body.supportCode, 'CODE')]);
      });
      expect(new Set(seen).size).toBe(1);
      expect(answers[0]).toMatchObject({ status: 403, body: { code: 'contact-administrator' } });
      expect(answers[0]!.body).not.toHaveProperty('reason');
    });

    it('R2: and take the same time', async () => {
      const named = refused.map((name) => [name, timing(() => `${name}@contoso.example`)] as const);
      const walks = { ...Object.fromEntries(named), nobody: timing((n) => `nobody.${n}@contoso.example`) };
      for (const auc of Object.values(await toldApart(count, walks, 'nobody'))) {
        expect(auc).toBeLessThanOrEqual(tolerated(count));
      }
    });
  });

  describe('with unknownUsers: decoy', () => {
    const eligible = 'two.methods@northwind.example';
    const withPhone = 'cloud.user@northwind.example';

    it('R1: an unknown name starts like a known one', async () => {
      const [known, unknown] = [await start(eligible), await start(await strangerLike(eligible))];
      expect(unknown.status).toBe(201);
      expect(shape(unknown.body)).toEqual(shape(known.body));
      expect([...unknown.headers.keys()].sort()).toEqual([...known.headers.keys()].sort());
    });

    it('R1: a refused person looks like an unknown one, also when blocked', async () => {
      const logs = await Promise.all(
        ['one.method@northwind.example', await strangerLike('one.method@northwind.example')].map(async (username) => {
          const someone = stranger();
          const seen: unknown[] = [];
          for (let n = 0; n < 6; n++) {
            const started = await someone.post('/api/v1/recoveries', { username, reason: 'forgot-password' });
            seen.push([started.status, shape(started.body)]);
            if (started.status !== 201) continue;
            const path = `/api/v1/recoveries/${started.body.recoveryId}/challenges`;
            const token = started.body.recoveryToken as string;
            const wish = { method: 'email', contact: `guess${n}@mail.example` };
            const answer = await someone.post(path, wish, { token });
            seen.push([answer.status, shape(answer.body)]);
          }
          return seen;
        }),
      );
      expect(logs[1]).toEqual(logs[0]);
      expect(JSON.stringify(logs[0])).toContain('"blocked"');
    });

    it('R1: the same name sees the same methods every time', async () => {
      const [first, second] = [await start('somebody@northwind.example'), await start('SOMEBODY@northwind.example')];
      expect((first.body as never as { methods: unknown }).methods).toEqual(
        (second.body as never as { methods: unknown }).methods,
      );
    });

    it('R1: every further call answers alike until the limit blocks both', async () => {
      const logs = await Promise.all(
        [eligible, await strangerWith('app-code')].map(async (username) => {
          const someone = stranger();
          const started = await someone.post('/api/v1/recoveries', { username, reason: 'forgot-password' });
          const { recoveryId, recoveryToken: token } = started.body as { recoveryId: string; recoveryToken: string };
          const path = `/api/v1/recoveries/${recoveryId}`;
          const seen: unknown[] = [];
          const note = ({ status, body }: Answer<Any>): void => void seen.push([status, shape(body)]);
          note(await someone.get(path, { token }));
          note(await someone.post(`${path}/password`, { newPassword: 'Lantern-Harbour-9!' }, { token }));
          for (let n = 0; n < 3; n++) {
            note(
              await someone.post(
                `${path}/challenges`,
                { method: 'email', contact: `guess${n}@mail.example` },
                { token },
              ),
            );
          }
          const app = await someone.post(`${path}/challenges`, { method: 'app-code' }, { token });
          note(app);
          const answer = `${path}/challenges/${app.body.challengeId}/answer`;
          for (let n = 0; n < 3; n++) note(await someone.post(answer, { code: '000000' }, { token }));
          note(await someone.get(path, { token }));
          const again = await someone.post('/api/v1/recoveries', { username, reason: 'forgot-password' });
          note(again);
          return seen;
        }),
      );
      expect(logs[1]).toEqual(logs[0]);
    });

    it('R1: a phone answers alike, whatever is typed or asked for, until the limit blocks both', async () => {
      const wishes = [
        { method: 'sms' },
        { method: 'sms', contact: 'no number' },
        { method: 'mobile-call', contact: '+81 9012345678' },
        { method: 'office-call', contact: '+81 312345678' },
        { method: 'sms', contact: '090-1234-5678' },
        { method: 'mobile-call', contact: '+1 2025550123' },
        { method: 'sms', contact: '+81 9012345679' },
        { method: 'email', contact: 'guess@mail.example' },
      ];
      expect(await asked(await strangerLike(withPhone), wishes)).toEqual(await asked(withPhone, wishes));
    });

    it('R1: a notification to nobody looks like one that nobody answers', async () => {
      const phone = await Phone.paired(person, withPhone, 'Correct-Horse-1!');
      await person.advance('PT24H');
      const logs = await Promise.all(
        [withPhone, await strangerWith('app-notification')].map(async (username) => {
          const someone = stranger();
          const started = await someone.post('/api/v1/recoveries', { username, reason: 'forgot-password' });
          const { recoveryId, recoveryToken: token } = started.body as { recoveryId: string; recoveryToken: string };
          const path = `/api/v1/recoveries/${recoveryId}`;
          const seen: unknown[] = [];
          const note = ({ status, body }: Answer<Any>): void => void seen.push([status, shape(body)]);
          const issued = await someone.post(`${path}/challenges`, { method: 'app-notification' }, { token });
          expect(issued.body.number).toMatch(/^\d\d$/);
          note(issued);
          const sent = await eventually(async () => {
            const view = await someone.get(path, { token });
            expect(view.body.challenge.number).toBe(issued.body.number);
            return view.body.challenge.state === 'sent' && view;
          });
          seen.push(Object.keys(sent.body), shape(sent.body.challenge));
          const answer = `${path}/challenges/${issued.body.challengeId}/answer`;
          note(await someone.post(answer, { code: issued.body.number }, { token }));
          return seen;
        }),
      );
      expect(logs[1]).toEqual(logs[0]);
      expect(phone.deviceId).toBeDefined();
    });

    it('R1: nor do questions tell, which are the second gate and shown to nobody before the first', async () => {
      const wishes = [{ method: 'security-questions' }, { method: 'sms', contact: '+81 9012345678' }];
      expect(await asked(await strangerLike(eligible), wishes)).toEqual(await asked(eligible, wishes));
    });

    it('R1: the order in which somebody registered their methods does not show', async () => {
      const token = (await person.signIn(withPhone, 'Correct-Horse-1!')).body.token as string;
      const post = (path: string, body: object) => person.post(`/api/v1/me/${path}`, body, { token });
      const { methods } = (await person.get('/api/v1/me/methods', { token })).body;
      const replaces = methods.find(({ method }: Any) => method === 'email').methodId;
      await steppedUp(person, token, withPhone);
      const contact = 'cloud.user@elsewhere.example';
      const { body: registering } = await post('methods', { method: 'email', contact, replaces });
      const code = await eventually(async () => (await person.mails(contact)).map(codeIn)[0]);
      expect((await post(`methods/registrations/${registering.registrationId}/confirm`, { code })).status).toBe(200);
      await person.advance('PT24H');
      const shown = ((await start(withPhone)).body as Any).methods.map(({ method }: Any) => method);
      expect(shown.slice(0, 3)).toEqual(['email', 'sms', 'mobile-call']);
    });

    /** What a stranger reads who asks for these challenges, one after the other. */
    async function asked(username: string, wishes: readonly object[]): Promise<unknown[]> {
      const someone = stranger();
      const { body } = await someone.post('/api/v1/recoveries', { username, reason: 'forgot-password' });
      const path = `/api/v1/recoveries/${body.recoveryId}`;
      const seen: unknown[] = [];
      for (const wish of wishes) {
        const answer = await someone.post(`${path}/challenges`, wish, { token: body.recoveryToken });
        seen.push([answer.status, shape(answer.body), answer.headers.has('retry-after')]);
      }
      return seen;
    }

    it('R2: and takes the same time', async () => {
      const walks = { eligible: timing(() => eligible), nobody: timing((n) => `nobody.${n}@northwind.example`) };
      const { 'eligible: start': auc } = await toldApart(count, walks, 'nobody');
      expect(auc).toBeLessThanOrEqual(tolerated(count));
    });
  });

  /** A name nobody has that is shown this method. */
  async function strangerWith(method: string): Promise<string> {
    for (let n = 0; ; n++) {
      const username = `nobody.${n}@northwind.example`;
      const { body } = await stranger().post('/api/v1/recoveries', { username, reason: 'forgot-password' });
      const methods = body.methods as { method: string }[];
      if (methods.some((one) => one.method === method)) return username;
    }
  }

  /** A name nobody has that shows the same ways as this one: some people show more than others. */
  async function strangerLike(known: string): Promise<string> {
    const shown = async (username: string): Promise<string> =>
      ((await start(username)).body as Any).methods.map(({ method }: Any) => method).join();
    const like = await shown(known);
    for (let n = 0; ; n++) {
      const username = `nobody.like.${n}@northwind.example`;
      if ((await shown(username)) === like) return username;
    }
  }

  /** Times the start of a recovery, its CAPTCHA solved before. */
  const timing = (username: (n: number) => string) => async (n: number) => {
    const someone = stranger();
    const wish = { username: username(n), reason: 'forgot-password' };
    const captcha = await someone.captcha(wish.username, person);
    return { start: await timed(() => someone.post('/api/v1/recoveries', { ...wish, ...captcha })) };
  };
});
