import { PersonAt } from '../support/elsewhere';
import { startProduct, type Product } from '../support/product';
import { areaUnderCurve } from '../support/statistics';

const pairs = Number(process.env.KEYTURN_TEST_TIMING_PAIRS ?? 40);
/** 0.55 at 2 000 pairs; with fewer, chance alone moves the figure by a few standard errors more. */
const tolerated = 0.55 + (2.5 / Math.sqrt(12 * pairs)) * Math.SQRT2 * (pairs < 2_000 ? 1 : 0);

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

  it.each(['cloud.user', 'disabled.user', 'auditor'])(
    'R1, R2: %s is refused as nobody is, in the same time',
    async (name) => {
      const times: { known: number[]; unknown: number[] } = { known: [], unknown: [] };
      const answers = new Set<string>();
      for (let n = -5; n < pairs; n++) {
        const order = n % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const);
        for (const which of order) {
          const username = which === 'known' ? `${name}@contoso.example` : `nobody.${name}.${n + 5}@contoso.example`;
          const { ms, seen } = await refused(username, n);
          answers.add(seen);
          if (n >= 0) times[which].push(ms);
        }
      }
      const auc = areaUnderCurve(times.known, times.unknown);
      console.info(`signing in as ${name}: AUC ${auc.toFixed(3)} over ${pairs} pairs`);
      expect(answers.size).toBe(1);
      expect(Math.max(auc, 1 - auc)).toBeLessThanOrEqual(tolerated);
    },
    120_000,
  );
});
