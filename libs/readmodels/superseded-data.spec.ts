import type { DataKind } from '#libs/domain/account/retention';
import type { DataOf } from '#libs/domain/events';
import type { Method } from '#libs/domain/methods';
import { supersededIn } from './held-data.js';
import type { LoggedEvent } from './projected-event.js';
import { supersededData } from './superseded-data.js';
import { logged, rowsFrom } from './testing.js';

const accountId = 'a';
const vaulted = (ref: string) => ({ ref, sha256: 'sha' });
const day = (n: number): string => `2026-01-${String(n).padStart(2, '0')}T10:00:00.000Z`;
const told = <T extends 'MethodRegistered' | 'MethodRemoved'>(type: T, data: object): LoggedEvent =>
  logged('account-a', type, { accountId, ...data } as Partial<DataOf<T>>);

const created = logged('account-a', 'AccountCreated', {
  accountId,
  tenantId: 't',
  username: vaulted('name'),
  at: day(1),
});
const registers = (methodId: string, method: Method, ref: string, at = day(1)) =>
  told('MethodRegistered', { methodId, method, contact: vaulted(ref), at });
const removes = (methodId: string, at: string) => told('MethodRemoved', { methodId, at });
const password = (n: number, at = day(n)) =>
  logged('account-a', 'PasswordChanged', { accountId, credentialId: `c${n}`, credential: vaulted(`h${n}`), at });
const destroyed = (...refs: string[]) =>
  logged('account-a', 'SupersededDataDestroyed', {
    accountId,
    values: refs.map((ref) => ({ ref, what: 'email', supersededAt: day(1) })),
    at: day(28),
  });

const row = (...events: LoggedEvent[]) => rowsFrom(supersededData, created, ...events)[0]!;
/** `ref since day` of everything that may go, when one hash is kept. */
const superseded = (events: LoggedEvent[], hashesKept = 1): string[] =>
  supersededIn(row(...events), hashesKept)
    .map(({ ref, supersededAt }) => `${ref} since ${Number(supersededAt.slice(8, 10))}`)
    .sort();

