import { randomInt, randomUUID } from 'node:crypto';
import type { RunningAgent } from '../support/agent';
import type { Fate } from '../support/doom';
import { eventually, type Answer, type Any, type Recovery } from '../support/journey';
import { lives } from '../support/processes';
import { until } from '../support/until';
import { randomOf } from '../contract/readmodels/histories';
import { HybridWorld, patience } from './hybrid-world';

/** The crash points of the reference, and the moments of this product that they are. */
const platformPoints = [
  ['15', 'after sealing'],
  ['16', 'after PasswordSubmitted'],
  ['16', 'before queueing'],
  ['16', 'before WritebackOffered'],
  ['17', 'before WritebackLeased'],
  ['17', 'after WritebackLeased'],
  ['19', 'before WritebackReported'],
  ['19', 'after WritebackReported'],
  ['19', 'after PasswordWritten'],
  ['20', 'after RecoverySucceeded'],
] as const;
const agentPoints = [
  ['17', 'before beginning'],
  ['17', 'after beginning'],
  ['17', 'after intending'],
  ['18', 'after modify'],
  ['19', 'after concluding'],
  ['19', 'after telling'],
] as const;
/** Answers that come over a wire can be lost; what the agent keeps on its disk cannot. */
const local = /beginning|intending|concluding/;

const all = process.env.KEYTURN_TEST_ALL_CRASHES === 'yes';
const fates: readonly Fate[] = all ? ['kill', 'lose'] : ['kill'];
const withFates = <T extends readonly (readonly [string, string])[]>(points: T): [string, string, Fate][] =>
  fates.flatMap((fate) =>
    points
      .filter(([, point]) => fate === 'kill' || !local.test(point))
      .map(([n, point]): [string, string, Fate] => [n, point, fate]),
  );
/** Kills at any moment, beside those at named ones. */
const rounds = all ? 20 : 0;
const seed = Number(process.env.KEYTURN_KILL_SEED ?? randomInt(2 ** 31));

describe('a writeback while processes are killed', () => {
  let world: HybridWorld;
  let agent: RunningAgent;
  let written = 0;

  beforeAll(async () => {
    world = await HybridWorld.open();
    agent = await world.agent();
  });
  afterAll(() => world?.close());
  // Codes by mail are limited to ten in ten minutes; the agent asks again at once, and is heard of at the new time.
  afterEach(async () => {
    if (++written % 8 !== 0) return;
    await world.person.advance('PT10M');
    await again(agent);
  });

  const again = async (which: RunningAgent): Promise<void> => {
    which.signal('SIGKILL');
    await which.stop();
    await which.start();
  };

  /** As a browser does: the same request again, until there is an answer. */
  const submitted = async (recovery: Recovery, password: string): Promise<Answer<Any>> => {
    const key = randomUUID();
    return eventually(async () => {
      const answer = await recovery.password(password, key).catch(() => undefined);
      return answer && answer.status < 500 && answer;
    }, patience);
  };

  /** At once, or when the lease of the try that died has lapsed. */
  const mailed = async (before: readonly string[]): Promise<void> => {
    const arrived = (ms: number) =>
      eventually(async () => (await world.mails(/was reset/)).some((id) => !before.includes(id)), ms);
    await arrived(2_000).catch(async () => {
      await world.person.advance('PT2M');
      await again(agent);
      await arrived(patience);
    });
  };

  /** One reset, during which something happens: it is done once, told once, and all of it stands in the log. */
  const reset = async (happens: (submission: Promise<Answer<Any>>) => Promise<void>): Promise<void> => {
    const [before, told] = [await world.changes(), await world.mails(/was reset/)];
    const recovery = await world.proved();
    const password = world.newPassword();
    const submission = submitted(recovery, password);
    await happens(submission);
    expect([200, 202]).toContain((await submission).status);
    expect(await world.closed(recovery)).toMatchObject({ status: 'succeeded', outcome: { reason: 'reset' } });
    expect([(await world.changes()) - before, await world.binds(password)]).toEqual([1, true]);
    await mailed(told);
    const { writeback, ...rest } = await world.history(recovery);
    expect(rest).toEqual({
      recovery: ['PasswordSubmitted', 'RecoverySucceeded'],
      account: ['WritebackRequested', 'PasswordWritten', 'NoticeRequested'],
    });
    expect([writeback[0], writeback.filter((type) => type === 'WritebackReported').length, writeback.at(-1)]).toEqual([
      'WritebackOffered',
      1,
      'WritebackReported',
    ]);
  };

  it.each(withFates(platformPoints))('point %s: the platform, %s: %s', (_, point, fate) =>
    reset(async () => {
      await world.doom.name(point, fate);
      await world.doom.met();
      if (fate === 'kill') {
        await until('it is dead', () => !lives(world.product.pid));
        await world.product.restart();
      }
      // What nobody carries on is looked at five seconds later.
      await world.person.advance('PT6S');
    }),
  );

  it.each(withFates(agentPoints))('point %s: the agent, %s: %s', (_, point, fate) =>
    reset(async () => {
      await world.agentDoom.name(point, fate);
      await world.agentDoom.met();
      if (fate !== 'kill') return;
      await until('it is dead', () => !lives(agent.pid));
      await agent.start();
    }),
  );

  if (all) {
    it(
      `at any moment, ${rounds} times (KEYTURN_KILL_SEED=${seed})`,
      async () => {
        const random = randomOf(seed);
        for (let round = 0; round < rounds; round++) {
          const ms = Math.floor(random() * 400);
          await reset(async () => {
            await new Promise((resume) => setTimeout(resume, ms));
            if (round % 2 === 0) await again(agent);
            else {
              await world.product.kill();
              await world.product.restart();
              await world.person.advance('PT6S');
            }
          });
          if (round % 5 !== 4) continue;
          await world.person.advance('PT10M');
          await again(agent);
        }
      },
      rounds * patience,
    );
  }

  it('leaves no sealed password behind after ten minutes, and changes nothing any more', async () => {
    const before = await world.changes();
    await world.person.advance('PT10M');
    await again(agent);
    await eventually(async () => (await world.sealed()) === 0, patience);
    expect(await world.changes()).toBe(before);
  });
});
