import { given } from '../testing.js';
import { recovery } from './recovery.js';
import {
  blockEnds,
  cancelled,
  failed,
  familyBlocked,
  issued,
  issuing,
  limits,
  minute,
  mismatched,
  offer,
  passed,
  recoveryId,
  settling,
  start,
  started,
  starting,
  submitted,
} from './story.js';

const twoGates = started({ gatesRequired: 2 });
const onlyMail = started({ offers: [offer('email')] });
const fourFailures = [1, 2, 3, 4].map((n) => failed('email', 1, n, n));

describe('StartRecovery', () => {
  it('begins', () => given(recovery).when(starting()).then(started()));

  it('refuses to begin twice', () => given(recovery, started()).when(starting()).thenRefuses('recovery-exists'));
});

describe('RefuseRecovery', () => {
  const refusal = {
    recoveryId,
    tenantId: 'tenant-1',
    accountId: null,
    nameToken: 'token-1',
    reason: 'forgot-password',
    supportCode: 'K7QX',
    source: 'source-1',
    policyVersion: 4,
  } as const;

  it('closes before it began, in one event', () => {
    given(recovery)
      .when({ type: 'RefuseRecovery', data: { ...refusal, refusal: 'unknown-user', now: start } })
      .then({
        type: 'RecoveryRefused',
        data: { ...refusal, outcome: { result: 'failed', reason: 'unknown-user' }, at: start },
      });
  });

  it('refuses where one has begun', () => {
    given(recovery, started())
      .when({ type: 'RefuseRecovery', data: { ...refusal, refusal: 'unknown-user', now: start } })
      .thenRefuses('recovery-exists');
  });
});

describe('IssueChallenge', () => {
  it('asks through an offered method, with the contact that was offered', () => {
    given(recovery, started()).when(issuing('email', 1)).then(issued('email', 1));
  });

  it('replaces the current challenge', () => {
    given(recovery, started(), issued('email', 1)).when(issuing('sms', 2)).then(issued('sms', 2));
  });

  it('refuses a method that was not offered', () => {
    given(recovery, started()).when(issuing('office-call', 1)).thenRefuses('method-not-available');
  });

  it('F3: refuses a second gate of the same family', () => {
    const phones = started({ gatesRequired: 2, offers: [offer('sms'), offer('mobile-call'), offer('email')] });
    given(recovery, phones, issued('sms', 1), passed('sms', 1, 2))
      .when(issuing('mobile-call', 3))
      .thenRefuses('method-not-available');
  });

  it('refuses once the gates are passed: a further challenge would prove nothing', () => {
    given(recovery, started(), issued('email', 1), passed('email', 1, 2))
      .when(issuing('sms', 3))
      .thenRefuses('method-not-available');
  });

  it('refuses a blocked family, with the end of the block', () => {
    given(recovery, started(), familyBlocked('email', 1))
      .when(issuing('email', 2))
      .thenRefuses('blocked', { family: 'email', until: blockEnds(1) });
  });

  it.each([
    ['before it began', [], 'recovery-unknown'],
    ['after it closed', [started(), cancelled(1)], 'recovery-closed'],
    ['after a password was submitted', [started(), submitted(1)], 'password-submitted'],
  ] as const)('refuses %s', (_, past, code) => {
    given(recovery, ...past)
      .when(issuing('email', 2))
      .thenRefuses(code);
  });

  it('T15: refuses when the time is up, to the millisecond', () => {
    given(recovery, started()).when(issuing('email', 14)).then(issued('email', 14));
    given(recovery, started()).when(issuing('email', 15)).thenRefuses('recovery-closed');
  });
});