describe('superseded data', () => {
  it('begins with nothing', () => {
    expect(row()).toMatchObject({ tenant_id: 't', others_since: null, hash_count: 0, hashes_since: null });
    expect(superseded([registers('m', 'email', 'mail'), password(2)])).toEqual([]);
  });

  it('is a contact that was removed or replaced, from then on', () => {
    const events = [registers('m1', 'email', 'old'), removes('m1', day(3)), registers('m2', 'email', 'new', day(3))];
    expect(superseded(events)).toEqual(['old since 3']);
    expect(row(...events)).toMatchObject({ others_since: day(3), superseded: [{ ref: 'old', what: 'email' }] });
  });

  it('is no number that is still good for something else', () => {
    const phone = [registers('m1', 'sms', 'number'), registers('m2', 'mobile-call', 'number')];
    expect(superseded([...phone, removes('m1', day(3))])).toEqual([]);
    expect(superseded([...phone, removes('m1', day(3)), removes('m2', day(4))])).toEqual(['number since 4']);
  });

  it('is a contact nobody confirmed, once its code has expired', () => {
    const asked = (ref: string, purpose: 'registration' | 'step-up', expires: number) =>
      logged('account-a', 'ConfirmationAsked', {
        ...{ accountId, purpose, method: 'email', contact: vaulted(ref), expiresAt: day(expires) },
      });
    expect(superseded([asked('typo', 'registration', 2), asked('typo', 'registration', 3)])).toEqual(['typo since 3']);
    expect(superseded([asked('mail', 'registration', 2), registers('m', 'email', 'mail', day(1))])).toEqual([]);
    expect(superseded([registers('m', 'email', 'mail'), asked('mail', 'step-up', 2)])).toEqual([]);
  });

  it('is a contact that no second administrator approved', () => {
    const proposed = logged('account-a', 'ContactProposed', {
      ...{ accountId, method: 'email', contact: vaulted('proposed'), expiresAt: day(2) },
    });
    expect(superseded([proposed])).toEqual(['proposed since 2']);
    expect(superseded([proposed, registers('m', 'email', 'proposed')])).toEqual([]);
  });

  it('is an earlier name, and an earlier person of the directory', () => {
    const events = [
      logged('account-a', 'AccountRenamed', { accountId, username: vaulted('name 2'), at: day(3) }),
      logged('account-a', 'DirectoryUserLinked', { accountId, directoryUser: vaulted('d1'), at: day(4) }),
      logged('account-a', 'DirectoryUserLinked', { accountId, directoryUser: vaulted('d2'), at: day(5) }),
    ];
    expect(superseded(events)).toEqual(['d1 since 5', 'name since 3']);
  });

  it('is everything of a device that was removed, and a push subscription as soon as it ends', () => {
    const paired = [
      logged('account-a', 'DevicePaired', {
        accountId,
        deviceId: 'd',
        key: vaulted('key'),
        push: vaulted('p1'),
        at: day(1),
      }),
      registers('d', 'app-notification', 'label'),
    ];
    const subscribed = logged('account-a', 'PushSubscribed', {
      accountId,
      deviceId: 'd',
      push: vaulted('p2'),
      at: day(2),
    });
    const ended = logged('account-a', 'PushUnsubscribed', { accountId, deviceId: 'd', why: 'gone', at: day(3) });
    const gone = logged('account-a', 'DeviceRemoved', { accountId, deviceId: 'd', at: day(4) });
    expect(superseded([...paired, subscribed, ended])).toEqual(['p1 since 2', 'p2 since 3']);
    expect(superseded([...paired, gone])).toEqual(['key since 4', 'label since 4', 'p1 since 4']);
    expect(superseded([...paired, removes('d', day(4))])).toEqual(['key since 4', 'label since 4', 'p1 since 4']);
    const kinds: DataKind[] = row(...paired, gone).superseded.map(({ what }) => what);
    expect(kinds.sort()).toEqual(['app-notification', 'device-key', 'push-subscription']);
  });

  it('is a hash that fell out of the history, since it was replaced', () => {
    const events = [password(1), password(2), password(3)];
    expect(superseded(events)).toEqual(['h1 since 2', 'h2 since 3']);
    expect(superseded(events, 2)).toEqual(['h1 since 2']);
    expect(row(...events)).toMatchObject({ hash_count: 3, hashes_since: day(2), others_since: null });
    expect(row(...events, destroyed('h1'))).toMatchObject({ hash_count: 2, hashes_since: day(3) });
    expect(row(...events, destroyed('h1', 'h2'))).toMatchObject({ hash_count: 1, hashes_since: null });
    expect(superseded([...events, destroyed('h2'), password(4)], 2)).toEqual(['h1 since 2']);
  });

  it('is no disowned hash before another one is disowned', () => {
    const notMe = (credentialId: string, at: string) =>
      logged('account-a', 'NotMeReported', { accountId, notMe: { credentialId, families: [] }, at });
    const once = [password(1), password(2), notMe('c2', day(3)), password(4), password(5)];
    expect(superseded(once)).toEqual(['h1 since 2', 'h4 since 5']);
    expect(superseded([...once, notMe('c5', day(6)), password(7)])).toEqual(['h1 since 2', 'h2 since 6', 'h4 since 5']);
  });

  it('is the hash of a password that lies in a directory now', () => {
    const written = (credentialId: string, at: string) =>
      logged('account-a', 'PasswordWritten', { accountId, credentialId, at });
    const events = [password(1), password(2), written('w1', day(3)), written('w2', day(4))];
    expect(superseded(events)).toEqual(['h1 since 2', 'h2 since 3']);
    expect(row(written('w1', day(2)), written('w2', day(3)))).toMatchObject({ hash_count: 0, hashes_since: null });
    expect(superseded([written('w1', day(2)), password(3), password(4)])).toEqual(['h3 since 4']);
  });

  it('ends with its destruction', () => {
    const events = [registers('m', 'email', 'old'), removes('m', day(3)), destroyed('old', 'unheard-of')];
    expect(superseded(events)).toEqual([]);
    expect(row(...events).others_since).toBeNull();
  });
});
