// One account's sign-ins told in commands, for specs.
import { presets } from '../tenant/policy.js';
import { minutes, plus, type Instant } from '../time.js';
import type { Factor, SignInEvent } from './signins.events.js';
import { signIns, type SignInCommand } from './signins.js';

export const start: Instant = '2026-03-02T09:00:00.000Z';
export const minute = (n: number): Instant => plus(start, minutes(n));
export const { limits } = presets.hardened;

const who = { accountId: 'account-1', tenantId: 'tenant-1' };

export interface Trying {
  readonly id: string;
  readonly source?: string;
  readonly factor?: Factor;
  readonly at?: Instant;
  readonly clearedAt?: Instant;
}

const attemptOf = ({ id, source = 'source-1', factor = 'password' }: Trying) => ({
  accountId: who.accountId,
  reservationId: id,
  source,
  factor,
});

export const reserving = (trying: Trying): SignInCommand => ({
  type: 'ReserveSignIn',
  data: {
    ...attemptOf(trying),
    tenantId: who.tenantId,
    limits,
    ...(trying.clearedAt && { clearedAt: trying.clearedAt }),
    now: trying.at ?? start,
  },
});

export const failing = (trying: Trying & { token: string }): SignInCommand => ({
  type: 'FailSignIn',
  data: { ...attemptOf(trying), tenantId: who.tenantId, token: trying.token, now: trying.at ?? start },
});

export const passing = (trying: Trying, complete = true): SignInCommand => ({
  type: 'PassSignIn',
  data: { ...attemptOf(trying), complete, now: trying.at ?? start },
});

/** What the commands append, one after the other. */
export const history = (...commands: readonly SignInCommand[]): SignInEvent[] => {
  let state = signIns.initial;
  return commands.flatMap((command) => {
    const events = signIns.decide(command, state);
    state = events.reduce(signIns.evolve, state);
    return events;
  });
};

/** So many different wrong passwords, one after the other. */
export const wrong = (count: number, trying: Omit<Trying, 'id'> = {}, name = 'try'): SignInCommand[] =>
  Array.from({ length: count }, (_, n) => {
    const one = { ...trying, id: `${name}-${n}` };
    return [reserving(one), failing({ ...one, token: `token-${name}-${n}` })];
  }).flat();