describe('SettleChallenge', () => {
  it('passes a gate', () => {
    given(recovery, started(), issued('email', 1))
      .when(settling(1, 2, true))
      .then(passed('email', 1, 2));
  });

  it('counts a failure', () => {
    given(recovery, started(), issued('email', 1), failed('email', 1, 2, 1))
      .when(settling(1, 3, false))
      .then(failed('email', 1, 3, 2));
  });

  it('T10: counts on across a new code: a resend resets nothing', () => {
    given(recovery, started(), issued('email', 1), failed('email', 1, 2, 1), issued('email', 3))
      .when(settling(3, 4, false))
      .then(failed('email', 3, 4, 2));
  });

  it('counts calls and messages to the phone together', () => {
    const phones = started({ offers: [offer('sms'), offer('mobile-call'), offer('email')] });
    given(recovery, phones, issued('sms', 1), failed('sms', 1, 2, 1), issued('mobile-call', 3))
      .when(settling(3, 4, false))
      .then(failed('mobile-call', 3, 4, 2));
  });

  it('blocks the family with the fifth failure, and stays open while others can fill the gates', () => {
    given(recovery, started(), issued('email', 1), ...fourFailures)
      .when(settling(1, 5, false))
      .then(failed('email', 1, 5, 5), familyBlocked('email', 5));
  });

  it('closes as blocked when no other family can fill the gates', () => {
    given(recovery, onlyMail, issued('email', 1), ...fourFailures)
      .when(settling(1, 5, false))
      .then(failed('email', 1, 5, 5), familyBlocked('email', 5), {
        type: 'RecoveryBlocked',
        data: {
          recoveryId,
          outcome: { result: 'blocked', reason: 'too-many-wrong-codes', method: 'email' },
          until: blockEnds(5),
          at: minute(5),
        },
      });
  });

  it('closes as blocked when one gate is passed and nothing is left for the other', () => {
    const mailAndApp = started({ gatesRequired: 2, offers: [offer('email'), offer('app-code')] });
    const decided = given(
      recovery,
      mailAndApp,
      issued('app-code', 1),
      passed('app-code', 1, 2),
      issued('email', 1),
      ...fourFailures,
    )
      .when(settling(1, 5, false))
      .events();
    expect(decided.map(({ type }) => type)).toEqual(['ChallengeFailed', 'FamilyBlocked', 'RecoveryBlocked']);
  });

  it('holds the recovery to the limits it began with', () => {
    const strict = started({ limits: { ...limits, failuresPerFamily: 1, blockHours: 1 } });
    given(recovery, strict, issued('email', 1))
      .when(settling(1, 2, false))
      .then(failed('email', 1, 2, 1), familyBlocked('email', 2, minute(62)));
  });

  it('needs two gates where two are asked', () => {
    const { state } = given(recovery, twoGates, issued('email', 1), passed('email', 1, 2));
    expect(state.gates).toEqual([{ method: 'email', family: 'email', contact: offer('email').contact }]);
    given(recovery, twoGates, issued('email', 1), passed('email', 1, 2))
      .when(issuing('app-code', 3))
      .then(issued('app-code', 3));
  });

  it('T9: refuses a challenge that is no longer current', () => {
    given(recovery, started(), issued('email', 1), issued('email', 2))
      .when(settling(1, 3, true))
      .thenRefuses('challenge-not-current');
  });

  it('T8: refuses a challenge that was passed already', () => {
    given(recovery, started(), issued('email', 1), passed('email', 1, 2))
      .when(settling(1, 3, true))
      .thenRefuses('challenge-not-current');
  });

  it('refuses a challenge of a family that was blocked meanwhile', () => {
    given(recovery, started(), issued('email', 1), familyBlocked('email', 2))
      .when(settling(1, 3, true))
      .thenRefuses('challenge-not-current');
  });

  it('asks when the try was reserved, not when it was settled', () => {
    const late = settling(1, 10, true);
    const inTime = { ...late, data: { ...late.data, now: minute(12) } };
    given(recovery, started(), issued('email', 1))
      .when(inTime)
      .then({ ...passed('email', 1, 10), data: { ...passed('email', 1, 10).data, at: minute(12) } });
    given(recovery, started(), issued('email', 1))
      .when(settling(1, 11, true))
      .thenRefuses('challenge-expired');
  });

  it('refuses a try reserved after the recovery ran out, though its code lives on', () => {
    given(recovery, started(), issued('email', 14))
      .when(settling(14, 15, true))
      .thenRefuses('challenge-expired');
  });

  it.each([
    ['before it began', [], 'recovery-unknown'],
    ['after it closed', [started(), issued('email', 1), cancelled(1)], 'recovery-closed'],
  ] as const)('refuses %s', (_, past, code) => {
    given(recovery, ...past)
      .when(settling(1, 2, true))
      .thenRefuses(code);
  });
});

describe('RecordMismatch', () => {
  const mistyping = (n: number) =>
    ({
      type: 'RecordMismatch',
      data: { method: 'sms', reservationId: `reservation-${n}`, now: minute(n) },
    }) as const;

  it('counts as a failure of the family', () => {
    given(recovery, started(), mismatched('sms', 1, 1))
      .when(mistyping(2))
      .then(mismatched('sms', 2, 2));
  });

  it('is counted together with wrong codes', () => {
    given(recovery, started(), issued('sms', 1), failed('sms', 1, 2, 1))
      .when(mistyping(3))
      .then(mismatched('sms', 3, 2));
  });

  it('blocks with the fifth, and says what it was', () => {
    const onlyPhone = started({ offers: [offer('sms', true)] });
    given(recovery, onlyPhone, ...[1, 2, 3, 4].map((n) => mismatched('sms', n, n)))
      .when(mistyping(5))
      .then(mismatched('sms', 5, 5), familyBlocked('phone', 5), {
        type: 'RecoveryBlocked',
        data: {
          recoveryId,
          outcome: { result: 'blocked', reason: 'too-many-wrong-phone-numbers', method: 'sms' },
          until: blockEnds(5),
          at: minute(5),
        },
      });
  });

  it('refuses what may not be chosen', () => {
    given(recovery, started(), familyBlocked('phone', 1)).when(mistyping(2)).thenRefuses('blocked');
    given(recovery, onlyMail).when(mistyping(2)).thenRefuses('method-not-available');
  });
});

