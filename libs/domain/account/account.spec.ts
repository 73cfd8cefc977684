import { presets } from '../tenant/policy.js';
import { given } from '../testing.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { account, decoy } from './account.js';
import type { AccountState } from './account.state.js';
import type { AccountEvent } from './account.events.js';
import type { Notice } from './notices.js';
import { react } from './account.reactions.js';

const start: Instant = '2026-03-02T09:00:00.000Z';
const minute = (n: number): Instant => plus(start, minutes(n));
const { limits } = presets.hardened;
const accountId = 'account-1';
const vaulted = (ref: string): VaultRef => ({ ref, sha256: `hash-of-${ref}` });

const person = {
  accountId,
  tenantId: 'tenant-1',
  origin: 'cloud',
  username: vaulted('username'),
  language: 'ja',
  roles: [],
  groups: ['sspr-users'],
  licensed: true,
} as const;
const created: AccountEvent = { type: 'AccountCreated', data: { ...person, at: start } };
const disabled: AccountEvent = { type: 'AccountDisabled', data: { accountId, epoch: 1, at: minute(1) } };
const passwordSet = (n: number, epoch: number): AccountEvent => ({
  type: 'PasswordSet',
  data: { accountId, credentialId: `credential-${n}`, credential: vaulted(`hash-${n}`), epoch, at: minute(n) },
});
const notice: Notice = { noticeId: 'notice-1', template: 'password-was-reset', contact: vaulted('email') };

describe('CreateAccount', () => {
  const creating = { type: 'CreateAccount', data: { ...person, now: start } } as const;

  it('creates', () => given(account).when(creating).then(created));
  it('refuses an account that exists', () => given(account, created).when(creating).thenRefuses('account-exists'));
});

describe('DisableAccount and EnableAccount', () => {
  const disabling = { type: 'DisableAccount', data: { now: minute(1) } } as const;
  const enabling = { type: 'EnableAccount', data: { now: minute(2) } } as const;

  it('make whatever is under way stale', () => {
    given(account, created).when(disabling).then(disabled);
    given(account, created, disabled)
      .when(enabling)
      .then({ type: 'AccountEnabled', data: { accountId, epoch: 2, at: minute(2) } });
  });

  it('stay quiet where it is so already', () => {
    given(account, created, disabled).when(disabling).thenNothing();
    given(account, created).when(enabling).thenNothing();
  });

  it('the directory enables only whom it disabled itself', () => {
    const byDirectory = { by: 'directory' } as const;
    const gone = { type: 'DisableAccount', data: { ...byDirectory, now: minute(1) } } as const;
    const back = { type: 'EnableAccount', data: { ...byDirectory, now: minute(2) } } as const;
    const wasGone = { type: 'AccountDisabled', data: { ...disabled.data, ...byDirectory } } as const;
    given(account, created).when(gone).then(wasGone);
    given(account, created, wasGone)
      .when(back)
      .then({ type: 'AccountEnabled', data: { accountId, epoch: 2, ...byDirectory, at: minute(2) } });
    given(account, created, disabled).when(back).thenNothing();
    given(account, created, disabled).when(gone).thenNothing();
    // An administrator's word on top of the directory's.
    given(account, created, wasGone)
      .when(disabling)
      .then({ type: 'AccountDisabled', data: { accountId, epoch: 2, at: minute(1) } });
  });

  it('refuse an unknown account', () => given(account).when(disabling).thenRefuses('account-unknown'));
});

describe('RegisterMethod', () => {
  const mail = { methodId: 'method-1', method: 'email', contact: vaulted('email'), by: 'user' } as const;
  const registering = { type: 'RegisterMethod', data: { ...mail, now: minute(1) } } as const;
  const registered: AccountEvent = {
    type: 'MethodRegistered',
    data: { accountId, ...mail, epoch: 1, at: minute(1) },
  };

  it('registers and makes recoveries under way stale', () => {
    given(account, created).when(registering).then(registered);
  });

  it('stays quiet about the same one', () => given(account, created, registered).when(registering).thenNothing());
  it('refuses an unknown account', () => given(account).when(registering).thenRefuses('account-unknown'));
});

describe('SetPassword', () => {
  const setting = {
    type: 'SetPassword',
    data: { credentialId: 'credential-1', credential: vaulted('hash-1'), now: minute(1) },
  } as const;

  it('sets', () => given(account, created).when(setting).then(passwordSet(1, 1)));
  it('refuses an unknown account', () => given(account).when(setting).thenRefuses('account-unknown'));
});

