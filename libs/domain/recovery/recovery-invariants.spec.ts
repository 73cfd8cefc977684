// What holds for every recovery, whatever is asked of it in whatever order.
import fc from 'fast-check';
import { RuleViolation } from '../decider.js';
import { families, methodNames, type Method } from '../methods.js';
import { minutes, plus, seconds, type Instant } from '../time.js';
import type { RecoveryCommand } from './recovery.commands.js';
import type { RecoveryEvent, Subject } from './recovery.events.js';
import { recovery } from './recovery.js';
import type { RecoveryState } from './recovery.state.js';
import { limits, offer, recoveryId, start, starting, subject, vaulted } from './story.js';

describe('any sequence of commands', () => {
  it('F2, F3: submits a password or an unlock only behind as many gates as are asked, each of another family', () => {
    always(({ story, states }) => {
      story.forEach((event, i) => {
        if (event.type !== 'PasswordSubmitted' && event.type !== 'UnlockSubmitted') return;
        const passed = kindsOf(story.slice(0, i), 'ChallengePassed').map(({ data }) => data.family);
        expect(new Set(passed).size).toBe(passed.length);
        expect(passed.length).toBeGreaterThanOrEqual(states[i]!.gatesRequired);
      });
    });
  });

  it('passes a gate only through a challenge that was current, unexpired and offered', () => {
    always(({ story }) => {
      story.forEach((event, i) => {
        if (event.type !== 'ChallengePassed') return;
        const current = kindsOf(story.slice(0, i), 'ChallengeIssued').at(-1)!;
        expect(current.data).toMatchObject({ challengeId: event.data.challengeId, family: event.data.family });
        expect(kindsOf(story, 'RecoveryStarted')[0]!.data.offers).toContainEqual(offer(event.data.method));
      });
    });
  });

  it('F6: asks questions only behind another gate, where two are asked for', () => {
    always(({ story, states }) => {
      story.forEach((event, i) => {
        if (event.type !== 'ChallengeIssued' || event.data.family !== 'questions') return;
        const gates = kindsOf(story.slice(0, i), 'ChallengePassed').length;
        expect(gates).toBeGreaterThanOrEqual(states[i]!.gatesRequired - 1);
      });
    });
  });

  it('takes nothing more for a challenge that was passed, denied, or answered for good', () => {
    always(({ story }) => {
      story.forEach((event, i) => {
        if (!isAnswer(event)) return;
        const issued = story.findLastIndex(
          (one, n) => n < i && one.type === 'ChallengeIssued' && one.data.challengeId === event.data.challengeId,
        );
        const before = story.slice(issued, i).filter(isAnswer);
        expect(before.filter((one) => one.type !== 'ChallengeFailed' || one.data.final)).toEqual([]);
      });
    });
  });

  it('unlocks only what may be unlocked, and nobody unlocks and sets a password in one', () => {
    always(({ story }) => {
      const [begun] = kindsOf(story, 'RecoveryStarted');
      if (!begun?.data.canUnlock) expect(kindsOf(story, 'UnlockSubmitted')).toEqual([]);
      const done = kindsOf(story, 'RecoverySucceeded').map(({ data }) => data.outcome.reason);
      const last = story.findLast(({ type }) => type === 'PasswordSubmitted' || type === 'UnlockSubmitted');
      expect(done).toEqual(done.slice(0, 1).map(() => (last?.type === 'UnlockSubmitted' ? 'unlocked' : 'reset')));
    });
  });

  it('never lets a decoy submit', () => {
    always(({ story }) => {
      const [begun] = kindsOf(story, 'RecoveryStarted');
      if (begun?.data.subject.kind !== 'decoy') return;
      expect(story.filter(({ type }) => /Submitted$/.test(type))).toEqual([]);
    });
  });

  it('records no more failures of a family than are allowed, and then it is blocked', () => {
    always(({ story }) => {
      for (const family of families) {
        const failures = story.flatMap((event) =>
          event.type === 'ChallengeFailed' || event.type === 'ChallengeDenied' || event.type === 'ContactMismatched'
            ? [event.data]
            : [],
        );
        const own = failures.filter((data) => data.family === family);
        expect(own.map((data) => data.failures)).toEqual(own.map((_, i) => i + 1));
        expect(own.length).toBeLessThanOrEqual(limits.failuresPerFamily);
        if (own.length === limits.failuresPerFamily) {
          expect(kindsOf(story, 'FamilyBlocked').map(({ data }) => data.family)).toContain(family);
        }
      }
    });
  });

  it('closes once, and after that takes only the answer to "did it work?" and what became of a delivery', () => {
    always(({ story }) => {
      const closing = story.filter(isClosing);
      expect(closing.length).toBeLessThanOrEqual(1);
      if (!closing[0]) return;
      const after = story.slice(story.indexOf(closing[0]) + 1).map(({ type }) => type);
      const allowed = ['WorkedReported', 'DeliveryAccepted', 'DeliveryDeferred', 'DeliveryFailed'];
      expect(after.filter((type) => !allowed.includes(type))).toEqual([]);
    });
  });

  it('keeps the outcome it closed with', () => {
    always(({ story, states }) => {
      const closed = states.findIndex(({ phase }) => phase === 'closed');
      if (closed < 0) return;
      const { outcome, closedAt } = states[closed]!;
      expect(isClosing(story[closed - 1]!)).toBe(true);
      for (const state of states.slice(closed)) expect(state).toMatchObject({ phase: 'closed', outcome, closedAt });
    });
  });

  it('is beyond cancelling, handing over and expiring between submitting and the verdict', () => {
    always(({ story, states }) => {
      story.forEach((event, i) => {
        if (states[i]!.phase !== 'submitted') return;
        expect(['RecoveryCancelled', 'AdministratorContacted', 'RecoveryAbandoned', 'RecoveryBlocked']).not.toContain(
          event.type,
        );
      });
    });
  });

  it('keeps at most twenty refusals', () => {
    always(({ story }) => expect(kindsOf(story, 'CommandRefused').length).toBeLessThanOrEqual(20));
  });

  it('names itself in every event', () => {
    always(({ story }) => {
      for (const { data } of story) if ('recoveryId' in data) expect(data.recoveryId).toBe(recoveryId);
    });
  });

  it('reaches every ending there is: these properties speak about something', () => {
    const reached = new Set<string>();
    always(({ story }) => story.forEach(({ type }) => reached.add(type)), 2_000, 1);
    expect(
      [...endings, ...submissions, 'ChallengeDenied', 'CommandRefused'].filter((type) => !reached.has(type)),
    ).toEqual([]);
  });
});

