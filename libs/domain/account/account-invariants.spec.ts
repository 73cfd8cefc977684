// What holds for every account and every name nobody has, whatever is tried in whatever order.
import fc from 'fast-check';
import { RuleViolation } from '../decider.js';
import type { Family } from '../methods.js';
import { presets, type Limits } from '../tenant/policy.js';
import { hours, isBefore, minutes, plus, type Instant } from '../time.js';
import { account, decoy, type AccountCommand } from './account.js';
import type { AccountState } from './account.state.js';
import type { AccountEvent } from './account.events.js';
import { settlementsOf } from './tries.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const limits: Limits = {
  ...presets.hardened.limits,
  failuresPerAccount: 7,
  failuresPerSource: 4,
  failuresPerFamily: 3,
};

interface Spent {
  readonly recoveryId: string;
  readonly family: Family;
  readonly source: string;
  readonly proven: boolean;
  readonly at: Instant;
}

describe('any sequence of tries', () => {
  it('never has more unsettled or failed ones than a recovery and family are allowed', () => {
    always(({ spent }) => {
      for (const group of grouped(spent, ({ recoveryId, family }) => `${recoveryId} ${family}`)) {
        expect(group.length).toBeLessThanOrEqual(limits.failuresPerFamily);
      }
    });
  });

  it('never has more from one stranger than a source is allowed', () => {
    always(({ spent }) => {
      const strangers = spent.filter(({ proven }) => !proven);
      for (const group of grouped(strangers, ({ source }) => source)) {
        expect(group.length).toBeLessThanOrEqual(limits.failuresPerSource);
      }
    });
  });

  it('G5: never has more from the proven together than an account is allowed', () => {
    always(({ spent }) => {
      expect(spent.filter(({ proven }) => proven).length).toBeLessThanOrEqual(limits.failuresPerAccount);
    });
  });

  it('lets no stranger bring a block upon the account, nor stop the proven', () => {
    always(({ story, state, now }) => {
      const strangers = new Set(
        story.flatMap((event) =>
          event.type === 'ProofReserved' && !event.data.proven ? [event.data.reservationId] : [],
        ),
      );
      for (const event of story) {
        if (event.type === 'ProofSettled' && event.data.block)
          expect(strangers).not.toContain(event.data.reservationId);
      }
      if (story.some((event) => event.type === 'ProofReserved' && event.data.proven)) return;
      expect(state.blocks).toEqual({});
      const mine = { ...tryOf(99, 'own', 'email', 'source-9', true), limits, now };
      expect(() => account.decide({ type: 'ReserveProof', data: mine }, state)).not.toThrow();
    });
  });

  it('settles along the way only what the same recovery reserved and nobody settled, and that once', () => {
    always(({ story, state, now }) => {
      const everything = story.flatMap((event) => (event.type === 'ProofReserved' ? [event.data] : []));
      const ids = everything.map(({ reservationId }) => reservationId);
      const settlements = settlementsOf(state, ids, 'recovery-0', now);
      const open = state.proofs.filter(({ recoveryId, result }) => recoveryId === 'recovery-0' && !result);
      expect(settlements.map(({ data }) => data.reservationId)).toEqual(open.map(({ reservationId }) => reservationId));
      expect(settlementsOf(settlements.reduce(account.evolve, state), ids, 'recovery-0', now)).toEqual([]);
    });
  });

  it('settles each try once, as it was reserved', () => {
    always(({ story }) => {
      const reserved = story.flatMap((event) => (event.type === 'ProofReserved' ? [event.data.reservationId] : []));
      const blocking = story.flatMap((event) =>
        event.type === 'ProofSettled' && event.data.block ? [event.data.reservationId] : [],
      );
      expect(new Set(blocking).size).toBe(blocking.length);
      expect(reserved).toEqual(expect.arrayContaining(blocking));
    });
  });

  it('names a release that lets the next try in', () => {
    always(({ state, now }) => {
      const mine = { ...tryOf(99, 'recovery-0', 'email', 'source-0', false), limits };
      let [at, waits] = [now, 0];
      for (let until = releaseOf(state, mine, at); until; until = releaseOf(state, mine, at)) {
        expect(isBefore(at, until)).toBe(true);
        at = until;
        expect(++waits).toBeLessThan(5);
      }
    });
  });

  it('raises the epoch with whatever makes an open recovery stale, and never lowers it', () => {
    always(({ story }) => {
      const epochs = story.flatMap(({ data }) => ('epoch' in data ? [data.epoch] : []));
      expect(epochs).toEqual(epochs.map((_, i) => i + 1));
    });
  });

  it('resets a password at most once for a recovery', () => {
    always(({ story }) => {
      const used = story.flatMap((event) => (event.type === 'PasswordReset' ? [event.data.recoveryId] : []));
      expect(new Set(used).size).toBe(used.length);
    });
  });

  it('reads the same from its last summary as from its beginning', () => {
    always(({ story, state, now }) => {
      story.forEach((_, i) => {
        if (i % 5) return;
        const summary = account.summary!.make(story.slice(0, i).reduce(account.evolve, account.initial), now);
        const stored = JSON.parse(JSON.stringify(summary)) as AccountEvent;
        expect([stored, ...story.slice(i)].reduce(account.evolve, account.initial)).toEqual(state);
      });
    });
  });

  it('is counted for a name nobody has as for an account', () => {
    fc.assert(
      fc.property(fc.array(tries, { maxLength: 40 }), (steps) => {
        const blind = (story: readonly AccountEvent[]) =>
          story.map(({ type, data }) => [type, { ...data, accountId: '' }]);
        const [, ...real] = play(account, [created], steps).story;
        expect(blind(play(decoy, [], steps).story)).toEqual(blind(real));
      }),
    );
  });
});