describe('ChangePassword', () => {
  const changing = {
    type: 'ChangePassword',
    data: {
      credentialId: 'credential-2',
      credential: vaulted('hash-2'),
      provedCredentialId: 'credential-1',
      notices: [{ ...notice, template: 'password-was-changed' }],
      now: minute(2),
    },
  } as const;

  it('changes, and asks for its notices in the same breath', () => {
    given(account, created, passwordSet(1, 1))
      .when(changing)
      .then(
        {
          type: 'PasswordChanged',
          data: {
            accountId,
            credentialId: 'credential-2',
            credential: vaulted('hash-2'),
            epoch: 2,
            at: minute(2),
          },
        },
        {
          type: 'NoticeRequested',
          data: {
            ...notice,
            template: 'password-was-changed',
            notMe: { credentialId: 'credential-2', families: [] },
            accountId,
            tenantId: 'tenant-1',
            at: minute(2),
          },
        },
      );
  });

  it('refuses when the password proved is no longer the current one', () => {
    given(account, created, passwordSet(1, 1), passwordSet(2, 2)).when(changing).thenRefuses('superseded');
    given(account, created).when(changing).thenRefuses('superseded');
  });

  it('refuses a disabled and an unknown account', () => {
    given(account, created, passwordSet(1, 1), disabled).when(changing).thenRefuses('account-disabled');
    given(account).when(changing).thenRefuses('account-unknown');
  });
});

describe('ResetPassword', () => {
  const resetting = (recoveryId = 'recovery-1', epoch = 1) =>
    ({
      type: 'ResetPassword',
      data: {
        recoveryId,
        credentialId: 'credential-2',
        credential: vaulted('hash-2'),
        epoch,
        families: ['email'],
        notices: [notice],
        now: minute(2),
      },
    }) as const;
  const reset: AccountEvent = {
    type: 'PasswordReset',
    data: {
      accountId,
      recoveryId: 'recovery-1',
      credentialId: 'credential-2',
      credential: vaulted('hash-2'),
      epoch: 2,
      at: minute(2),
    },
  };

  it('A5: is the commit: new password and notices in one append', () => {
    given(account, created, passwordSet(1, 1))
      .when(resetting())
      .then(reset, {
        type: 'NoticeRequested',
        data: {
          ...notice,
          notMe: { credentialId: 'credential-2', families: ['email'] },
          accountId,
          tenantId: 'tenant-1',
          recoveryId: 'recovery-1',
          at: minute(2),
        },
      });
  });

  it('T8: happens once for a recovery', () => {
    given(account, created, passwordSet(1, 1), reset)
      .when(resetting('recovery-1', 2))
      .thenRefuses('superseded', { why: 'recovery-used' });
  });

  it('T14: refuses when the account has moved on since the recovery began', () => {
    given(account, created, passwordSet(1, 1), passwordSet(3, 2))
      .when(resetting())
      .thenRefuses('superseded', { why: 'account-changed' });
  });

  it('refuses a disabled and an unknown account', () => {
    given(account, created, passwordSet(1, 1), disabled)
      .when(resetting())
      .thenRefuses('superseded', { why: 'account-disabled' });
    given(account).when(resetting()).thenRefuses('account-unknown');
  });

  it('frees the limits, keeps the former password, remembers the recovery', () => {
    const { state } = given(
      account,
      created,
      passwordSet(1, 1),
      reserved(1),
      settled(1, 'failed', { family: 'all', until: minute(60) }),
      reset,
    );
    expect(state).toMatchObject({
      proofs: [],
      blocks: {},
      credential: { credentialId: 'credential-2' },
      formerCredentials: [{ credentialId: 'credential-1' }],
      usedRecoveries: ['recovery-1'],
    });
  });

  it('remembers as many former passwords as a policy may ask for, and no more', () => {
    const thirty = Array.from({ length: 30 }, (_, i) => passwordSet(i, i + 1));
    const { formerCredentials } = given(account, created, ...thirty).state;
    expect(formerCredentials.map(({ credentialId }) => credentialId)).toEqual(
      Array.from({ length: 24 }, (_, i) => `credential-${28 - i}`),
    );
  });
});

const attempt = (n: number, proven = true) => ({
  reservationId: `reservation-${n}`,
  recoveryId: 'recovery-1',
  family: 'email' as const,
  source: 'source-1',
  proven,
});
const reserved = (n: number, proven = true): AccountEvent => ({
  type: 'ProofReserved',
  data: { accountId, ...attempt(n, proven), at: minute(n) },
});
const settled = (
  n: number,
  result: 'passed' | 'failed',
  block?: { family: 'all' | 'email'; until: Instant },
): AccountEvent => ({
  type: 'ProofSettled',
  data: {
    accountId,
    reservationId: `reservation-${n}`,
    recoveryId: 'recovery-1',
    result,
    ...(block && { block }),
    at: minute(n),
  },
});

