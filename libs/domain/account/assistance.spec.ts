import { presets } from '../tenant/policy.js';
import { given } from '../testing.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { account } from './account.js';
import type { AccountEvent } from './account.events.js';
import type { Role } from './lifecycle.js';
import type { Notice } from './notices.js';
import { stepUp } from './step-up.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const minute = (n: number): Instant => plus(start, minutes(n));
const [accountId, tenantId, caseId, memberId] = ['account-1', 'tenant-1', 'case-1', 'member-1'];
const vaulted = (ref: string): VaultRef => ({ ref, sha256: `hash-of-${ref}` });
const member = { memberId, tenantId, roles: ['helpdesk'] as Role[] };

type EventOf<T extends AccountEvent['type']> = Extract<AccountEvent, { type: T }>;
const event = <T extends AccountEvent['type']>(type: T, data: EventOf<T>['data']): AccountEvent =>
  ({ type, data }) as AccountEvent;

const created = (roles: Role[] = []) =>
  event('AccountCreated', {
    ...{ accountId, tenantId, origin: 'cloud', username: vaulted('username'), language: 'ja' },
    ...{ roles, groups: [], licensed: true, at: start },
  });
const mail = event('MethodRegistered', {
  ...{ accountId, methodId: 'mail', method: 'email', contact: vaulted('mail'), by: 'user', epoch: 1, at: start },
});
const opened = (by = memberId, n = 1) =>
  event('HelpdeskCaseOpened', { accountId, tenantId, caseId, memberId: by, at: minute(n) });
const wordCode = { keyId: 'day-1', digits: 0, words: 'ja', purpose: 'verification-word', subjectId: 'word-1' } as const;
const sent = (n = 2) =>
  event('VerificationWordSent', {
    ...{ accountId, caseId, memberId, wordId: 'word-1', contact: vaulted('mail'), code: wordCode },
    ...{ expiresAt: minute(n + 10), at: minute(n) },
  });
const tried = (n: number) =>
  event('VerificationWordTried', { accountId, caseId, wordId: 'word-1', tryId: `try-${n}`, at: minute(n) });
const confirmed = (n: number) =>
  event('VerificationWordConfirmed', {
    ...{ accountId, caseId, wordId: 'word-1', tryId: `try-${n}`, epoch: 1, at: minute(n) },
  });
const known = [created(), mail];
const calling = [...known, opened(), sent()];
const verified = [...calling, tried(3), confirmed(3)];

const opening = (who = member) => ({ type: 'OpenCase', data: { member: who, caseId, now: minute(1) } }) as const;
const reserving = (n: number, now = minute(n)) =>
  ({ type: 'ReserveWordTry', data: { member, caseId, tryId: `try-${n}`, now } }) as const;
const settling = (n: number, correct: boolean) =>
  ({ type: 'SettleWordTry', data: { member, caseId, tryId: `try-${n}`, correct, now: minute(n) } }) as const;
const notice = (id: string, template: Notice['template']): Notice => ({
  ...{ noticeId: id, template, contact: vaulted('whatever the caller of the rule says'), channel: 'email' },
});
const sending = (n: number, methodId = 'mail') =>
  ({
    type: 'SendWord',
    data: {
      ...{ member, caseId, wordId: 'word-1', methodId, code: wordCode, expiresAt: minute(n + 10) },
      ...{ notice: notice('word-1', 'verification-word'), now: minute(n) },
    },
  }) as const;
const passCode = { keyId: 'day-1', digits: 10, purpose: 'temporary-access-pass', subjectId: 'pass-1' };
const issuing = (n: number, passId = 'pass-1') =>
  ({
    type: 'IssuePass',
    data: {
      ...{ member, caseId, passId, methodId: 'mail', code: passCode, expiresAt: minute(n + 60) },
      ...{ notice: notice(passId, 'temporary-access-pass'), now: minute(n) },
    },
  }) as const;
const issued = (n = 4, passId = 'pass-1', epoch = 1) =>
  event('AccessPassIssued', {
    ...{ accountId, tenantId, caseId, memberId, passId, contact: vaulted('mail'), code: passCode },
    ...{ expiresAt: minute(n + 60), epoch, at: minute(n) },
  });
const passTried = (n: number, source = 'source-1') =>
  event('AccessPassTried', { accountId, passId: 'pass-1', tryId: `try-${n}`, source, at: minute(n) });
const passUsed = (n: number) =>
  event('AccessPassUsed', { accountId, passId: 'pass-1', tryId: `try-${n}`, at: minute(n) });
