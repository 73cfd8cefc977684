import { given } from '../testing.js';
import { account } from './account.js';
import type { AccountEvent } from './account.events.js';

const at = '2026-03-02T09:00:00.000Z';
const accountId = 'account-1';
const tenantId = 'tenant-1';
const created: AccountEvent = {
  type: 'AccountCreated',
  data: {
    accountId,
    tenantId,
    origin: 'hybrid',
    username: { ref: 'name', sha256: '' },
    language: 'en',
    roles: [],
    groups: [],
    licensed: true,
    at,
  },
};
const wish = (n: number) =>
  ({
    writebackId: `writeback-${n}`,
    kind: 'reset',
    recoveryId: `recovery-${n}`,
    credentialId: `credential-${n}`,
    sealed: { ref: `sealed-${n}`, sha256: '' },
    doubleReset: false,
    deadline: '2026-03-02T09:02:00.000Z',
  }) as const;
const requesting = (n: number, epoch: number) =>
  ({ type: 'RequestWriteback', data: { ...wish(n), epoch, limits: { unlocksPerDay: 3 }, now: at } }) as const;
const requested = (n: number, fence: number): AccountEvent => ({
  type: 'WritebackRequested',
  data: { ...wish(n), accountId, tenantId, fence, at },
});
const done = (n: number) =>
  ({
    type: 'RecordPasswordWritten',
    data: {
      writebackId: `writeback-${n}`,
      recoveryId: `recovery-${n}`,
      credentialId: `credential-${n}`,
      fence: n,
      writes: 1,
      fenced: true,
      families: [],
      notices: [],
      alerts: [],
      now: at,
    },
  }) as const;
const written = (n: number, more: { overtaken?: 'later-write' | 'not-me' } = {}): AccountEvent => ({
  type: 'PasswordWritten',
  data: {
    accountId,
    writebackId: `writeback-${n}`,
    recoveryId: `recovery-${n}`,
    credentialId: `credential-${n}`,
    fence: n,
    writes: 1,
    fenced: true,
    ...more,
    at,
  },
});
const failing = (n: number) =>
  ({
    type: 'RecordWritebackFailed',
    data: {
      writebackId: `writeback-${n}`,
      recoveryId: `recovery-${n}`,
      result: 'not-heard-of',
      notices: [],
      alerts: [],
      now: at,
    },
  }) as const;
const failed = (n: number): AccountEvent => ({
  type: 'WritebackFailed',
  data: {
    accountId,
    writebackId: `writeback-${n}`,
    recoveryId: `recovery-${n}`,
    result: 'not-heard-of',
    at,
  },
});

describe('RequestWriteback', () => {
  it('raises the epoch, which is the fence, so that one of two begun together is refused', () => {
    given(account, created).when(requesting(1, 0)).then(requested(1, 1));
    given(account, created, requested(1, 1)).when(requesting(2, 0)).thenRefuses('superseded');
    given(account, created, requested(1, 1)).when(requesting(2, 1)).then(requested(2, 2));
  });

  it('refuses a disabled account, and a recovery that set a password before', () => {
    const disabled: AccountEvent = { type: 'AccountDisabled', data: { accountId, epoch: 1, at } };
    given(account, created, disabled).when(requesting(1, 1)).thenRefuses('superseded');
    given(account, created, requested(1, 1), written(1)).when(requesting(1, 1)).thenRefuses('superseded');
  });
});