describe('BlockFamily', () => {
  const blocking = (family: 'email' | 'questions' | 'all', n = 2) =>
    ({ type: 'BlockFamily', data: { family, until: blockEnds(1), now: minute(n) } }) as const;

  it('takes over a block of the account', () => {
    given(recovery, started(), issued('email', 1))
      .when(blocking('email'))
      .then(familyBlocked('email', 2, blockEnds(1)));
  });

  it('closes the recovery when every family is blocked', () => {
    given(recovery, started(), issued('email', 1))
      .when(blocking('all'))
      .then(
        familyBlocked('email', 2, blockEnds(1)),
        familyBlocked('phone', 2, blockEnds(1)),
        familyBlocked('app', 2, blockEnds(1)),
        {
          type: 'RecoveryBlocked',
          data: {
            recoveryId,
            outcome: { result: 'blocked', reason: 'too-many-failed-proofs', method: 'email' },
            until: blockEnds(1),
            at: minute(2),
          },
        },
      );
  });

  it('leaves a recovery open whose gates are passed', () => {
    const decided = given(recovery, started(), issued('email', 1), passed('email', 1, 1))
      .when(blocking('all'))
      .events();
    expect(decided.map(({ type }) => type)).not.toContain('RecoveryBlocked');
  });

  it.each([
    ['is blocked already', [started(), familyBlocked('email', 1)], 'email'],
    ['is not offered', [started()], 'questions'],
  ] as const)('stays quiet about a family that %s', (_, past, family) => {
    given(recovery, ...past)
      .when(blocking(family))
      .thenNothing();
  });

  it.each([
    ['unknown', []],
    ['closed', [started(), cancelled(1)]],
    ['submitted', [started(), submitted(1)]],
  ] as const)('stays quiet when the recovery is %s', (_, past) => {
    given(recovery, ...past)
      .when(blocking('all'))
      .thenNothing();
  });
});

describe('having proved something', () => {
  it('begins with a contact that matched: a challenge after a typed contact', () => {
    const confirmed = started({ offers: [offer('email', true)] });
    expect(given(recovery, confirmed).state.proven).toBe(false);
    expect(given(recovery, confirmed, issued('email', 1)).state.proven).toBe(true);
  });

  it('is not claimed by a code that anybody may have sent', () => {
    expect(given(recovery, started(), issued('email', 1)).state.proven).toBe(false);
    expect(given(recovery, started(), issued('email', 1), passed('email', 1, 2)).state.proven).toBe(true);
  });
});

describe('an answer from the phone or device itself', () => {
  const called = issued('mobile-call', 1);
  const story = started({ gatesRequired: 2, offers: [offer('mobile-call'), offer('app-code')] });
  const answering = { ...settling(1, 2, false) };
  const denied = (failures: number) => ({
    type: 'ChallengeDenied' as const,
    data: failed('mobile-call', 1, 2, failures).data,
  });

  it('denied is a failure of its own name', () =>
    given(recovery, story, called)
      .when({ ...answering, data: { ...answering.data, denied: true } })
      .then(denied(1)));

  it('denied or finally wrong, the challenge takes nothing more', () => {
    const last = failed('mobile-call', 1, 2, 1);
    const finallyWrong = { ...last, data: { ...last.data, final: true } };
    given(recovery, story, called)
      .when({ ...answering, data: { ...answering.data, final: true } })
      .then(finallyWrong);
    for (const over of [denied(1), finallyWrong]) {
      given(recovery, story, called, over)
        .when(settling(1, 3, true))
        .thenRefuses('challenge-not-current');
    }
  });

  it('closes as blocked by denied calls when nothing else is left', () => {
    const last = denied(5);
    given(recovery, started({ offers: [offer('mobile-call')] }), called, denied(4), called)
      .when({ ...answering, data: { ...answering.data, denied: true } })
      .then(last, familyBlocked('phone', 2), {
        type: 'RecoveryBlocked',
        data: {
          recoveryId,
          outcome: { result: 'blocked', reason: 'too-many-denied-calls', method: 'mobile-call' },
          until: blockEnds(2),
          at: minute(2),
        },
      });
  });
});