const reservingPass = (n: number, source = 'source-1') =>
  ({ type: 'ReservePassTry', data: { tryId: `try-${n}`, source, now: minute(n) } }) as const;
const settlingPass = (n: number, correct: boolean) =>
  ({ type: 'SettlePassTry', data: { passId: 'pass-1', tryId: `try-${n}`, correct, now: minute(n) } }) as const;
const changing = (n: number, passId = 'pass-1') =>
  ({
    type: 'ChangePasswordByPass',
    data: { passId, credentialId: 'credential-2', credential: vaulted('hash-2'), notices: [], now: minute(n) },
  }) as const;
const changed = (n: number) =>
  event('PasswordChanged', {
    ...{ accountId, credentialId: 'credential-2', credential: vaulted('hash-2'), epoch: 2, at: minute(n) },
  });
const assisted = (n: number, rest: Partial<EventOf<'HelpdeskAssisted'>['data']> = {}) =>
  event('HelpdeskAssisted', {
    ...{ accountId, tenantId, caseId, memberId, act: 'password-reset', outcome: 'succeeded', at: minute(n) },
    ...rest,
  });

describe('who may help whom', () => {
  const who = (...roles: Role[]) => ({ ...member, roles });
  const ordered: Role[][] = [[], ['auditor'], ['helpdesk'], ['authentication-administrator'], ['global-administrator']];

  it('whoever stands above, in this order', () => {
    for (const [n, subject] of ordered.entries()) {
      for (const [m, roles] of ordered.entries()) {
        const wish = given(account, created(subject)).when(opening(who(...roles)));
        if (m > n) expect(wish.events()).toHaveLength(1);
        else wish.thenRefuses('not-allowed');
      }
    }
  });

  it('the highest role counts, on either side', () => {
    given(account, created(['ops', 'global-administrator']))
      .when(opening(who('global-administrator')))
      .thenRefuses('not-allowed');
    expect(
      given(account, created(['ops']))
        .when(opening(who('analyst', 'helpdesk')))
        .events(),
    ).toHaveLength(1);
  });

  it('nobody themselves, and nobody of another tenant or unknown', () => {
    given(account, created())
      .when(opening({ ...member, memberId: accountId }))
      .thenRefuses('not-allowed');
    given(account, created())
      .when(opening({ ...member, tenantId: 'tenant-2' }))
      .thenRefuses('not-found');
    given(account).when(opening()).thenRefuses('not-found');
  });
});

describe('the verification word', () => {
  it('is sent to the contact as the account knows it, in one append', () => {
    const events = given(account, ...known, opened())
      .when(sending(2))
      .events();
    expect(events).toEqual([
      sent(),
      event('NoticeRequested', {
        ...{ ...notice('word-1', 'verification-word'), contact: vaulted('mail') },
        ...{ accountId, tenantId, at: minute(2) },
      }),
    ]);
  });

  it('is refused without a case, in another one, a day later, or through what carries nothing', () => {
    given(account, ...known)
      .when(sending(2))
      .thenRefuses('case-not-open');
    given(account, ...known, opened('member-2'))
      .when(sending(2))
      .thenRefuses('not-allowed');
    given(account, ...known, opened())
      .when(sending(24 * 60 + 1))
      .thenRefuses('case-not-open');
    given(account, ...known, opened())
      .when(sending(2, 'unknown'))
      .thenRefuses('method-not-available');
  });

  it('goes to no contact that somebody else may hold', () => {
    const notMe = event('NotMeReported', {
      ...{ accountId, tenantId, caseId: 'case-0', noticeId: 'n', epoch: 2, at: minute(1) },
      notMe: { credentialId: null, families: ['email'] },
    });
    given(account, ...known, notMe, opened())
      .when(sending(2))
      .thenRefuses('method-not-available');
  });

  it('is sent five times a day', () => {
    const often = [2, 3, 4, 5, 6].map((n) => sent(n));
    given(account, ...known, opened(), ...often)
      .when(sending(7))
      .thenRefuses('cool-down');
  });

  it('takes five tries a day, counted before they are compared, whoever opens a new case', () => {
    given(account, ...calling)
      .when(reserving(3))
      .then(tried(3));
    const spent = [3, 4, 5, 6, 7].map(tried);
    const until = { blockedUntil: plus(minute(3), hours(24)) };
    given(account, ...calling, ...spent)
      .when(reserving(8))
      .thenRefuses('blocked', until);
    const anew = [opened(memberId, 8), sent(9)];
    given(account, ...calling, ...spent, ...anew)
      .when(reserving(10))
      .thenRefuses('blocked');
    given(account, ...calling, ...spent.slice(1), ...anew)
      .when(reserving(10))
      .then(tried(10));
    given(account, ...calling, ...spent.slice(1), tried(8), confirmed(8), ...anew)
      .when(reserving(10))
      .then(tried(10));
  });

  it('says how many tries are left', () => {
    given(account, ...calling, tried(3), tried(4))
      .when(settling(4, false))
      .then(
        event('VerificationWordFailed', {
          accountId,
          caseId,
          wordId: 'word-1',
          tryId: 'try-4',
          triesLeft: 3,
          at: minute(4),
        }),
      );
  });

  it('is good for ten minutes and once', () => {
    given(account, ...calling)
      .when(reserving(12))
      .thenRefuses('challenge-expired');
    given(account, ...calling, tried(3))
      .when(settling(3, true))
      .then(confirmed(3));
    given(account, ...verified)
      .when(reserving(4))
      .thenRefuses('challenge-not-current');
  });
});

