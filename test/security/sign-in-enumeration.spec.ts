import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Administrator } from '../support/administrators';
import { PersonAt } from '../support/elsewhere';
import { eventually } from '../support/journey';
import { Person } from '../support/journey';
import { startProduct, type Product } from '../support/product';
import { ScriptedAgent } from '../support/scripted-agent';
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
    const owner = new Person(product.url);
    // Each name has been guessed at as often as the others, and never so often that strangers are made to wait.
    const walk = (name: string) => async (n: number) => {
      if (name === 'nobody' && n % 40 === 0) await owner.advance('PT2H');
      const { ms, seen } = await refused(`${name}@contoso.example`, n);
      answers.add(seen);
      return { 'signing in': ms };
    };
    const names = ['cloud.user', 'disabled.user', 'auditor', 'nobody'];
    const told = await toldApart(count, Object.fromEntries(names.map((name) => [name, walk(name)])), 'nobody');
    expect(answers.size).toBe(1);
    for (const auc of Object.values(told)) expect(auc).toBeLessThanOrEqual(tolerated(count));
  });

  describe('where the organisation’s directory answers for some', () => {
    const names = ['hybrid.user', 'cloud.user', 'nobody'].map((name) => `${name}@contoso.example`);
    const ended = new AbortController();
    let slowness = 0;

    beforeAll(async () => {
      const admin = await Administrator.signIn(product.url);
      const { enrolmentCode } = (await admin.post('/tenant/agents')).body;
      const agent = await ScriptedAgent.enrol(admin.person, enrolmentCode as string);
      await agent.link(names[0]!, randomUUID());
      const alive = await agent.breathe();
      void (async () => {
        while (!ended.signal.aborted) {
          const { ask } = (await agent.call('GET', '/api/v1/agent/sign-ins')).body;
          if (!ask) continue;
          await pause(slowness);
          await agent.call('POST', '/api/v1/agent/sign-ins', { askId: ask.askId, verdict: 'wrong' });
        }
      })().catch(() => undefined);
      await eventually(async () => (await refused(names[2]!, 0)).ms > 500);
      alive();
    });
    afterAll(() => ended.abort());

    it('R2: all wait alike, and as long as it lately took when it is slow', async () => {
      const all = async (): Promise<number[]> => {
        const seen: number[] = [];
        for (const name of names) seen.push((await refused(name, client)).ms);
        return seen;
      };
      const spread = (times: readonly number[]) => Math.max(...times) - Math.min(...times);
      const usual = await all();
      expect([Math.min(...usual) > 550, spread(usual) < 450]).toEqual([true, true]);
      slowness = 1_500;
      await refused(names[0]!, client);
      const slow = await all();
      expect([Math.min(...slow) > slowness, spread(slow) < 450]).toEqual([true, true]);
    });
  });
});