describe('ReserveProof', () => {
  const reserving = (n: number) => ({ type: 'ReserveProof', data: { ...attempt(n), limits, now: minute(n) } }) as const;

  it('G4: counts a try before it is compared', () => given(account, created).when(reserving(1)).then(reserved(1)));

  it('G1: refuses the sixth of a recovery and family, settled or not', () => {
    const five = [reserved(1), settled(1, 'failed'), reserved(2), reserved(3), reserved(4), reserved(5)];
    given(account, created, ...five.slice(0, -1))
      .when(reserving(5))
      .then(reserved(5));
    given(account, created, ...five)
      .when(reserving(6))
      .thenRefuses('blocked', { family: 'email', until: plus(minute(1), hours(24)) });
  });

  it('does not count what passed', () => {
    const passes = [1, 2, 3, 4, 5].flatMap((n) => [reserved(n), settled(n, 'passed')]);
    given(account, created, ...passes)
      .when(reserving(6))
      .then(reserved(6));
  });

  it('counts for a name that nobody has, on its own stream', () => {
    expect(decoy.category).toBe('decoy');
    given(decoy)
      .when(reserving(1))
      .then({ type: 'ProofReserved', data: { accountId: '', ...attempt(1), at: minute(1) } });
  });
});

describe('ReserveProof', () => {
  const reserving = (n: number, family: 'email' | 'app', more: object = {}) =>
    ({
      type: 'ReserveProof',
      data: {
        ...{ reservationId: `reservation-${n}`, recoveryId: `recovery-${n}`, source: `source-${n}` },
        ...{ family, proven: false, limits, now: minute(n), ...more },
      },
    }) as const;

  it('refuses a recovery that began before the account changed', () => {
    given(account, created)
      .when(reserving(1, 'email', { epoch: 7 }))
      .thenRefuses('superseded');
  });

  it('closes the app to strangers after 20 failures from anywhere, and leaves mail open', () => {
    const twenty = Array.from({ length: 20 }, (_, n) => ({
      type: 'ProofReserved' as const,
      data: {
        ...{ accountId, reservationId: `stranger-${n}`, recoveryId: `strange-${n}`, source: `strange-${n}` },
        ...{ family: 'app' as const, proven: false, at: minute(1) },
      },
    }));
    given(account, created, ...twenty)
      .when(reserving(2, 'app'))
      .thenRefuses('method-not-available');
    expect(
      given(account, created, ...twenty)
        .when(reserving(2, 'app', { familiar: true }))
        .events(),
    ).toHaveLength(1);
    expect(
      given(account, created, ...twenty)
        .when(reserving(2, 'email'))
        .events(),
    ).toHaveLength(1);
    expect(
      given(account, created, ...twenty)
        .when(reserving(2, 'app', { proven: true }))
        .events(),
    ).toHaveLength(1);
  });
});

describe('a passed try that waits to be settled', () => {
  const reserving = (n: number, passed: readonly string[]) =>
    ({ type: 'ReserveProof', data: { ...attempt(n), limits, passed, now: minute(n) } }) as const;
  const passed = (n: number, at: number): AccountEvent => ({
    type: 'ProofSettled',
    data: { accountId, reservationId: `reservation-${n}`, recoveryId: 'recovery-1', result: 'passed', at: minute(at) },
  });

  it('is settled together with the next try of its recovery', () => {
    given(account, created, reserved(1))
      .when(reserving(2, ['reservation-1']))
      .then(passed(1, 2), reserved(2));
  });

  it('is settled together with the new password', () => {
    const data = { credentialId: 'credential-1', credential: vaulted('hash-1'), epoch: 0, notices: [], now: minute(2) };
    const [settlement, reset] = given(account, created, reserved(1))
      .when({ type: 'ResetPassword', data: { ...data, recoveryId: 'recovery-1', passed: ['reservation-1'] } })
      .events();
    expect(settlement).toEqual(passed(1, 2));
    expect(reset?.type).toBe('PasswordReset');
  });

  it('does not stand in the way of its own recovery', () => {
    const four = [2, 3, 4, 5].flatMap((n) => [reserved(n), settled(n, 'failed')]);
    given(account, created, reserved(1), ...four)
      .when(reserving(6, ['reservation-1']))
      .then(passed(1, 6), reserved(6));
    given(account, created, reserved(1), ...four)
      .when(reserving(6, []))
      .thenRefuses('blocked', { family: 'email' });
  });

  it('is settled once, and only by its own recovery', () => {
    given(account, created, reserved(1), settled(1, 'failed'))
      .when(reserving(2, ['reservation-1']))
      .then(reserved(2));
    const elsewhere = { ...attempt(2), recoveryId: 'recovery-2' };
    given(account, created, reserved(1))
      .when({ type: 'ReserveProof', data: { ...elsewhere, limits, passed: ['reservation-1'], now: minute(2) } })
      .then({ type: 'ProofReserved', data: { accountId, ...elsewhere, at: minute(2) } });
  });
});

