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
      writes: 1,
      fenced: true,
      families: [],
      notices: [],
      alerts: [],
      now: at,
    },
  }) as const;
const written = (n: number): AccountEvent => ({
  type: 'PasswordWritten',
  data: {
    accountId,
    writebackId: `writeback-${n}`,
    recoveryId: `recovery-${n}`,
    credentialId: `credential-${n}`,
    writes: 1,
    fenced: true,
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

  it('leaves the password as it is', () => {
    const { state } = given(account, created, asked(1), unlocked(1));
    expect(state).toMatchObject({ credential: null, unlocks: [at], usedRecoveries: ['recovery-1'] });
  });
});
