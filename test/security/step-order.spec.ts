import { randomUUID } from 'node:crypto';
import { Administrator } from '../support/administrators';
import { codeIn, eventually, Person, type Recovery } from '../support/journey';
import { startProduct, type Product } from '../support/product';

const user = 'cloud.user@contoso.example';
const address = 'cloud.user@contoso.home.example';

const steps = ['challenge', 'answer', 'password', 'unlock', 'worked'] as const;
type Step = (typeof steps)[number];

/** The steps one must have taken before, each of them accepted. */
const needs: Record<Step, readonly Step[]> = {
  challenge: [],
  answer: ['challenge'],
  password: ['challenge', 'answer'],
  // The demo's policy does not offer it.
  unlock: ['unlock'],
  worked: ['challenge', 'answer', 'password'],
};

describe('the steps of the journey', () => {
  let product: Product;
  let person: Person;
  let passwords = 0;

  beforeAll(async () => {
    product = await startProduct();
    person = new Person(product.url);
  });
  afterAll(() => product?.remove());

  const newestCode = async () => (await person.mails(address)).find((mail) => codeIn(mail) !== undefined);

  /** Takes the steps in this order. @returns which of them were accepted */
  async function walk(order: readonly Step[]): Promise<readonly Step[]> {
    await person.resetLimits();
    // A gate that was passed and led nowhere is settled by then; more of them than anybody needs would block.
    await person.advance('PT2M');
    const recovery = await person.started(user);
    const accepted: Step[] = [];
    let [challengeId, code] = [randomUUID() as string, '00000000'];
    const take: Record<Step, () => Promise<{ status: number; body: { challengeId?: string } }>> = {
      challenge: async () => {
        const before = (await newestCode())?.messageId;
        const answer = await recovery.challenge(address);
        if (answer.status === 202) {
          challengeId = answer.body.challengeId as string;
          const mail = await eventually(async () => {
            const newest = await newestCode();
            return newest?.messageId !== before && newest;
          });
          code = codeIn(mail)!;
        }
        return answer;
      },
      answer: () => recovery.answer(challengeId, code),
      password: () => recovery.password(`Lantern-Harbour-${++passwords}!`),
      unlock: () => recovery.post('unlock'),
      worked: () => recovery.post('worked', { worked: true }),
    };
    for (const step of order) {
      const { status } = await take[step]();
      expect(status).toBeLessThan(500);
      if (status < 300) accepted.push(step);
    }
    return accepted;
  }

  // All 120 in the soak; a sixth of them, evenly spread, otherwise.
  const stride = process.env.KEYTURN_TEST_ALL_ORDERS ? 1 : 6;
  it('F5: lead to a new password in their one order, whatever the order they are taken in', async () => {
    for (const order of permutations(steps).filter((_, n) => n % stride === 0)) {
      const expected: Step[] = [];
      for (const step of order) if (needs[step].every((needed) => expected.includes(needed))) expected.push(step);
      expect([order, await walk(order)]).toEqual([order, expected]);
    }
  });

  it('are no use twice', async () => {
    const once = ['challenge', 'answer', 'password', 'worked'] as const;
    const accepted = await walk([...once, ...once]);
    // Saying once more that it worked changes nothing, and is answered as before.
    expect(accepted).toEqual([...once, 'worked']);
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
    const endings = ['/cancel', '/contact-administrator', '/worked'];
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

    it.each([...ofRecovery, ...endings])('T11: of one recovery nothing of another opens: %s', async (rest) => {
      const answer = await ask(`/api/v1/recoveries/${other.view.recoveryId}${rest}`, one.token);
      expect([answer.status, answer.body.code]).toEqual([401, 'recovery-token-invalid']);
    });

    it.each([...ofRecovery, ...endings])('of a session no recovery opens: %s', async (rest) => {
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