const endings = [
  'RecoverySucceeded',
  'RecoveryFailed',
  'RecoveryBlocked',
  'RecoveryCancelled',
  'RecoveryAbandoned',
  'AdministratorContacted',
  'WorkedReported',
  'DeliveryAccepted',
] as const satisfies readonly RecoveryEvent['type'][];

const submissions = [
  'PasswordSubmitted',
  'PasswordRejected',
  'UnlockSubmitted',
  'UnlockRejected',
] as const satisfies readonly RecoveryEvent['type'][];

type AnswerEvent = Extract<RecoveryEvent, { type: 'ChallengePassed' | 'ChallengeFailed' | 'ChallengeDenied' }>;
const isAnswer = (event: RecoveryEvent): event is AnswerEvent => /^Challenge(Passed|Failed|Denied)$/.test(event.type);

const isClosing = ({ type, data }: RecoveryEvent): boolean => 'outcome' in data && type !== 'OutcomeCorrected';

const kindsOf = <T extends RecoveryEvent['type']>(story: readonly RecoveryEvent[], type: T) =>
  story.filter((event): event is Extract<RecoveryEvent, { type: T }> => event.type === type);

interface Run {
  readonly story: readonly RecoveryEvent[];
  /** `states[i]` is the state before `story[i]`; the last one is the state after everything. */
  readonly states: readonly RecoveryState[];
}

