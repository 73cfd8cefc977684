import type { Faults } from './outside.js';

type FaultChange = { [K in keyof Faults]?: Partial<Faults[K]> };

/** What may go wrong with what, and how it is told. */
const known: { readonly [K in keyof Faults]: { readonly [F in keyof Faults[K]]: 'count' | 'delay' | 'flag' } } = {
  mail: { refuse: 'count', greylist: 'count', drop: 'count', bounce: 'count', delay: 'delay', down: 'flag' },
  messages: phone(),
  calls: phone(),
  smpp: phone(),
  directory: { refuse: 'count', busy: 'count', drop: 'count', lose: 'count', delay: 'delay', down: 'flag' },
};

function phone() {
  return {
    refuse: 'count',
    fail: 'count',
    drop: 'count',
    delay: 'delay',
    undeliverable: 'count',
    duplicate: 'count',
    disorder: 'count',
    down: 'flag',
  } as const;
}

/**
 * Reads the body of `POST /outside/api/faults`: `{ mail?: {…}, messages?: {…}, calls?: {…}, directory?: {…} }`, each with any of its faults:
 * counts of what is next, `delay: { next, ms }`, `down`. `undefined` when anything in it is unknown or out of range.
 */
export function faultRequest(body: unknown): FaultChange | undefined {
  if (!isObject(body) || Object.keys(body).length === 0 || !hasOnly(body, Object.keys(known))) return undefined;
  const valid = Object.entries(body).every(([what, faults]) => isChange(faults, known[what as keyof Faults]));
  return valid ? (body as FaultChange) : undefined;
}

const isChange = (faults: unknown, kinds: Readonly<Record<string, 'count' | 'delay' | 'flag'>>): boolean =>
  isObject(faults) &&
  hasOnly(faults, Object.keys(kinds)) &&
  Object.entries(faults).every(([fault, value]) => checks[kinds[fault]!](value));

const isCount = (value: unknown, most = 1_000_000): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;

const checks: Readonly<Record<'count' | 'delay' | 'flag', (value: unknown) => boolean>> = {
  count: (value) => isCount(value),
  delay: (value) =>
    isObject(value) && hasOnly(value, ['next', 'ms']) && isCount(value.next) && isCount(value.ms, 600_000),
  flag: (value) => typeof value === 'boolean',
};

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const hasOnly = (value: object, names: readonly string[]): boolean =>
  Object.keys(value).every((name) => names.includes(name));
