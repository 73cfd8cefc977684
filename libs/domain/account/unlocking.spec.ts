import { presets } from '../tenant/policy.js';
import { given } from '../testing.js';
import { hours, minutes, plus } from '../time.js';
import { account } from './account.js';
import type { AccountEvent } from './account.events.js';
import { signInsClearedAt } from './unlocking.js';

const start = '2026-03-02T09:00:00.000Z';
const at = (n: number): string => plus(start, minutes(n));
const vaulted = (ref: string) => ({ ref, sha256: `hash-of-${ref}` });
const { limits } = presets.hardened;

const created: AccountEvent = {
  type: 'AccountCreated',
  data: {
    accountId: 'account-1',
    tenantId: 'tenant-1',
    origin: 'cloud',
    username: vaulted('name'),
    language: 'ja',
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
const unlocked = (n: number): AccountEvent => ({
  type: 'AccountUnlocked',
  data: { accountId: 'account-1', recoveryId: `recovery-${n}`, at: at(n) },
});
const unlocking = (n: number, epoch = 1, notices: { noticeId: string }[] = []) =>
  ({
    type: 'UnlockAccount',
    data: {
      recoveryId: `recovery-${n}`,
      epoch,
      limits,
      notices: notices.map((notice) => ({
        ...notice,
        template: 'account-was-unlocked' as const,
        contact: vaulted('m'),
      })),
      now: at(n),
    },
  }) as const;

describe('UnlockAccount', () => {
  it('unlocks, and tells the owner in the same append', () => {
    const events = given(account, created, set)
      .when(unlocking(1, 1, [{ noticeId: 'notice-1' }]))
      .events();
    expect(events.map(({ type }) => type)).toEqual(['AccountUnlocked', 'NoticeRequested']);
    expect(events[0]).toEqual(unlocked(1));
  });

  it('happens three times in 24 hours, and again when the first of them is a day old', () => {
    const three = given(account, created, set, unlocked(1), unlocked(2), unlocked(3));
    three.when(unlocking(4)).thenRefuses('unlock-limit', { until: plus(at(1), hours(24)) });
    three.when(unlocking(1 + 24 * 60)).then(unlocked(1 + 24 * 60));
  });

  it('is refused when the account has moved on, was disabled, or the recovery was used', () => {
    given(account, created, set).when(unlocking(1, 0)).thenRefuses('superseded', { why: 'account-changed' });
    given(account, created, set, unlocked(1)).when(unlocking(1)).thenRefuses('superseded', { why: 'recovery-used' });
    const disabled: AccountEvent = { type: 'AccountDisabled', data: { accountId: 'account-1', epoch: 1, at: start } };
    given(account, created, set, disabled).when(unlocking(1)).thenRefuses('superseded', { why: 'account-disabled' });
  });

  it('leaves the counters of recovery as they are', () => {
    const reserved: AccountEvent = {
      type: 'ProofReserved',
      data: {
        accountId: 'account-1',
        reservationId: 'r1',
        recoveryId: 'recovery-9',
        family: 'email',
        source: 's',
        proven: false,
        at: start,
      },
    };
    expect(given(account, created, set, reserved, unlocked(1)).state.proofs).toHaveLength(1);
  });
});

it('wrong passwords count from the last unlock on, or from the birth of the password', () => {
  expect(signInsClearedAt(given(account, created).state)).toBeUndefined();
  expect(signInsClearedAt(given(account, created, set).state)).toBe(start);
  expect(signInsClearedAt(given(account, created, set, unlocked(1), unlocked(7)).state)).toBe(at(7));
});

it('a lift by a case forgets the failures and the blocks of recovery', () => {
  const settled: AccountEvent = {
    type: 'ProofSettled',
    data: {
      accountId: 'account-1',
      reservationId: 'r1',
      recoveryId: 'recovery-1',
      result: 'failed',
      block: { family: 'all', until: at(60) },
      at: start,
    },
  };
  const lift = { type: 'LiftBlocks', data: { caseId: 'case-1', now: at(1) } } as const;
  const events = given(account, created, settled).when(lift).events();
  expect(events).toEqual([{ type: 'BlocksLifted', data: { accountId: 'account-1', caseId: 'case-1', at: at(1) } }]);
  expect(given(account, created, settled, ...events).state.blocks).toEqual({});
});