/** @param holds what must be true of every run @param seed fixes the runs */
function always(holds: (run: Run) => void, numRuns = 250, seed?: number): void {
  const everyRun = fc.property(beginnings, fc.array(steps, { maxLength: 45 }), (begin, wishes) =>
    holds(run(begin, wishes)),
  );
  fc.assert(everyRun, { numRuns, ...(seed !== undefined && { seed }) });
}

type Step = { readonly wait: number; readonly wish: (now: Instant, state: RecoveryState) => RecoveryCommand };

function run(begin: RecoveryCommand, wishes: readonly Step[]): Run {
  const story: RecoveryEvent[] = [];
  const states = [recovery.initial];
  let now = start;
  for (const { wait, wish } of [{ wait: 0, wish: () => begin }, ...wishes]) {
    now = plus(now, seconds(wait));
    for (const event of decided(wish(now, states.at(-1)!), states.at(-1)!)) {
      story.push(event);
      states.push(recovery.evolve(states.at(-1)!, event));
    }
  }
  return { story, states };
}

function decided(command: RecoveryCommand, state: RecoveryState): readonly RecoveryEvent[] {
  try {
    return recovery.decide(command, state);
  } catch (error) {
    if (error instanceof RuleViolation) return [];
    throw error;
  }
}

const decoySubject: Subject = { kind: 'decoy', token: 'token-1', refusal: 'no-licence' };
const offered: Method[] = [...methodNames];

const beginnings = fc
  .record({
    gatesRequired: fc.constantFrom(1 as const, 2 as const),
    canUnlock: fc.boolean(),
    offers: fc.subarray(offered, { minLength: 1 }).map((methods) => methods.map((method) => offer(method))),
    subject: fc.oneof(
      { weight: 4, arbitrary: fc.constant(subject) },
      { weight: 1, arbitrary: fc.constant(decoySubject) },
    ),
  })
  .map(starting);

const method = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...offered) },
  { weight: 1, arbitrary: fc.constantFrom(...methodNames) },
);
const id = fc.nat(6);
const wish = (make: Step['wish']) => make;

const wishesOf = {
  issue: fc.tuple(method, id).map(([m, n]) =>
    wish((now) => ({
      type: 'IssueChallenge',
      data: {
        method: m,
        challengeId: `challenge-${n}`,
        keyId: 'day-1',
        digits: 8,
        expiresAt: plus(now, minutes(5)),
        now,
      },
    })),
  ),
  settle: fc
    .tuple(
      fc.constantFrom(
        { correct: true },
        { correct: false },
        { correct: false, denied: true },
        { correct: false, final: true },
      ),
      fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: id }),
      fc.nat(400),
    )
    .map(([verdict, other, ago]) =>
      wish((now, { challenge }) => ({
        type: 'SettleChallenge',
        data: {
          challengeId: other === null ? (challenge?.challengeId ?? 'none') : `challenge-${other}`,
          reservationId: `reservation-${now}`,
          reservedAt: ago % 4 ? now : plus(now, -seconds(ago)),
          ...verdict,
          now,
        },
      })),
    ),
  mismatch: method.map((m) =>
    wish((now) => ({ type: 'RecordMismatch', data: { method: m, reservationId: `reservation-${now}`, now } })),
  ),
  block: fc
    .constantFrom(...families, 'all' as const)
    .map((family) => wish((now) => ({ type: 'BlockFamily', data: { family, until: plus(now, minutes(60)), now } }))),
  submit: id.map((n) =>
    wish((now) => ({
      type: 'SubmitPassword',
      data: { credentialId: `credential-${n}`, credential: vaulted(`hash-${n}`), now },
    })),
  ),
  succeed: fc.boolean().map((right) =>
    wish((now, { submission }) => ({
      type: 'SucceedRecovery',
      data: { credentialId: right && submission ? submission.credentialId : 'credential-9', now },
    })),
  ),
  unlock: fc.constantFrom('SubmitUnlock', 'SucceedUnlock').map((type) => wish((now) => ({ type, data: { now } }))),
  fail: fc.constant(wish((now) => ({ type: 'FailRecovery', data: { reason: 'problem-on-premises', now } }))),
  report: fc.boolean().map((worked) => wish((now) => ({ type: 'ReportWorked', data: { worked, now } }))),
  plain: fc
    .constantFrom(
      'DiscloseRefusal',
      'SupersedeRecovery',
      'CancelRecovery',
      'ContactAdministrator',
      'AbandonRecovery',
      'ExpireRecovery',
    )
    .map((type) => wish((now) => ({ type, data: { now } }))),
  again: beginnings.map((begin) => wish(() => begin)),
  refuse: fc.constant(
    wish((now) => ({ type: 'RefuseCommand', data: { command: 'SubmitPassword', code: 'gates-not-passed', now } })),
  ),
  tryDelivery: id.map((n) =>
    wish((now) => ({
      type: 'AttemptDelivery',
      data: { deliveryId: `challenge-${n}`, leaseUntil: plus(now, seconds(30)), now },
    })),
  ),
  recordDelivery: fc.constantFrom('accepted' as const, 'deferred' as const, 'refused' as const).map((kind) =>
    wish((now, { challenge }) => ({
      type: 'RecordDelivery',
      data: {
        deliveryId: challenge?.challengeId ?? 'none',
        attempt: challenge?.delivery.attempt ?? 1,
        result: kind === 'accepted' ? { kind } : { kind, reason: 'any' },
        now,
      },
    })),
  ),
};

