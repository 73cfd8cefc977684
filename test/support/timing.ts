import { areaUnderCurve } from './statistics';

/** Rounds of a comparison of times; the soak asks for 2 000. @param usual what CI has the patience for */
export const rounds = (usual: number): number => Number(process.env.KEYTURN_TEST_TIMING_PAIRS ?? usual);

/** How well two samples may be told apart: 0.55 at 2 000; with fewer, chance alone moves it by a few standard errors. */
export const tolerated = (count: number): number =>
  0.55 + (2.5 / Math.sqrt(12 * count)) * Math.SQRT2 * (count < 2_000 ? 1 : 0);

/** Milliseconds of each step somebody takes. */
export type Steps = Readonly<Record<string, number>>;
/** @param round negative while warming up */
export type Walk = (round: number) => Promise<Steps>;

/** How long it took. */
export async function timed(step: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await step();
  return performance.now() - began;
}

/**
 * Has everybody take the same steps, one after the other and each round in another order, and compares their times with
 * those of `like`.
 * @returns per name and step how well they are told apart, from 0.5, not at all, to 1; also printed
 */
export async function toldApart(count: number, walks: Readonly<Record<string, Walk>>, like: string): Promise<Steps> {
  const names = Object.keys(walks);
  const times = new Map<string, number[]>();
  for (let round = -warmUps; round < count; round++) {
    const first = Math.abs(round) % names.length;
    const order = [...names.slice(first), ...names.slice(0, first)];
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      const steps = await walks[name]!(round);
      if (round < 0) continue;
      for (const [step, ms] of Object.entries(steps)) {
        const key = `${name}: ${step}`;
        times.set(key, [...(times.get(key) ?? []), ms]);
      }
    }
  }
  const others = [...times].filter(([key]) => !key.startsWith(`${like}: `));
  const compared = others.map(([key, ms]) => {
    const auc = areaUnderCurve(ms, times.get(`${like}: ${key.split(': ')[1]}`)!);
    return [key, Math.max(auc, 1 - auc)] as const;
  });
  console.info(
    `told from ${like} over ${count} rounds: ${compared.map(([key, auc]) => `${key} ${auc.toFixed(3)}`).join(', ')}`,
  );
  return Object.fromEntries(compared);
}

const warmUps = 5;
