import type { Origin } from '../account/lifecycle.js';

export const plans = ['free', 'business-standard', 'business-premium', 'p1', 'p2'] as const;
export type Plan = (typeof plans)[number];

type Deed = 'change' | 'reset';

const all: readonly Plan[] = plans;
const paid: readonly Plan[] = ['business-standard', 'business-premium', 'p1', 'p2'];
const writeback: readonly Plan[] = ['business-premium', 'p1', 'p2'];

/** Which plans cover which deed for whom (product.md §4). */
const coverage: Record<Origin, Record<Deed, readonly Plan[]>> = {
  cloud: { change: all, reset: paid },
  hybrid: { change: writeback, reset: writeback },
};

export const planCovers = (plan: Plan, origin: Origin, deed: Deed): boolean => coverage[origin][deed].includes(plan);

/** Calls cost money and invite fraud: none on `free` nor on any trial. */
export const planAllowsCalls = (plan: Plan, trial: boolean): boolean => plan !== 'free' && !trial;
