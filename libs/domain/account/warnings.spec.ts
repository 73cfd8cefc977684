import { presets } from '../tenant/policy.js';
import { given } from '../testing.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { account, decoy } from './account.js';
import type { AccountEvent } from './account.events.js';
import type { Notice } from './notices.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const minute = (n: number): Instant => plus(start, minutes(n));
const { limits } = presets.hardened;
const [accountId, tenantId] = ['account-1', 'tenant-1'];
const vaulted = (ref: string): VaultRef => ({ ref, sha256: `hash-of-${ref}` });
const created: AccountEvent = {
  type: 'AccountCreated',
  data: {
    ...{ accountId, tenantId, origin: 'cloud', username: vaulted('username'), language: 'ja' },
    ...{ roles: [], groups: [], licensed: true, at: start },
  },
};
const notice: Notice = { noticeId: 'n', template: 'someone-tried-and-failed', contact: vaulted('mail') };
const tried = (n: number, proven: boolean): AccountEvent => ({
  type: 'ProofReserved',
  data: {
    ...{ accountId, reservationId: `r-${n}`, recoveryId: 'recovery-1', family: 'email', source: 'source-1' },
    ...{ proven, at: minute(n) },
  },
});
const failed = (n: number): AccountEvent => ({
  type: 'ProofSettled',
  data: { accountId, reservationId: `r-${n}`, recoveryId: 'recovery-1', result: 'failed', at: minute(n) },
});
const settling = (n: number, result: 'passed' | 'failed' = 'failed', now = minute(n)) =>
  ({
    type: 'SettleProof',
    data: { reservationId: `r-${n}`, recoveryId: 'recovery-1', result, limits, notices: [notice], now },
  }) as const;
const warned = (n: number): AccountEvent => ({
  type: 'NoticeRequested',
  data: { ...notice, accountId, tenantId, at: minute(n) },
});
const four = (proven: boolean) => [1, 2, 3, 4].flatMap((n) => [tried(n, proven), failed(n)]);

describe('A5: somebody tried and failed', () => {
  it.each([true, false])('is told with the failure that fills a limit (proven: %s)', (proven) => {
    const story = given(account, created, ...four(proven).slice(0, -2), tried(4, proven));
    expect(
      story
        .when(settling(4))
        .events()
        .map(({ type }) => type),
    ).toEqual(['ProofSettled']);
    const last = given(account, created, ...four(proven), tried(5, proven));
    expect(last.when(settling(5)).events().slice(1)).toEqual([warned(5)]);
    expect(last.when(settling(5, 'passed')).events()).toHaveLength(1);
  });

  it('is told once in 24 hours', () => {
    const again = (n: number) =>
      given(account, created, warned(0), ...four(false), tried(5, false)).when(settling(5, 'failed', minute(n)));
    expect(again(6).events()).toHaveLength(1);
    const later = plus(minute(0), hours(24));
    const fresh = given(account, created, warned(0), ...four(false), tried(5, false));
    expect(fresh.when(settling(5, 'failed', plus(later, -1))).events()).toHaveLength(1);
    expect(fresh.when(settling(5, 'failed', later)).events()).toHaveLength(2);
  });

  it('has nobody to be told to for a name nobody has', () => {
    const story = given(decoy, ...four(false), tried(5, false));
    expect(story.when(settling(5)).events()).toHaveLength(1);
  });
});

describe('an address that sends mails back', () => {
  const registered: AccountEvent = {
    type: 'MethodRegistered',
    data: { accountId, methodId: 'm', method: 'email', contact: vaulted('mail'), by: 'user', epoch: 1, at: start },
  };
  const noting = (contactRef = 'mail') =>
    ({ type: 'NoteBounce', data: { contactRef, deliveryId: 'd', status: '5.1.1', now: minute(1) } }) as const;
  const bounced: AccountEvent = {
    type: 'ContactBounced',
    data: { accountId, contactRef: 'mail', deliveryId: 'd', status: '5.1.1', at: minute(1) },
  };

  it('is noted once, and only while it is registered', () => {
    given(account, created, registered).when(noting()).then(bounced);
    given(account, created, registered, bounced).when(noting()).thenNothing();
    given(account, created, registered).when(noting('another')).thenNothing();
  });
});
