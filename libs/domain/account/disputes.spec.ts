import { given } from '../testing.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { presets } from '../tenant/policy.js';
import { account } from './account.js';
import type { AccountEvent } from './account.events.js';
import type { Disputable } from './disputes.js';
import type { Role } from './lifecycle.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const minute = (n: number): Instant => plus(start, minutes(n));
const accountId = 'account-1';
const tenantId = 'tenant-1';
const vaulted = (ref: string): VaultRef => ({ ref, sha256: `hash-of-${ref}` });

const created = (roles: Role[] = []): AccountEvent => ({
  type: 'AccountCreated',
  data: {
    ...{ accountId, tenantId, origin: 'cloud', username: vaulted('username'), language: 'ja' },
    ...{ roles, groups: [], licensed: true, at: start },
  },
});
const reset = (n: number): AccountEvent => ({
  type: 'PasswordReset',
  data: {
    accountId,
    recoveryId: `recovery-${n}`,
    credentialId: `credential-${n}`,
    credential: vaulted(`hash-${n}`),
    epoch: n,
    at: minute(n),
  },
});
const notMe = (n: number): Disputable => ({ credentialId: `credential-${n}`, families: ['email'] });
const reporting = (n: number, now = minute(30), noticeId = 'notice-1') =>
  ({
    type: 'ReportNotMe',
    data: {
      ...{ caseId: `case-${n}`, alertId: `alert-${n}`, noticeId, notMe: notMe(n), recoveryId: `recovery-${n}` },
      ...{ noticedAt: minute(n), now },
    },
  }) as const;
const reported = (n: number, epoch = n + 1): AccountEvent => ({
  type: 'NotMeReported',
  data: {
    ...{ accountId, tenantId, caseId: `case-${n}`, noticeId: 'notice-1', notMe: notMe(n) },
    ...{ recoveryId: `recovery-${n}`, epoch, at: minute(30) },
  },
});
const lifted: AccountEvent = {
  type: 'NotMeLifted',
  data: { accountId, caseId: 'case-1', memberId: 'member-1', at: minute(40) },
};
const member = (...roles: Role[]) => ({ memberId: 'member-1', tenantId, roles });

describe('"this was not me"', () => {
  it('voids the password, and with it every session, distrusts what led there and tells the administrators', () => {
    const story = given(account, created(), reset(1)).when(reporting(1));
    story.then(reported(1), {
      type: 'AlertRaised',
      data: {
        ...{ alertId: 'alert-1', template: 'case-opened', facts: { kind: 'not-me', caseId: 'case-1' } },
        ...{ accountId, tenantId, at: minute(30) },
      },
    });
    const { state } = given(account, created(), reset(1), reported(1));
    expect(state).toMatchObject({ credential: null, epoch: 2, dispute: { families: ['email'] } });
    expect(state.formerCredentials[0]!.credentialId).toBe('credential-1');
  });

  it('acts once, whichever copy of the notice is used', () => {
    const told = given(account, created(), reset(1), reported(1));
    told.when(reporting(1)).thenRefuses('not-me-used');
    told.when(reporting(1, minute(31), 'notice-2')).thenRefuses('not-me-used');
  });

  it('works for 72 hours', () => {
    const told = given(account, created(), reset(1));
    expect(told.when(reporting(1, plus(minute(1), hours(72) - 1))).events()).toHaveLength(2);
    told.when(reporting(1, plus(minute(1), hours(72)))).thenRefuses('not-me-invalid');
  });

  it('T14: its link dies with the password it is about, and the next notice has its own', () => {
    const told = given(account, created(), reset(1), reset(2));
    told.when(reporting(1)).thenRefuses('not-me-invalid');
    expect(told.when(reporting(2)).events()).toHaveLength(2);
  });

  it('makes a recovery under way fail as not-me', () => {
    const told = given(account, created(), reset(1), reported(1));
    const { limits } = presets.hardened;
    const attempt = {
      reservationId: 'r',
      recoveryId: 'recovery-9',
      family: 'email',
      source: 's',
      proven: true,
    } as const;
    told
      .when({ type: 'ReserveProof', data: { ...attempt, limits, epoch: 1, now: minute(31) } })
      .thenRefuses('superseded', { why: 'not-me' });
    told
      .when({
        type: 'ResetPassword',
        data: {
          ...{ recoveryId: 'recovery-9', credentialId: 'credential-9', credential: vaulted('hash-9') },
          ...{ epoch: 1, notices: [], now: minute(31) },
        },
      })
      .thenRefuses('superseded', { why: 'not-me' });
  });

  it('distrusts what an earlier one distrusted as well, until it is lifted', () => {
    const again: AccountEvent = {
      type: 'NotMeReported',
      data: {
        ...(reported(2, 4).data as Extract<AccountEvent, { type: 'NotMeReported' }>['data']),
        notMe: { credentialId: 'credential-2', families: ['app'] },
      },
    };
    expect(given(account, created(), reset(1), reported(1), reset(3), again).state.dispute?.families).toEqual([
      'app',
      'email',
    ]);
    expect(given(account, created(), reset(1), reported(1), lifted, again).state.dispute?.families).toEqual(['app']);
  });

  it('bars the owner, and nobody else, from changing methods', () => {
    const told = given(account, created(), reset(1), reported(1));
    const registering = (by: 'user' | 'administrator') =>
      ({
        type: 'RegisterMethod',
        data: { methodId: 'method-1', method: 'email', contact: vaulted('email'), by, now: minute(31) },
      }) as const;
    told.when(registering('user')).thenRefuses('method-changes-barred');
    expect(told.when(registering('administrator')).events()).toHaveLength(1);
    expect(given(account, created(), reset(1), reported(1), lifted).when(registering('user')).events()).toHaveLength(1);
  });
});

describe('lifting it', () => {
  const lifting = (...roles: Role[]) =>
    ({ type: 'LiftNotMe', data: { member: member(...roles), now: minute(40) } }) as const;

  it('is for those who stand above the account', () => {
    const told = given(account, created(), reset(1), reported(1));
    told.when(lifting('authentication-administrator')).then(lifted);
    told.when(lifting('auditor', 'authentication-administrator')).then(lifted);
    const equal = given(account, created(['authentication-administrator']), reset(1), reported(1));
    equal.when(lifting('authentication-administrator')).thenRefuses('not-allowed');
    equal.when(lifting('helpdesk')).thenRefuses('not-allowed');
    equal.when(lifting('global-administrator')).then(lifted);
  });

  it('is not found from another tenant', () => {
    given(account, created(), reset(1), reported(1))
      .when({
        type: 'LiftNotMe',
        data: { member: { ...member('global-administrator'), tenantId: 'tenant-2' }, now: minute(40) },
      })
      .thenRefuses('not-found');
  });

  it('stays quiet where nothing is disputed, and brings no password back', () => {
    given(account, created()).when(lifting('global-administrator')).thenNothing();
    expect(given(account, created(), reset(1), reported(1), lifted).state.credential).toBeNull();
  });
});

describe('an alert', () => {
  const raised: AccountEvent = {
    type: 'AlertRaised',
    data: { alertId: 'alert-1', template: 'case-opened', accountId, tenantId, at: minute(1) },
  };
  const carrying = { type: 'CarryAlert', data: { alertId: 'alert-1', told: 2, now: minute(2) } } as const;
  const carried: AccountEvent = {
    type: 'AlertCarried',
    data: { accountId, alertId: 'alert-1', told: 2, at: minute(2) },
  };

  it('is carried once', () => {
    given(account, created(), raised).when(carrying).then(carried);
    given(account, created(), raised, carried).when(carrying).thenNothing();
  });
});
