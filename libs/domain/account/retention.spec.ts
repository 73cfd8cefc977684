import { presets } from '../tenant/policy.js';
import { given } from '../testing.js';
import { days, hours, plus } from '../time.js';
import { account } from './account.js';
import type { AccountEvent } from './account.events.js';
import { comparedWith } from './credentials.js';
import type { DataKind, RetentionRules, Superseded } from './retention.js';

const start = '2026-03-02T09:00:00.000Z';
const day = (n: number, ms = 0): string => plus(start, days(n) + ms);
const vaulted = (ref: string) => ({ ref, sha256: `hash-of-${ref}` });
const accountId = 'account-1';
const rules: RetentionRules = { ...presets.hardened, retentionDays: 30 };

const created: AccountEvent = {
  type: 'AccountCreated',
  data: {
    ...{ accountId, tenantId: 'tenant-1', origin: 'cloud', username: vaulted('name'), language: 'en', roles: [] },
    ...{ groups: [], licensed: true, at: start },
  },
};
const registered = (methodId: string, ref: string): AccountEvent => ({
  type: 'MethodRegistered',
  data: { accountId, methodId, method: 'email', contact: vaulted(ref), by: 'user', epoch: 1, at: start },
});
const removed = (methodId: string): AccountEvent => ({
  type: 'MethodRemoved',
  data: { accountId, methodId, method: 'email', why: 'removed', epoch: 2, at: start },
});
const password = (n: number, at = start): AccountEvent => ({
  type: 'PasswordChanged',
  data: { accountId, credentialId: `c${n}`, credential: vaulted(`h${n}`), epoch: n, at },
});
const since = (ref: string, what: DataKind = 'email', supersededAt = start): Superseded => ({
  ref,
  what,
  supersededAt,
});
const destruction = (values: readonly Superseded[], now = day(30), of: Partial<RetentionRules> = {}) =>
  ({ type: 'RecordDestruction', data: { values, rules: { ...rules, ...of }, now } }) as const;
const destroyed = (values: readonly Superseded[], at = day(30)): AccountEvent => ({
  type: 'SupersededDataDestroyed',
  data: { accountId, tenantId: 'tenant-1', values, retentionDays: 30, at },
});

describe('RecordDestruction', () => {
  const replaced = given(account, created, registered('m1', 'old'), removed('m1'));

  it('says what was destroyed, to the millisecond not before the policy lets it', () => {
    replaced.when(destruction([since('old')], day(30, -1))).thenNothing();
    replaced.when(destruction([since('old')])).then(destroyed([since('old')]));
  });

  it('leaves alone what is still registered, whatever a row says', () => {
    given(account, created, registered('m1', 'old'), registered('m2', 'old'), removed('m1'))
      .when(destruction([since('old'), since('gone')]))
      .then(destroyed([since('gone')]));
    replaced.when(destruction([since('name', 'username')])).thenNothing();
  });

  it('is as quick or slow as the policy of the day', () => {
    const [event] = replaced.when(destruction([since('old')], day(10), { retentionDays: 10 })).events();
    expect(event).toMatchObject({ data: { retentionDays: 10 } });
    replaced.when(destruction([since('old')], day(30), { retentionDays: 31 })).thenNothing();
  });

  it('waits four days whatever an earlier release took, and as long as a new contact waits', () => {
    replaced.when(destruction([since('old')], day(4, -1), { retentionDays: 0 })).thenNothing();
    expect(replaced.when(destruction([since('old')], day(4), { retentionDays: 0 })).events()).toHaveLength(1);
    const limits = { ...rules.limits, coolingOffHours: 24 * 20 };
    replaced.when(destruction([since('old')], day(20, -1), { retentionDays: 4, limits })).thenNothing();
    expect(replaced.when(destruction([since('old')], day(20), { retentionDays: 4, limits })).events()).toHaveLength(1);
  });

  it('keeps the hashes that the history compares with, and the one that is current', () => {
    const { state, when } = given(account, created, password(1), password(2), password(3));
    const hashes = [1, 2, 3].map((n) => since(`h${n}`, 'password'));
    when(destruction(hashes)).then(destroyed([hashes[0]!, hashes[1]!]));
    const remembering = (history: number) => ({ passwords: { ...rules.passwords, history } });
    when(destruction(hashes, day(30), remembering(0))).then(destroyed([hashes[0]!, hashes[1]!]));
    when(destruction(hashes, day(30), remembering(2))).then(destroyed([hashes[0]!]));
    when(destruction(hashes, day(30), remembering(3))).thenNothing();
    expect(comparedWith(state, 2).map(({ credentialId }) => credentialId)).toEqual(['c3', 'c2']);
  });

  it('leaves a gap in the history, so that no other hash moves up', () => {
    const gone = destroyed([since('h1', 'password')]);
    const { state } = given(account, created, password(1), password(2), password(3), gone);
    expect(comparedWith(state, 3).map(({ credential }) => credential?.ref)).toEqual(['h3', 'h2', undefined]);
  });

  it('never destroys what was disowned, which may be somebody else’s by now', () => {
    const notMe: AccountEvent = {
      type: 'NotMeReported',
      data: {
        ...{ accountId, tenantId: 'tenant-1', caseId: 'case', noticeId: 'n', epoch: 4, at: start },
        notMe: { credentialId: 'c2', families: [] },
      },
    };
    given(account, created, password(1), password(2), notMe, password(3), password(4))
      .when(destruction([since('h1', 'password'), since('h2', 'password'), since('h3', 'password')]))
      .then(destroyed([since('h1', 'password'), since('h3', 'password')]));
  });

  it('leaves alone what somebody is just confirming', () => {
    const asked: AccountEvent = {
      type: 'ConfirmationAsked',
      data: {
        ...{ accountId, confirmationId: 'r1', purpose: 'registration', sessionId: 's', method: 'email' },
        ...{ contact: vaulted('new'), keyId: 'k', digits: 8, epoch: 0 },
        ...{ expiresAt: day(30, hours(1)), at: day(30) },
      },
    };
    const confirming = given(account, created, asked);
    confirming.when(destruction([since('new')])).thenNothing();
    expect(confirming.when(destruction([since('new')], day(31))).events()).toHaveLength(1);
  });

  it('keeps a device’s data as long as the device answers', () => {
    const paired: AccountEvent[] = [
      {
        type: 'DevicePaired',
        data: { accountId, deviceId: 'd', key: vaulted('key'), push: vaulted('push'), epoch: 1, at: start },
      },
      {
        type: 'MethodRegistered',
        data: {
          ...{ accountId, methodId: 'd', method: 'app-notification', contact: vaulted('phone') },
          by: 'user',
          epoch: 1,
          at: start,
        },
      },
    ];
    const values = [since('key', 'device-key'), since('push', 'push-subscription'), since('phone', 'app-notification')];
    given(account, created, ...paired)
      .when(destruction(values))
      .thenNothing();
    given(account, created, ...paired, {
      type: 'DeviceRemoved',
      data: { accountId, deviceId: 'd', epoch: 2, at: start },
    })
      .when(destruction(values))
      .then(destroyed(values));
  });

  it('is of an account there is', () =>
    given(account)
      .when(destruction([since('old')]))
      .thenRefuses('account-unknown'));
});
