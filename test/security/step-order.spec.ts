import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { codeIn, eventually, Person, Recovery } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

const steps = ['challenge', 'answer', 'password', 'unlock', 'worked'] as const;
const endings = ['cancel', 'contact-administrator'] as const;
type Step = (typeof steps)[number] | (typeof endings)[number];

/** What a recovery by mail accepts, one step after the other. @param canUnlock the policy's, for who is locked out */
function accepted(order: readonly Step[], canUnlock: boolean): readonly Step[] {
  let [challenged, proved] = [false, false];
  let closed: 'succeeded' | 'given-up' | undefined;
  return order.filter((step) => {
    if (step === 'worked') return closed === 'succeeded';
    if (closed || (step === 'answer' && (!challenged || proved)) || (step === 'challenge' && proved)) return false;
    if ((step === 'password' || step === 'unlock') && !proved) return false;
    if (step === 'unlock' && !canUnlock) return false;
    challenged ||= step === 'challenge';
    proved ||= step === 'answer';
    if (step === 'password' || step === 'unlock') closed = 'succeeded';
    if (step === 'cancel' || step === 'contact-administrator') closed = 'given-up';
    return true;
  });
}

describe('the steps of the journey', () => {
  let product: Product;
  let person: Person;
  let passwords = 0;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product?.remove());

  const newestCode = async (mailbox = address) =>
    (await person.mails(mailbox)).find((mail) => codeIn(mail) !== undefined);
  /** Asks for a code by mail. @returns the answer, and the code if one was sent */
  async function asked(recovery: Recovery, mailbox = address) {
    const before = (await newestCode(mailbox))?.messageId;
    const answer = await recovery.challenge(mailbox);
    if (answer.status !== 202) return { answer };
    const mail = await eventually(async () => {
      const newest = await newestCode(mailbox);
      return newest?.messageId !== before && newest;
    });
    return { answer, code: codeIn(mail)! };
  }

  /** Takes steps in this order. @returns which of them were accepted */
  async function taken<S extends string>(
    order: readonly S[],
    take: Record<S, () => Promise<{ status: number }>>,
  ): Promise<readonly S[]> {
    const done: S[] = [];
    for (const step of order) {
      const { status } = await take[step]();
      expect(status).toBeLessThan(500);
      if (status < 300) done.push(step);
    }
    return done;
  }

  /** A gate that was passed and led nowhere is settled by then; more of them than anybody needs would block. */
  const pause = async (length = 'PT2M') => {
    await person.resetLimits();
    await person.advance(length);
  };

  async function walk(order: readonly Step[], reason = 'forgot-password'): Promise<readonly Step[]> {
    // Unlocked three times a day, nobody is a fourth time.
    await pause(reason === 'account-locked' ? 'PT9H' : 'PT2M');
    const started = await person.start(user, { reason });
    const recovery = new Recovery(person, started.body);
    let [challengeId, code] = [randomUUID() as string, '00000000'];
    return taken(order, {
      challenge: async () => {
        const { answer, code: sent } = await asked(recovery);
        if (sent !== undefined) [challengeId, code] = [answer.body.challengeId as string, sent];
        return answer;
      },
      answer: () => recovery.answer(challengeId, code),
      password: () => recovery.password(`Lantern-Harbour-${++passwords}!`),
      unlock: () => recovery.post('unlock'),
      worked: () => recovery.post('worked', { worked: true }),
      cancel: () => recovery.post('cancel'),
      'contact-administrator': () => recovery.post('contact-administrator'),
    });
  }

  // All of them in the soak; so many, evenly spread, otherwise.
  const some = <T>(all: readonly T[], count: number): readonly T[] =>
    process.env.KEYTURN_TEST_ALL_ORDERS ? all : all.filter((_, n) => n % Math.ceil(all.length / count) === 0);

  it('F5: lead to a new password in their one order, whatever the order they are taken in', async () => {
    for (const order of some(permutations<Step>(steps), 10)) {
      expect([order, await walk(order)]).toEqual([order, accepted(order, false)]);
    }
  });

  it('F5: end where somebody gives up, wherever that is, and go on nowhere', async () => {
    // The one order that leads somewhere, given up at every step; and others.
    const journey = ['challenge', 'answer', 'password', 'worked'] as const;
    const orders = endings.flatMap((ending) => [
      ...journey.map((_, at) => journey.toSpliced(at, 0, ending as never) as Step[]),
      ...some(permutations<Step>([...journey, ending]), 2),
    ]);
    for (const order of orders) expect([order, await walk(order)]).toEqual([order, accepted(order, false)]);
  });

  it('F5: lead to an unlocked account alike, where the policy offers that', async () => {
    const admin = await Administrator.signIn(product.url);
    expect((await admin.changePolicy({ unlockWithoutReset: true })).status).toBe(200);
    await eventually(async () => (await person.start(user, { reason: 'account-locked' })).body.canUnlock === true);
    const right = ['challenge', 'answer', 'unlock', 'password', 'worked'] as const;
    for (const order of [right, ...some(permutations<Step>(steps), 6)]) {
      expect([order, await walk(order, 'account-locked')]).toEqual([order, accepted(order, true)]);
    }
    expect(await walk(right)).toEqual(accepted(right, false));
  });

  it('F2, F5: of two gates, each in its own order, and both before the password', async () => {
    const [name, mailbox] = ['two.methods@northwind.example', 'two.methods@northwind.home.example'];
    const gates = ['ask-mail', 'answer-mail', 'ask-app', 'answer-app', 'password'] as const;
    const expected = (order: readonly (typeof gates)[number][]) => {
      let current: string | undefined;
      const passed: string[] = [];
      return order.filter((step) => {
        const [deed, by] = step.split('-');
        if (by === undefined) return passed.length === 2;
        const lawful = deed === 'ask' ? !passed.includes(by) : current === by;
        if (lawful && deed === 'answer') passed.push(by);
        if (lawful) current = deed === 'ask' ? by : undefined;
        return lawful;
      });
    };
    const right = [
      ['ask-mail', 'answer-mail', 'ask-app', 'answer-app', 'password'],
      ['ask-app', 'answer-app', 'ask-mail', 'answer-mail', 'password'],
    ] as const;
    for (const order of [...right, ...some(permutations(gates), 6)]) {
      await pause();
      const recovery = await person.started(name);
      const current = { mail: [randomUUID() as string, '00000000'], app: [randomUUID() as string, '000000'] };
      const walked = await taken(order, {
        'ask-mail': async () => {
          const { answer, code } = await asked(recovery, mailbox);
          if (code !== undefined) current.mail = [answer.body.challengeId as string, code];
          return answer;
        },
        'answer-mail': () => recovery.answer(current.mail[0]!, current.mail[1]!),
        'ask-app': async () => {
          const answer = await recovery.post('challenges', { method: 'app-code' });
          const { code } = (await person.get(`/outside/api/totp?user=${name}`)).body;
          if (answer.status === 202) current.app = [answer.body.challengeId as string, code as string];
          return answer;
        },
        'answer-app': () => recovery.answer(current.app[0]!, current.app[1]!),
        password: () => recovery.password(`Lantern-Harbour-${++passwords}!`),
      });
      expect([order, walked]).toEqual([order, expected(order)]);
      await recovery.post('cancel');
    }
  });

  it('are no use twice', async () => {
    const once = ['challenge', 'answer', 'password', 'worked'] as const;
    // Saying once more that it worked changes nothing, and is answered as before.
    expect(await walk([...once, ...once])).toEqual([...once, 'worked']);
  });

  describe('with a token', () => {
    let one: Recovery;
    let other: Recovery;
    let session: string;
    beforeAll(async () => {
      await person.resetLimits();
      [one, other] = [await person.started(user), await person.started('two.methods@contoso.example')];
      session = (await Administrator.signIn(product.url)).token;
    });

    const ofRecovery = ['', '/events', '/challenges', `/challenges/${randomUUID()}/answer`, '/password', '/unlock'];
    const closing = ['/cancel', '/contact-administrator', '/worked'];
    const bodies: Record<string, object> = {
      '/challenges': { method: 'email', contact: address },
      '/password': { newPassword: 'Lantern-Harbour-0!' },
      '/worked': { worked: true },
    };
    const ask = (path: string, token: string) => {
      const rest = path.replace(/^\/api\/v1\/recoveries\/[^/]+/, '');
      const reads = rest === '' || rest === '/events';
      const body = rest.endsWith('/answer') ? { code: '00000000' } : (bodies[rest] ?? {});
      return person.request(reads ? 'GET' : 'POST', path, reads ? undefined : body, { token });
    };

    it.each([...ofRecovery, ...closing])('T11: of one recovery nothing of another opens: %s', async (rest) => {
      const answer = await ask(`/api/v1/recoveries/${other.view.recoveryId}${rest}`, one.token);
      expect([answer.status, answer.body.code]).toEqual([401, 'recovery-token-invalid']);
    });

    it.each([...ofRecovery, ...closing])('of a session no recovery opens: %s', async (rest) => {
      const answer = await ask(`/api/v1/recoveries/${other.view.recoveryId}${rest}`, session);
      expect([answer.status, answer.body.code]).toEqual([401, 'recovery-token-invalid']);
    });

    it('of a recovery opens nothing else that is served', async () => {
      const { body } = await person.get('/api/openapi.json');
      const opened: string[] = [];
      for (const [path, operations] of Object.entries(body.paths as Record<string, Record<string, unknown>>)) {
        if (path.startsWith('/api/v1/recoveries/') || open.has(path)) continue;
        for (const method of Object.keys(operations)) {
          const target = path.replace(/\{[^}]+\}/g, randomUUID());
          const sent = method === 'get' || method === 'delete' ? undefined : {};
          const { status } = await person.request(method.toUpperCase(), target, sent, { token: one.token });
          if (status < 400) opened.push(`${method} ${path} ${status}`);
        }
      }
      expect(opened).toEqual([]);
    });

    it('after all of this, both go on as if nothing had been tried', async () => {
      expect((await one.get()).body.status).toBe('choosing-method');
      expect((await other.get()).body.status).toBe('choosing-method');
    });
  });
});

/** What anybody may ask, and the one place beside its own where a recovery's token counts. */
const open = new Set([
  '/health/live',
  '/health/ready',
  '/metrics',
  '/api/v1/branding',
  '/api/v1/captchas',
  '/api/v1/password-policy',
  '/api/v1/devices/push-key',
]);

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, n) =>
    permutations([...items.slice(0, n), ...items.slice(n + 1)]).map((rest) => [first, ...rest]),
  );
}
