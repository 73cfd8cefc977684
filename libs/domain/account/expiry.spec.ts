import { given } from '../testing.js';
import { hours, plus } from '../time.js';
import { account } from './account.js';
import type { AccountEvent } from './account.events.js';
import { hasExpired } from './expiry.js';

const start = '2026-03-02T09:00:00.000Z';
const days = (n: number, ms = 0): string => plus(start, hours(24 * n) + ms);
const vaulted = (ref: string) => ({ ref, sha256: `hash-of-${ref}` });
const rules = { expiryDays: 90, warnDays: 14 };

const created: AccountEvent = {
  type: 'AccountCreated',
  data: {
    accountId: 'account-1',
    tenantId: 'tenant-1',
    origin: 'cloud',
    username: vaulted('name'),
    language: 'en',
    roles: [],
    groups: [],
    licensed: true,
    at: start,
  },
};
const set: AccountEvent = {
  type: 'PasswordSet',
  data: { accountId: 'account-1', credentialId: 'c1', credential: vaulted('h1'), epoch: 1, at: start },
};
const notices = [{ noticeId: 'n1', template: 'password-expires-soon' as const, contact: vaulted('mail') }];
const warning = (now: string) => ({ type: 'WarnOfExpiry', data: { rules, notices, now } }) as const;

it('a password expires to the millisecond, and never where the policy says so', () => {
  const { state } = given(account, created, set);
  expect(hasExpired(state, rules, days(90, -1))).toBe(false);
  expect(hasExpired(state, rules, days(90))).toBe(true);
  expect(hasExpired(state, { ...rules, expiryDays: 0 }, days(5_000))).toBe(false);
});

describe('WarnOfExpiry', () => {
  const fresh = given(account, created, set);

  it('tells the owner once, when the end is near', () => {
    fresh.when(warning(days(76, -1))).thenNothing();
    const events = fresh.when(warning(days(76))).events();
    expect(events.map(({ type }) => type)).toEqual(['PasswordExpiryWarned', 'NoticeRequested']);
    expect(events[1]).toMatchObject({ data: { expiresAt: days(90), facts: { expiresAt: days(90) } } });
    given(account, created, set, ...events)
      .when(warning(days(80)))
      .thenNothing();
  });

  it('is too late afterwards, and begins anew with the next password', () => {
    fresh.when(warning(days(90))).thenNothing();
    const next: AccountEvent = {
      type: 'PasswordChanged',
      data: { accountId: 'account-1', credentialId: 'c2', credential: vaulted('h2'), epoch: 2, at: days(80) },
    };
    const warned = fresh.when(warning(days(76))).events();
    given(account, created, set, ...warned, next)
      .when(warning(days(100)))
      .thenNothing();
    expect(
      given(account, created, set, ...warned, next)
        .when(warning(days(160)))
        .events(),
    ).toHaveLength(2);
  });
});

it('a required change is remembered until there is a new password', () => {
  const member = { memberId: 'member-1', tenantId: 'tenant-1', roles: ['authentication-administrator'] } as const;
  const require = { type: 'RequirePasswordChange', data: { member, now: days(1) } } as const;
  const required = given(account, created, set).when(require).events();
  expect(required).toEqual([{ type: 'PasswordChangeRequired', data: { accountId: 'account-1', at: days(1) } }]);
  const after = given(account, created, set, ...required);
  expect(after.state.mustChange).toBe(true);
  after.when(require).thenNothing();
  expect(given(account, created, ...required, set).state.mustChange).toBe(false);
  const as = (changes: object) =>
    ({ ...require, data: { ...require.data, member: { ...member, ...changes } } }) as const;
  given(account, created, set)
    .when(as({ roles: [] }))
    .thenRefuses('not-allowed');
  given(account, created, set)
    .when(as({ tenantId: 'another' }))
    .thenRefuses('not-found');
});
