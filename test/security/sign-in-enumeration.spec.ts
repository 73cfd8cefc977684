import { PersonAt } from '../support/elsewhere';
import { startProduct, type Product } from '../support/product';
import { rounds, toldApart, tolerated } from '../support/timing';

const count = rounds(40);

describe('signing in does not tell who has an account', () => {
  let product: Product;
  let client = 0;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product.remove());

  async function refused(username: string, n: number): Promise<{ ms: number; seen: string }> {
    client++;
    const who = new PersonAt(product.url, `127.${20 + (client >> 14)}.${(client >> 6) & 255}.${(client & 63) + 1}`);
    const began = performance.now();
    const { status, text, headers } = await who.signIn(username, `Wrong-Guess-${n}!`);
    const kept = [...headers].filter(([name]) => name !== 'date');
    return { ms: performance.now() - began, seen: JSON.stringify([status, text, kept]) };
  }

  it('R1, R2: whoever there is is refused as nobody is, in the same time', async () => {
    const answers = new Set<string>();
    const walk = (username: (n: number) => string) => async (n: number) => {
      const { ms, seen } = await refused(username(n), n);
      answers.add(seen);
      return { 'signing in': ms };
    };
    const known = ['cloud.user', 'disabled.user', 'auditor'];
    const walks = {
      ...Object.fromEntries(known.map((name) => [name, walk(() => `${name}@contoso.example`)])),
      nobody: walk((n) => `nobody.${n}@contoso.example`),
    };
    const told = await toldApart(count, walks, 'nobody');
    expect(answers.size).toBe(1);
    for (const auc of Object.values(told)) expect(auc).toBeLessThanOrEqual(tolerated(count));
  });
});
