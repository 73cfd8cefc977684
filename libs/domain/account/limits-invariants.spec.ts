// What is allowed so and so often, counted from the events alone, whatever is asked for in whatever order.
import fc from 'fast-check';
import { RuleViolation } from '../decider.js';
import { presets, type Limits } from '../tenant/policy.js';
import { hours, isBefore, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { account, type AccountCommand } from './account.js';
import type { AccountEvent } from './account.events.js';
import type { AccountState } from './account.state.js';
import type { Role } from './lifecycle.js';
import type { Notice } from './notices.js';

type EventOf<T extends AccountEvent['type']> = Extract<AccountEvent, { type: T }>;

const start: Instant = '2026-03-02T09:00:00.000Z';
const limits: Limits = { ...presets.hardened.limits, failuresPerAccount: 7, failuresPerFamily: 3 };
const [accountId, tenantId] = ['account-1', 'tenant-1'];
const vaulted = (ref: string): VaultRef => ({ ref, sha256: `hash-of-${ref}` });
const member = { memberId: 'member-1', tenantId, roles: ['helpdesk'] as Role[] };
const contacts = ['mail', 'phone', 'new'];

describe('any sequence of what is limited', () => {
  it('unlocks three times in any day and not more', () => {
    always(unlocking, ({ story }) => {
      const unlocked = kindsOf(story, 'AccountUnlocked').map(({ data }) => data.at);
      expect(mostInADay(unlocked)).toBeLessThanOrEqual(limits.unlocksPerDay);
      return unlocked.length >= limits.unlocksPerDay;
    });
  });

  it('unlocks or resets at most once for a recovery', () => {
    always(unlocking, ({ story }) => {
      const used = story.flatMap((event) =>
        event.type === 'AccountUnlocked' || event.type === 'PasswordReset' ? [event.data.recoveryId] : [],
      );
      expect(new Set(used).size).toBe(used.length);
      return used.length > 0;
    });
  });

  it('sends five words in any day and not more', () => {
    always(assisting, ({ story }) => {
      const sent = kindsOf(story, 'VerificationWordSent').map(({ data }) => data.at);
      expect(mostInADay(sent)).toBeLessThanOrEqual(5);
      return sent.length >= 5;
    });
  });

  it('lets five wrong words be tried in any day and not more, and confirms none that is over', () => {
    always(assisting, ({ story }) => {
      const tries = kindsOf(story, 'VerificationWordTried');
      const right = new Set(kindsOf(story, 'VerificationWordConfirmed').map(({ data }) => data.tryId));
      const wrong = tries.filter(({ data }) => !right.has(data.tryId));
      // A try counts as wrong until it is known to be right: so also the sixth may have been made beside one that was.
      expect(mostInADay(wrong.map(({ data }) => data.at))).toBeLessThanOrEqual(5);
      const confirmed = kindsOf(story, 'VerificationWordConfirmed').map(({ data }) => data.wordId);
      expect(new Set(confirmed).size).toBe(confirmed.length);
      return wrong.length >= 5;
    });
  });

  it('compares five tries of a source and a hundred of all strangers at a pass, and lets it in once, in its time', () => {
    always(passing, ({ story }) => {
      for (const { data: pass } of kindsOf(story, 'AccessPassIssued')) {
        const tries = kindsOf(story, 'AccessPassTried').filter(({ data }) => data.passId === pass.passId);
        for (const own of Map.groupBy(tries, ({ data }) => data.source).values())
          expect(own.length).toBeLessThanOrEqual(5);
        const beyond = tries.slice(100);
        expect(beyond.filter(({ data }) => data.source !== home)).toEqual([]);
        const used = kindsOf(story, 'AccessPassUsed').filter(({ data }) => data.passId === pass.passId);
        expect(used.length).toBeLessThanOrEqual(1);
        for (const { data } of [...tries, ...used]) expect(isBefore(data.at, pass.expiresAt)).toBe(true);
        if (used[0]) expect(story.indexOf(used[0])).toBeGreaterThan(story.indexOf(tries.at(-1)!));
      }
      return kindsOf(story, 'AccessPassTried').length >= 100;
    });
  });

  it('compares so many codes of a contact and of an account in any day, and confirms each once, while it is the newest', () => {
    always(confirming, ({ story }) => {
      const passed = kindsOf(story, 'ConfirmationPassed');
      const right = new Set(passed.map(({ data }) => data.tryId));
      const wrong = kindsOf(story, 'ConfirmationTried').filter(({ data }) => !right.has(data.tryId));
      expect(mostInADay(wrong.map(({ data }) => data.at))).toBeLessThanOrEqual(limits.failuresPerAccount);
      for (const own of Map.groupBy(wrong, ({ data }) => data.contactRef).values()) {
        expect(mostInADay(own.map(({ data }) => data.at))).toBeLessThanOrEqual(limits.failuresPerFamily);
      }
      story.forEach((event, i) => {
        if (event.type !== 'ConfirmationPassed' && event.type !== 'ConfirmationDenied') return;
        const { confirmationId, purpose, at } = event.data;
        const asked = kindsOf(story.slice(0, i), 'ConfirmationAsked').filter(({ data }) => data.purpose === purpose);
        expect(asked.at(-1)!.data.confirmationId).toBe(confirmationId);
        expect(isBefore(at, asked.at(-1)!.data.expiresAt)).toBe(true);
      });
      const over = story.flatMap((event) =>
        event.type === 'ConfirmationPassed' || event.type === 'ConfirmationDenied' ? [event.data.confirmationId] : [],
      );
      expect(new Set(over).size).toBe(over.length);
      return wrong.length >= limits.failuresPerFamily && over.length > 0;
    });
  });
});

const kindsOf = <T extends AccountEvent['type']>(story: readonly AccountEvent[], type: T) =>
  story.filter((event): event is EventOf<T> => event.type === type);

/** The most of these moments that lie within 24 hours. */
const mostInADay = (moments: readonly Instant[]): number =>
  Math.max(
    0,
    ...moments.map((from) => moments.filter((at) => !isBefore(at, from) && isBefore(at, plus(from, hours(24)))).length),
  );

interface Run {
  readonly story: readonly AccountEvent[];
}

interface Step {
  /** Minutes. */
  readonly wait: number;
  readonly wish: (now: Instant, n: number, state: AccountState) => AccountCommand;
}

interface Scene {
  readonly steps: fc.Arbitrary<Step['wish']>;
  readonly length: number;
  readonly runs: number;
  /** Minutes between two steps, but for one pause of up to a day in so many. */
  readonly pace: number;
  readonly pausesIn?: number;
  /** What comes first. */
  readonly begins?: readonly Step['wish'][];
}

/** @param holds what must be true of every run @returns whether the run got as far as the limit: some must */
function always({ steps, length, runs, pace, pausesIn = 25, begins = [] }: Scene, holds: (run: Run) => boolean): void {
  const wait = fc.oneof({ weight: pausesIn, arbitrary: fc.nat(pace) }, { weight: 1, arbitrary: fc.nat(60 * 26) });
  let reached = 0;
  fc.assert(
    fc.property(
      fc.array(fc.record({ wait, wish: steps }), { maxLength: length, minLength: length / 2, size: 'max' }),
      (all) => {
        if (holds({ story: play([...begins.map((wish) => ({ wait: 0, wish })), ...all]) })) reached++;
      },
    ),
    { numRuns: runs },
  );
  expect(reached).toBeGreaterThan(0);
}

function play(all: readonly Step[]): readonly AccountEvent[] {
  const story = [...known];
  let state = known.reduce(account.evolve, account.initial);
  let now = start;
  all.forEach(({ wait, wish }, n) => {
    now = plus(now, minutes(wait));
    for (const event of decided(wish(now, n, state), state)) {
      story.push(event);
      state = account.evolve(state, event);
    }
  });
  return story;
}

function decided(command: AccountCommand, state: AccountState): readonly AccountEvent[] {
  try {
    return account.decide(command, state);
  } catch (error) {
    if (error instanceof RuleViolation) return [];
    throw error;
  }
}

const known: readonly AccountEvent[] = [
  {
    type: 'AccountCreated',
    data: {
      ...{ accountId, tenantId, origin: 'cloud', username: vaulted('username'), language: 'en' },
      ...{ roles: [], groups: [], licensed: true, at: start },
    },
  },
  {
    type: 'MethodRegistered',
    data: {
      ...{ accountId, methodId: 'mail', method: 'email', contact: vaulted('mail'), by: 'user', epoch: 1, at: start },
    },
  },
];

const back = fc.nat(3);
const wish = (make: Step['wish']) => make;
const notice = (noticeId: string, template: Notice['template']): Notice => ({
  ...{ noticeId, template, contact: vaulted('mail'), channel: 'email' },
});

const unlock = fc.nat(30).map((recovery) =>
  wish((now, _, { epoch }) => ({
    type: 'UnlockAccount',
    data: { recoveryId: `recovery-${recovery}`, epoch, limits, notices: [], now },
  })),
);
const reset = fc.nat(30).map((recovery) =>
  wish((now, n, { epoch }) => ({
    type: 'ResetPassword',
    data: {
      ...{ recoveryId: `recovery-${recovery}`, credentialId: `credential-${n}`, credential: vaulted(`hash-${n}`) },
      ...{ epoch, notices: [], now },
    },
  })),
);
/** A helpdesk lifts blocks of recovery; it gives nobody more unlocks. */
const lift = wish((now, n) => ({ type: 'LiftBlocks', data: { caseId: `case-${n}`, now } }));
const unlocking: Scene = {
  steps: fc.oneof(
    { weight: 6, arbitrary: unlock },
    { weight: 1, arbitrary: reset },
    { weight: 1, arbitrary: fc.constant(lift) },
  ),
  ...{ length: 40, runs: 150, pace: 120 },
};

const inCase = (state: AccountState, now: Instant) => ({
  ...{ member, caseId: state.helpCase?.caseId ?? 'none', now },
});
const openCase = wish((now, n) => ({ type: 'OpenCase', data: { member, caseId: `case-${n}`, now } }));
const sendWord = wish((now, n, state) => ({
  type: 'SendWord',
  data: {
    ...inCase(state, now),
    ...{ wordId: `word-${n}`, methodId: 'mail', expiresAt: plus(now, minutes(10)) },
    code: { keyId: 'day-1', digits: 0, words: 'en', purpose: 'verification-word', subjectId: `word-${n}` },
    notice: notice(`word-${n}`, 'verification-word'),
  },
}));
const tryWord = wish((now, n, state) => ({
  type: 'ReserveWordTry',
  data: { ...inCase(state, now), tryId: `try-${n}` },
}));
const settleWord = fc.tuple(back, fc.nat(4)).map(([ago, luck]) =>
  wish((now, n, state) => ({
    type: 'SettleWordTry',
    data: { ...inCase(state, now), tryId: `try-${n - 1 - ago}`, correct: luck === 0 },
  })),
);
const assisting: Scene = {
  steps: fc.oneof(
    { weight: 1, arbitrary: fc.constant(openCase) },
    { weight: 3, arbitrary: fc.constant(sendWord) },
    { weight: 6, arbitrary: fc.constant(tryWord) },
    { weight: 5, arbitrary: settleWord },
  ),
  ...{ length: 80, runs: 150, pace: 12 },
};

const issuePass = wish((now, n, state) => ({
  type: 'IssuePass',
  data: {
    ...inCase(state, now),
    ...{ passId: `pass-${n}`, methodId: 'mail', expiresAt: plus(now, minutes(60)) },
    code: { keyId: 'day-1', digits: 10, purpose: 'temporary-access-pass', subjectId: `pass-${n}` },
    notice: notice(`pass-${n}`, 'temporary-access-pass'),
  },
}));
const rightWord = wish((now, _, state) => ({
  type: 'SettleWordTry',
  data: { ...inCase(state, now), tryId: state.wordTries.at(-1)?.tryId ?? 'none', correct: true },
}));
const home = 'source-0';
const tryPass = fc.nat(40).map((source) =>
  wish((now, n) => ({
    type: 'ReservePassTry',
    data: { tryId: `try-${n}`, source: `source-${source}`, familiar: `source-${source}` === home, now },
  })),
);
const settlePass = fc.tuple(back, fc.nat(60)).map(([ago, luck]) =>
  wish((now, n, { pass }) => ({
    type: 'SettlePassTry',
    data: { passId: pass?.passId ?? 'none', tryId: `try-${n - 1 - ago}`, correct: luck === 0, now },
  })),
);
const passing: Scene = {
  steps: fc.oneof(
    { weight: 1, arbitrary: fc.constant(openCase) },
    { weight: 1, arbitrary: fc.constant(sendWord) },
    { weight: 1, arbitrary: fc.constant(tryWord) },
    { weight: 1, arbitrary: fc.constant(rightWord) },
    { weight: 1, arbitrary: fc.constant(issuePass) },
    { weight: 60, arbitrary: tryPass },
    { weight: 4, arbitrary: settlePass },
  ),
  ...{ length: 300, runs: 40, pace: 0, pausesIn: 500 },
  begins: [openCase, sendWord, tryWord, rightWord, issuePass],
};

const purpose = fc.constantFrom('registration' as const, 'step-up' as const);
const ask = fc.tuple(purpose, fc.constantFrom(...contacts)).map(([why, contact]) =>
  wish((now, n) => ({
    type: 'AskConfirmation',
    data: {
      ...{ confirmationId: `confirmation-${n}`, purpose: why, sessionId: 'session-1', method: 'email' },
      ...{ contact: vaulted(contact), keyId: 'day-1', digits: 8, expiresAt: plus(now, minutes(10)), limits, now },
    },
  })),
);
const named = (why: 'registration' | 'step-up', ago: number, { confirmations }: AccountState) => ({
  // Now and then one that was never asked for.
  ...{ purpose: why, confirmationId: ago === 3 ? 'none' : (confirmations[why]?.confirmationId ?? 'none') },
});
const tryCode = fc.tuple(purpose, back).map(([why, ago]) =>
  wish((now, n, state) => ({
    type: 'ReserveConfirmation',
    data: { ...named(why, ago, state), tryId: `try-${n}`, limits, now },
  })),
);
const failCode = fc.tuple(purpose, back).map(([why, ago]) =>
  wish((now, n, state) => ({
    type: 'FailConfirmation',
    data: { ...named(why, ago, state), tryId: `try-${n - 1}`, now },
  })),
);
const passCode = fc.tuple(purpose, back).map(([why, ago]) =>
  wish((now, n, state) => ({
    type: 'PassConfirmation',
    data: { ...named(why, ago, state), tryId: `try-${n - 1}`, notices: [], now },
  })),
);
const deny = fc
  .tuple(purpose, back)
  .map(([why, ago]) =>
    wish((now, _, state) => ({ type: 'DenyConfirmation', data: { ...named(why, ago, state), now } })),
  );
const confirming: Scene = {
  steps: fc.oneof(
    { weight: 4, arbitrary: ask },
    { weight: 10, arbitrary: tryCode },
    { weight: 5, arbitrary: failCode },
    { weight: 1, arbitrary: passCode },
    { weight: 1, arbitrary: deny },
  ),
  ...{ length: 80, runs: 150, pace: 12 },
};