describe('the temporary access pass', () => {
  it('is issued to a caller who read out the word, and within an hour', () => {
    given(account, ...calling)
      .when(issuing(4))
      .thenRefuses('caller-not-verified');
    const events = given(account, ...verified)
      .when(issuing(4))
      .events();
    expect(events.map(({ type }) => type)).toEqual(['AccessPassIssued', 'NoticeRequested']);
    expect(events[0]).toEqual(issued());
    given(account, ...verified)
      .when(issuing(63))
      .thenRefuses('caller-not-verified');
  });

  it('is not issued to an account that changed meanwhile, or is disabled', () => {
    const disabled = event('AccountDisabled', { accountId, epoch: 2, at: minute(3) });
    given(account, ...verified, disabled)
      .when(issuing(4))
      .thenRefuses('caller-not-verified');
    given(account, ...verified, event('AccountDisabled', { accountId, epoch: 1, at: minute(3) }))
      .when(issuing(4))
      .thenRefuses('account-disabled');
  });

  it('takes five tries of a source and a hundred of all strangers, who keep nobody from it at home', () => {
    const passed = [...verified, issued()];
    given(account, ...passed)
      .when(reservingPass(5))
      .then(passTried(5));
    const five = [5, 6, 7, 8, 9].map((n) => passTried(n));
    given(account, ...passed, ...five)
      .when(reservingPass(10))
      .thenRefuses('sign-in-failed');
    given(account, ...passed, ...five)
      .when(reservingPass(10, 'source-2'))
      .then(passTried(10, 'source-2'));
    const many = Array.from({ length: 100 }, (_, n) => passTried(5, `source-${n}`));
    given(account, ...passed, ...many)
      .when(reservingPass(30, 'source-199'))
      .thenRefuses('sign-in-failed');
    const atHome = { ...reservingPass(30, 'home').data, familiar: true };
    given(account, ...passed, ...many)
      .when({ type: 'ReservePassTry', data: atHome })
      .then(passTried(30, 'home'));
  });

  it('T8: is used once', () => {
    const passed = [...verified, issued(), passTried(5), passTried(6)];
    given(account, ...passed)
      .when(settlingPass(5, true))
      .then(passUsed(5));
    given(account, ...passed, passUsed(5))
      .when(settlingPass(6, true))
      .thenRefuses('sign-in-failed');
    given(account, ...passed, passUsed(5))
      .when(reservingPass(7))
      .thenRefuses('sign-in-failed');
  });

  it('T15: lives an hour', () => {
    given(account, ...verified, issued())
      .when(reservingPass(64))
      .thenRefuses('sign-in-failed');
    given(account, ...verified, issued(), passTried(63))
      .when(settlingPass(64, true))
      .thenRefuses('sign-in-failed');
  });

  it('T14: dies with whatever changes the account', () => {
    const moved = event('AccountEnabled', { accountId, epoch: 2, at: minute(5) });
    given(account, ...verified, issued(), moved)
      .when(reservingPass(6))
      .thenRefuses('sign-in-failed');
    given(account, ...verified, issued(), passTried(5), moved)
      .when(settlingPass(6, true))
      .thenRefuses('sign-in-failed');
    given(account, ...verified, issued(), passTried(5), passUsed(5), moved)
      .when(changing(6))
      .thenRefuses('superseded');
  });

  it('leads to a new password, which is counted as help', () => {
    const used = [...verified, issued(), passTried(5), passUsed(5)];
    given(account, ...used)
      .when(changing(6))
      .then(changed(6), assisted(6));
    given(account, ...used, changed(6), assisted(6))
      .when(changing(7))
      .thenRefuses('superseded');
    given(account, ...verified, issued())
      .when(changing(6))
      .thenRefuses('superseded');
  });

  it('F13: is a reset: the contacts that led to it change no method for 72 hours', () => {
    const used = [...verified, issued(), passTried(5), passUsed(5), changed(6), assisted(6)];
    const { state } = given(account, ...used);
    const session = { startedAt: minute(7), steppedUp: { contactRef: 'mail', at: minute(7) } };
    expect(stepUp(state, session, presets.hardened, minute(8))).toEqual({
      kind: 'guarded',
      until: plus(minute(6), hours(72)),
    });
    const failed = assisted(64, { outcome: 'failed', reason: 'pass-not-used' });
    expect(given(account, ...verified, issued(), failed).state.lastReset).toBeNull();
  });

  it('is no way to set the password of an account whose password lies elsewhere', () => {
    const [first, ...rest] = [...verified, issued(), passTried(5), passUsed(5)];
    const hybrid = { type: 'AccountCreated', data: { ...first!.data, origin: 'hybrid' } } as AccountEvent;
    given(account, hybrid, ...verified.slice(1))
      .when(issuing(4))
      .thenRefuses('password-on-premises');
    given(account, hybrid, ...rest)
      .when(changing(6))
      .thenRefuses('password-on-premises');
  });

  it('is counted as help that failed when its time runs out', () => {
    const expiring = (n: number) => ({ type: 'ExpirePass', data: { passId: 'pass-1', now: minute(n) } }) as const;
    const failed = (n: number, reason: 'pass-not-used' | 'password-not-changed') =>
      assisted(n, { outcome: 'failed', reason });
    given(account, ...verified, issued())
      .when(expiring(63))
      .thenNothing();
    given(account, ...verified, issued())
      .when(expiring(64))
      .then(failed(64, 'pass-not-used'));
    const used = [...verified, issued(), passTried(60), passUsed(60)];
    given(account, ...used)
      .when(expiring(64))
      .thenNothing();
    given(account, ...used)
      .when(expiring(90))
      .then(failed(90, 'password-not-changed'));
    given(account, ...used, changed(70), assisted(70))
      .when(expiring(90))
      .thenNothing();
    given(account, ...verified, issued(), failed(64, 'pass-not-used'))
      .when(expiring(65))
      .thenNothing();
  });

  it('is sent five times a day, whatever it is sent to and in whichever case', () => {
    const often = [4, 5, 6, 7, 8].map((n) => issued(n, `pass-${n}`));
    given(account, ...verified, ...often)
      .when(issuing(9, 'pass-9'))
      .thenRefuses('cool-down', { retryAfterMs: hours(24) - minutes(5) });
    expect(
      given(account, ...verified, ...often.slice(1))
        .when(issuing(9, 'pass-9'))
        .events(),
    ).not.toHaveLength(0);
    const next = [opened(memberId, 1444), sent(1445), tried(1446), confirmed(1446)];
    expect(
      given(account, ...verified, ...often, ...next)
        .when(issuing(1447, 'pass-9'))
        .events(),
    ).not.toHaveLength(0);
  });

  it('is overtaken by the next one', () => {
    const events = given(account, ...verified, issued())
      .when(issuing(5, 'pass-2'))
      .events();
    expect(events[0]).toEqual(assisted(5, { outcome: 'failed', reason: 'overtaken' }));
    given(account, ...verified, issued(), issued(5, 'pass-2'))
      .when(changing(6))
      .thenRefuses('superseded');
  });
});

it('lifting blocks needs a caller who read out the word, and is counted', () => {
  const lifting = { type: 'LiftBlocksInCase', data: { member, caseId, now: minute(4) } } as const;
  given(account, ...calling)
    .when(lifting)
    .thenRefuses('caller-not-verified');
  given(account, ...verified)
    .when(lifting)
    .then(event('BlocksLifted', { accountId, caseId, at: minute(4) }), assisted(4, { act: 'blocks-lifted' }));
  const reason = { ref: 'reason', sha256: 'sha' };
  given(account, ...verified)
    .when({ ...lifting, data: { ...lifting.data, reason } })
    .then(event('BlocksLifted', { accountId, caseId, reason, at: minute(4) }), assisted(4, { act: 'blocks-lifted' }));
});