describe('what became of it', () => {
  it('is recorded once, whatever the account looks like by then', () => {
    given(account, created, requested(1, 1)).when(done(1)).then(written(1));
    given(account, created, requested(1, 1), written(1)).when(done(1)).thenNothing();
    given(account, created, requested(1, 1), failed(1)).when(done(1)).then(written(1));
  });

  it('takes away what stood in the way of its owner', () => {
    const mustChange: AccountEvent = { type: 'PasswordChangeRequired', data: { accountId, at } };
    const { state } = given(account, created, mustChange, requested(1, 1), written(1));
    expect(state).toMatchObject({ mustChange: false, epoch: 1, lastReset: { at }, writebacks: [] });
    expect(state.credential).toEqual({ credentialId: 'credential-1', credential: null, at });
  });

  it('does not take the place of a later one that came to be known first', () => {
    const overtaken = written(1, { overtaken: 'later-write' });
    for (const before of [[requested(1, 1)], [requested(1, 1), failed(1)]]) {
      const past = [created, ...before, requested(2, 2), written(2)];
      given(account, ...past)
        .when(done(1))
        .then(overtaken);
      const { state } = given(account, ...past, overtaken);
      expect(state).toMatchObject({ writebacks: [], writtenFence: 2, usedRecoveries: ['recovery-1', 'recovery-2'] });
      expect(state.credential?.credentialId).toBe('credential-2');
      given(account, ...past, overtaken)
        .when(done(1))
        .thenNothing();
    }
  });

  it('opens nothing when its owner disowned the account after it was asked for', () => {
    const disputed = { caseId: 'case-1', noticeId: 'notice-1', notMe: { credentialId: null, families: [] } };
    const disowned: AccountEvent = {
      type: 'NotMeReported',
      data: { accountId, tenantId, ...disputed, epoch: 2, at },
    };
    const past = [created, requested(1, 1), disowned];
    given(account, ...past)
      .when(done(1))
      .then(written(1, { overtaken: 'not-me' }));
    const { state } = given(account, ...past, written(1, { overtaken: 'not-me' }));
    expect(state).toMatchObject({ credential: null, writebacks: [], usedRecoveries: ['recovery-1'], lastReset: null });
    const lifted: AccountEvent = {
      type: 'NotMeLifted',
      data: { accountId, caseId: 'case-1', memberId: 'member-1', at },
    };
    given(account, ...past, lifted)
      .when(done(1))
      .then(written(1));
    given(account, ...past, requested(3, 3))
      .when(done(3))
      .then(written(3));
  });

  it('is a failure once, and only of what is open', () => {
    given(account, created, requested(1, 1)).when(failing(1)).then(failed(1));
    given(account, created, requested(1, 1), failed(1)).when(failing(1)).thenNothing();
    given(account, created, requested(1, 1), written(1)).when(failing(1)).thenNothing();
  });
});

describe('an unlock alone', () => {
  const unlocking = (n: number, epoch: number) =>
    ({
      type: 'RequestWriteback',
      data: {
        ...wish(n),
        kind: 'unlock',
        credentialId: null,
        sealed: null,
        epoch,
        limits: { unlocksPerDay: 2 },
        now: at,
      },
    }) as const;
  const asked = (n: number): AccountEvent => ({
    type: 'WritebackRequested',
    data: { ...wish(n), kind: 'unlock', credentialId: null, sealed: null, accountId, tenantId, fence: n, at },
  });
  const unlocked = (n: number): AccountEvent => ({
    type: 'UnlockWritten',
    data: {
      accountId,
      writebackId: `writeback-${n}`,
      recoveryId: `recovery-${n}`,
      writes: 1,
      fenced: true,
      at,
    },
  });

  it('counts towards the day’s limit as soon as it is asked for, unless it comes to nothing', () => {
    given(account, created).when(unlocking(1, 0)).then(asked(1));
    given(account, created, asked(1), asked(2)).when(unlocking(3, 2)).thenRefuses('unlock-limit');
    given(account, created, asked(1), unlocked(1), asked(2)).when(unlocking(3, 2)).thenRefuses('unlock-limit');
    given(account, created, asked(1), failed(1), asked(2)).when(unlocking(3, 2)).then(asked(3));
  });

  it('waits while a reset of several writes is under way, which it would cut off', () => {
    const twice = requested(1, 1);
    const under = { ...twice, data: { ...twice.data, doubleReset: true } } as AccountEvent;
    given(account, created, under).when(unlocking(2, 1)).thenRefuses('unavailable');
    given(account, created, under).when(requesting(2, 1)).then(requested(2, 2));
    given(account, created, under, written(1)).when(unlocking(2, 1)).then(asked(2));
    given(account, created, under, failed(1)).when(unlocking(2, 1)).then(asked(2));
  });

  it('is recorded once, also when it had been given up', () => {
    const {
      accountId: _,
      at: now,
      ...data
    } = unlocked(1).data as Extract<AccountEvent, { type: 'UnlockWritten' }>['data'];
    const done = { type: 'RecordUnlockWritten', data: { ...data, notices: [], now } } as const;
    given(account, created, asked(1)).when(done).then(unlocked(1));
    given(account, created, asked(1), failed(1)).when(done).then(unlocked(1));
    given(account, created, asked(1), failed(1), unlocked(1)).when(done).thenNothing();
    given(account, created, asked(1), failed(1), unlocked(1), asked(2))
      .when(unlocking(3, 2))
      .thenRefuses('unlock-limit');
  });

  it('leaves the password as it is', () => {
    const { state } = given(account, created, asked(1), unlocked(1));
    expect(state).toMatchObject({ credential: null, unlocks: [at], usedRecoveries: ['recovery-1'] });
  });
});