interface Run {
  readonly story: readonly AccountEvent[];
  readonly state: AccountState;
  readonly now: Instant;
  /** Tries of the last 24 hours, since the last reset, that did not pass: counted from the events alone. */
  readonly spent: readonly Spent[];
}

function always(holds: (run: Run) => void): void {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 60 }), (all) => holds(play(account, [created], all))),
    { numRuns: 250 },
  );
}

const created: AccountEvent = {
  type: 'AccountCreated',
  data: {
    accountId: 'account-1',
    tenantId: 'tenant-1',
    origin: 'cloud',
    username: { ref: 'username', sha256: '' },
    language: 'en',
    roles: [],
    groups: [],
    licensed: true,
    at: start,
  },
};

interface Step {
  readonly wait: number;
  readonly wish: (now: Instant, n: number, state: AccountState) => AccountCommand;
}

function play(decider: typeof account, past: readonly AccountEvent[], all: readonly Step[]): Run {
  const story = [...past];
  let state = past.reduce(decider.evolve, decider.initial);
  let now = start;
  all.forEach(({ wait, wish }, n) => {
    now = plus(now, minutes(wait));
    for (const event of decided(decider, wish(now, n, state), state)) {
      story.push(event);
      state = decider.evolve(state, event);
    }
  });
  return { story, state, now, spent: spentIn(story, now) };
}

function decided(decider: typeof account, command: AccountCommand, state: AccountState): readonly AccountEvent[] {
  try {
    return decider.decide(command, state);
  } catch (error) {
    if (error instanceof RuleViolation) return [];
    throw error;
  }
}

function spentIn(story: readonly AccountEvent[], now: Instant): readonly Spent[] {
  const sinceReset = story.slice(story.findLastIndex(({ type }) => type === 'PasswordReset') + 1);
  const passed = new Set(
    story.flatMap((event) =>
      event.type === 'ProofSettled' && event.data.result === 'passed' ? [event.data.reservationId] : [],
    ),
  );
  return sinceReset.flatMap((event) =>
    event.type === 'ProofReserved' &&
    !passed.has(event.data.reservationId) &&
    isBefore(now, plus(event.data.at, hours(24)))
      ? [event.data]
      : [],
  );
}

const grouped = <T>(items: readonly T[], key: (item: T) => string): readonly (readonly T[])[] => [
  ...Map.groupBy(items, key).values(),
];

function releaseOf(state: AccountState, data: Omit<ReserveProof, 'now'>, now: Instant): Instant | undefined {
  try {
    account.decide({ type: 'ReserveProof', data: { ...data, now } }, state);
    return undefined;
  } catch (error) {
    if (error instanceof RuleViolation) return error.details['until'] as Instant;
    throw error;
  }
}

type ReserveProof = Extract<AccountCommand, { type: 'ReserveProof' }>['data'];

const tryOf = (n: number, recoveryId: string, family: Family, source: string, proven: boolean) => ({
  reservationId: `reservation-${n}`,
  recoveryId,
  family,
  source,
  proven,
});

/** Half of them say that a try shortly before passed. */
const before = (n: number, back: number) => (back < 2 ? { passed: [`reservation-${n - 1 - back}`] } : {});

const few = fc.nat(2);
const wait = fc.oneof({ weight: 12, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: fc.nat(60 * 26) });

const reserve = fc
  .tuple(few, fc.constantFrom<Family>('email', 'phone'), few, fc.boolean(), fc.nat(3))
  .map(([recovery, family, source, proven, back]): Step['wish'] => (now, n) => ({
    type: 'ReserveProof',
    data: { ...tryOf(n, `recovery-${recovery}`, family, `source-${source}`, proven), limits, ...before(n, back), now },
  }));
const settle = fc
  .tuple(fc.nat(3), fc.constantFrom('passed' as const, 'failed' as const, 'failed' as const))
  .map(([back, result]): Step['wish'] => (now, n) => ({
    type: 'SettleProof',
    data: { reservationId: `reservation-${n - 1 - back}`, recoveryId: 'recovery-0', result, limits, now },
  }));
const reset = fc
  .tuple(few, fc.boolean(), fc.nat(3))
  .map(([recovery, current, back]): Step['wish'] => (now, n, { epoch }) => ({
    type: 'ResetPassword',
    data: {
      recoveryId: `recovery-${recovery}`,
      credentialId: `credential-${n}`,
      credential: { ref: `hash-${n}`, sha256: '' },
      epoch: current ? epoch : epoch - 1,
      ...before(n, back),
      notices: [],
      now,
    },
  }));
const disable = fc
  .constantFrom('DisableAccount' as const, 'EnableAccount' as const)
  .map((type): Step['wish'] => (now) => ({ type, data: { now } }));
const setPassword = fc.constant<Step['wish']>((now, n) => ({
  type: 'SetPassword',
  data: { credentialId: `credential-${n}`, credential: { ref: `hash-${n}`, sha256: '' }, now },
}));

const tries: fc.Arbitrary<Step> = fc.record({
  wait,
  wish: fc.oneof({ weight: 3, arbitrary: reserve }, { weight: 2, arbitrary: settle }),
});
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: tries },
  { weight: 1, arbitrary: fc.record({ wait, wish: fc.oneof(reset, disable, setPassword) }) },
);