/** What a person in earnest would do next: without it few runs get far. */
const onward = fc.tuple(fc.nat(3), id).map(([choice, n]) =>
  wish((now, { phase, challenge, submission, ...state }) => {
    const at = { now };
    if (phase === 'closed') return { type: 'ReportWorked', data: { worked: choice > 0, ...at } };
    if (state.unlocking) {
      return choice > 0
        ? { type: 'SucceedUnlock', data: at }
        : { type: 'RejectUnlock', data: { reason: 'unlock-limit', ...at } };
    }
    if (submission) {
      const { credentialId } = submission;
      return choice > 0
        ? { type: 'SucceedRecovery', data: { credentialId, ...at } }
        : { type: 'RejectPassword', data: { credentialId, reasons: ['directory-policy'], epoch: 4, ...at } };
    }
    if (state.gates.length >= state.gatesRequired && state.canUnlock && choice > 1) {
      return { type: 'SubmitUnlock', data: at };
    }
    if (state.gates.length >= state.gatesRequired) {
      return { type: 'SubmitPassword', data: { credentialId: `credential-${n}`, credential: vaulted('hash'), ...at } };
    }
    if (challenge && !challenge.passed) {
      const { challengeId } = challenge;
      const reservationId = `reservation-${now}`;
      return { type: 'SettleChallenge', data: { challengeId, reservationId, reservedAt: now, correct: true, ...at } };
    }
    const next = state.offers[choice % state.offers.length]?.method ?? 'email';
    return {
      type: 'IssueChallenge',
      data: {
        method: next,
        challengeId: `challenge-${n}`,
        keyId: 'day-1',
        digits: 8,
        expiresAt: plus(now, minutes(5)),
        ...at,
      },
    };
  }),
);

const steps: fc.Arbitrary<Step> = fc.record({
  wait: fc.oneof({ weight: 12, arbitrary: fc.nat(25) }, { weight: 1, arbitrary: fc.nat(2_400) }),
  wish: fc.oneof(
    { weight: 14, arbitrary: onward },
    { weight: 10, arbitrary: wishesOf.issue },
    { weight: 14, arbitrary: wishesOf.settle },
    { weight: 4, arbitrary: wishesOf.mismatch },
    { weight: 1, arbitrary: wishesOf.block },
    { weight: 5, arbitrary: wishesOf.submit },
    { weight: 4, arbitrary: wishesOf.succeed },
    { weight: 4, arbitrary: wishesOf.unlock },
    { weight: 1, arbitrary: wishesOf.fail },
    { weight: 4, arbitrary: wishesOf.report },
    { weight: 2, arbitrary: wishesOf.plain },
    { weight: 1, arbitrary: wishesOf.again },
    { weight: 6, arbitrary: wishesOf.refuse },
    { weight: 3, arbitrary: wishesOf.tryDelivery },
    { weight: 3, arbitrary: wishesOf.recordDelivery },
  ),
});
