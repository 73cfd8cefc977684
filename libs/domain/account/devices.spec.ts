import { given } from '../testing.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { account, type AccountCommand } from './account.js';
import type { AccountEvent } from './account.events.js';
import { devicesOf, pendingApprovals } from './devices.js';

type DataOf<T extends AccountEvent['type']> = Extract<AccountEvent, { type: T }>['data'];

const start: Instant = '2026-03-02T09:00:00.000Z';
const at = (n: number): Instant => plus(start, minutes(n));
const vaulted = (ref: string): VaultRef => ({ ref, sha256: `hash-of-${ref}` });
const accountId = 'account-1';

const created: AccountEvent = {
  type: 'AccountCreated',
  data: {
    accountId,
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
const paired = (n: number): readonly AccountEvent[] => [
  {
    type: 'DevicePaired',
    data: {
      accountId,
      deviceId: `device-${n}`,
      key: vaulted(`key-${n}`),
      push: vaulted(`push-${n}`),
      epoch: n,
      at: at(n),
    },
  },
  {
    type: 'MethodRegistered',
    data: {
      accountId,
      methodId: `device-${n}`,
      method: 'app-notification',
      contact: vaulted(`name-${n}`),
      by: 'user',
      ...(n > 1 && { recoversFrom: plus(at(n), hours(24)) }),
      epoch: n,
      at: at(n),
    },
  },
];
const pairing = (n: number, epoch = n - 1): AccountCommand => ({
  type: 'PairDevice',
  data: {
    deviceId: `device-${n}`,
    key: vaulted(`key-${n}`),
    push: vaulted(`push-${n}`),
    name: vaulted(`name-${n}`),
    epoch,
    registration: { gatesRequired: 1, coolingOffHours: 24 },
    notices: [],
    now: at(n),
  },
});
const asking = (n: number): AccountCommand => ({
  type: 'AskApproval',
  data: { recoveryId: 'recovery-1', challengeId: `challenge-${n}`, expiresAt: at(n + 5), now: at(n) },
});
const asked = (n: number): AccountEvent => ({
  type: 'ApprovalAsked',
  data: { accountId, recoveryId: 'recovery-1', challengeId: `challenge-${n}`, expiresAt: at(n + 5), at: at(n) },
});
const answering = (n: number, when: number, change: Partial<DataOf<'ApprovalAnswered'>> = {}): AccountCommand => ({
  type: 'AnswerApproval',
  data: { ...answer(n), ...change, now: at(when) },
});
const answer = (n: number) => ({
  challengeId: `challenge-${n}`,
  deviceId: 'device-1',
  answer: 'approved' as const,
  proof: vaulted('proof'),
});
const answered = (n: number, when: number): AccountEvent => ({
  type: 'ApprovalAnswered',
  data: { accountId, recoveryId: 'recovery-1', ...answer(n), at: at(when) },
});
const removing: AccountCommand = { type: 'RemoveDevice', data: { deviceId: 'device-1', notices: [], now: at(9) } };
const removed: AccountEvent = { type: 'DeviceRemoved', data: { accountId, deviceId: 'device-1', epoch: 2, at: at(9) } };

const five = [1, 2, 3, 4, 5].flatMap(paired);

describe('pairing a device', () => {
  it('registers the method with it and makes older recoveries stale', () => {
    given(account, created)
      .when(pairing(1))
      .then(...paired(1));
  });

  it('happens once', () =>
    given(account, created, ...paired(1))
      .when(pairing(1, 1))
      .thenNothing());

  it('is refused when the account changed after the offer', () => {
    given(account, created, ...paired(1))
      .when(pairing(2, 0))
      .thenRefuses('pairing-invalid');
  });

  it('is refused to a disabled account', () => {
    const disabled: AccountEvent = { type: 'AccountDisabled', data: { accountId, epoch: 1, at: at(1) } };
    given(account, created, disabled).when(pairing(2, 1)).thenRefuses('pairing-invalid');
  });

  it('takes five and no more', () => {
    given(account, created, ...five.slice(0, 8))
      .when(pairing(5))
      .then(...paired(5));
    given(account, created, ...five)
      .when(pairing(6))
      .thenRefuses('too-many-devices');
  });

  it('is not for an account that does not exist', () => given(account).when(pairing(1)).thenRefuses('account-unknown'));
});

it('F13: a device beside something that could already recover waits for a day, a first one does not', () => {
  const waits = (past: readonly AccountEvent[], command: AccountCommand) =>
    given(account, created, ...past)
      .when(command)
      .events()
      .flatMap((event) => (event.type === 'MethodRegistered' ? [event.data.recoversFrom] : []));
  expect(waits([], pairing(1))).toEqual([undefined]);
  expect(waits(paired(1), pairing(2))).toEqual([plus(at(2), hours(24))]);
  // Nor does it help to take the first one off before.
  const another: AccountCommand = { ...pairing(2), data: { ...pairing(2).data, epoch: 2 } } as AccountCommand;
  expect(waits([...paired(1), removed], another)).toEqual([plus(at(2), hours(24))]);
});

describe('removing a device', () => {
  it('takes its method along and makes older recoveries stale', () => {
    given(account, created, ...paired(1))
      .when(removing)
      .then(removed);
    const { state } = given(account, created, ...paired(1), removed);
    expect([state.devices, state.methods, state.epoch]).toEqual([[], [], 2]);
  });

  it('is nothing for one that is not there', () => given(account, created).when(removing).thenNothing());
});

describe('an approval', () => {
  it('is asked once', () => {
    given(account, created, ...paired(1))
      .when(asking(2))
      .then(asked(2));
    given(account, created, ...paired(1), asked(2))
      .when(asking(2))
      .thenNothing();
  });

  it('is asked of nobody where there is no device', () => given(account, created).when(asking(2)).thenNothing());

  it('is answered by a device of the account, once', () => {
    given(account, created, ...paired(1), asked(2))
      .when(answering(2, 3))
      .then(answered(2, 3));
    given(account, created, ...paired(1), asked(2), answered(2, 3))
      .when(answering(2, 4))
      .thenRefuses('approval-closed');
  });

  it('takes no answer of another device, or of one that was removed', () => {
    const stranger = answering(2, 3, { deviceId: 'device-7' });
    given(account, created, ...paired(1), asked(2))
      .when(stranger)
      .thenRefuses('device-invalid');
    given(account, created, ...paired(1), asked(2), removed)
      .when(answering(2, 3))
      .thenRefuses('device-invalid');
  });

  it('takes no answer when its time is up, to the millisecond', () => {
    const story = given(account, created, ...paired(1), asked(2));
    const late = (ms: number): AccountCommand => ({
      type: 'AnswerApproval',
      data: { ...answer(2), now: plus(at(7), ms) },
    });
    expect(story.when(late(-1)).events()).toHaveLength(1);
    story.when(late(0)).thenRefuses('approval-closed');
  });

  it('waits until it is answered or its time is up', () => {
    const { state } = given(account, created, ...paired(1), asked(2), asked(3), answered(2, 3));
    expect(pendingApprovals(state, at(4)).map(({ challengeId }) => challengeId)).toEqual(['challenge-3']);
    expect(pendingApprovals(state, at(8))).toEqual([]);
  });

  it('is forgotten when a later one is asked after its time', () => {
    const { state } = given(account, created, ...paired(1), asked(2), asked(9));
    expect(state.approvals.map(({ challengeId }) => challengeId)).toEqual(['challenge-9']);
  });
});

describe('a push subscription', () => {
  const story = given(account, created, ...paired(1));
  const gone = (ref: string): AccountCommand => ({
    type: 'UnsubscribePush',
    data: { deviceId: 'device-1', push: vaulted(ref), why: 'gone', now: at(2) },
  });
  const unsubscribed: AccountEvent = {
    type: 'PushUnsubscribed',
    data: { accountId, deviceId: 'device-1', why: 'gone', at: at(2) },
  };

  it('ends, and a newer one stays', () => {
    story.when(gone('push-1')).then(unsubscribed);
    story.when(gone('push-0')).thenNothing();
    expect(given(account, created, ...paired(1), unsubscribed).state.devices[0]?.push).toBeNull();
  });

  it('is changed by its device alone', () => {
    const subscribe = (deviceId: string): AccountCommand => ({
      type: 'SubscribePush',
      data: { deviceId, push: vaulted('push-2'), now: at(2) },
    });
    story.when(subscribe('device-1')).then({
      type: 'PushSubscribed',
      data: { accountId, deviceId: 'device-1', push: vaulted('push-2'), at: at(2) },
    });
    story.when(subscribe('device-2')).thenRefuses('device-invalid');
  });
});

it('a device whose method is gone is none', () => {
  const { state } = given(account, created, ...paired(1));
  expect(devicesOf({ ...state, methods: [] })).toEqual([]);
});