describe('SettleProof', () => {
  const settling = (n: number, result: 'passed' | 'failed' = 'failed') =>
    ({
      type: 'SettleProof',
      data: { reservationId: `reservation-${n}`, recoveryId: 'recovery-1', result, limits, now: minute(n) },
    }) as const;

  it('settles', () => given(account, created, reserved(1)).when(settling(1, 'passed')).then(settled(1, 'passed')));

  it('carries the block that the last failure brings', () => {
    const four = [1, 2, 3, 4].flatMap((n) => [reserved(n), settled(n, 'failed')]);
    given(account, created, ...four, reserved(5))
      .when(settling(5))
      .then(settled(5, 'failed', { family: 'email', until: plus(minute(5), hours(24)) }));
    given(account, created, ...four, reserved(5))
      .when(settling(5, 'passed'))
      .then(settled(5, 'passed'));
  });

  it('brings no block upon the account when a stranger fails', () => {
    const four = [1, 2, 3, 4].flatMap((n) => [reserved(n, false), settled(n, 'failed')]);
    given(account, created, ...four, reserved(5, false))
      .when(settling(5))
      .then(settled(5, 'failed'));
  });

  it('stays quiet when settled already', () => {
    given(account, created, reserved(1), settled(1, 'failed')).when(settling(1, 'passed')).thenNothing();
  });

  it('settles what a reset has cleared from the ledger, so that nobody asks again', () => {
    given(account, created).when(settling(1)).then(settled(1, 'failed'));
  });
});

describe('UseAppCode', () => {
  const using = (step: number) =>
    ({ type: 'UseAppCode', data: { methodId: 'method-1', step, now: minute(1) } }) as const;
  const used = (step: number): AccountEvent => ({
    type: 'AppCodeUsed',
    data: { accountId, methodId: 'method-1', step, at: minute(1) },
  });

  it('F10: takes each time step once, and none before it', () => {
    given(account, created).when(using(7)).then(used(7));
    given(account, created, used(7)).when(using(8)).then(used(8));
    given(account, created, used(7)).when(using(7)).thenRefuses('code-reused');
    given(account, created, used(7)).when(using(6)).thenRefuses('code-reused');
  });

  it('refuses an unknown account', () => given(account).when(using(7)).thenRefuses('account-unknown'));
});

describe('the summary', () => {
  it('of an earlier release, which knew fewer fields, is completed', () => {
    const { usedSteps: _, ...earlier } = given(account, created).state;
    const summary: AccountEvent = {
      type: 'AccountSummarised',
      data: { accountId, state: earlier as AccountState, at: minute(9) },
    };
    expect(given(account, summary).state).toEqual(given(account, created).state);
  });

  it('is the whole state, so that what came before need not be read', () => {
    const past = [created, passwordSet(1, 1), reserved(1), settled(1, 'failed')];
    const { state } = given(account, ...past);
    const summary = account.summary!.make(state, minute(9));
    expect(summary).toEqual({ type: 'AccountSummarised', data: { accountId, state, at: minute(9) } });
    expect(account.evolve(account.initial, summary)).toEqual(state);
  });

  it('survives storage', () => {
    const { state } = given(account, created, passwordSet(1, 1), reserved(1));
    expect(JSON.parse(JSON.stringify(state)) as AccountState).toEqual(state);
  });
});

describe('react', () => {
  it('delivers a notice, naming where it was requested', () => {
    const requested: AccountEvent = {
      type: 'NoticeRequested',
      data: { ...notice, accountId, tenantId: 'tenant-1', at: start },
    };
    expect(react(requested, { stream: 'account-account-1', revision: 7 })).toEqual([
      { queue: 'email', name: 'deliver-notice', data: { accountId, revision: 7, deliveryId: 'notice-1' } },
    ]);
  });

  it.each([created, disabled, reserved(1)])('leaves the rest alone: $type', (event) => {
    expect(react(event, { stream: 'account-account-1', revision: 0 })).toEqual([]);
  });
});
