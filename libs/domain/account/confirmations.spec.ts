import { given } from '../testing.js';
import type { Method } from '../methods.js';
import { presets } from '../tenant/policy.js';
import { hours, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import { account, type AccountCommand } from './account.js';
import type { AccountEvent } from './account.events.js';

type EventOf<T extends AccountEvent['type']> = Extract<AccountEvent, { type: T }>;

const start: Instant = '2026-03-02T09:00:00.000Z';
const minute = (n: number): Instant => plus(start, minutes(n));
const vaulted = (ref: string): VaultRef => ({ ref, sha256: `hash-of-${ref}` });
const { limits } = presets.hardened;
const facts = { gatesRequired: 1, coolingOffHours: 24 } as const;

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

const has = (method: Method, epoch: number, ref: string = method): AccountEvent => ({
  type: 'MethodRegistered',
  data: { accountId: 'account-1', methodId: `id-${ref}`, method, contact: vaulted(ref), by: 'user', epoch, at: start },
});

const registers = (ref: string, replaces?: string) => ({
  methods: [{ methodId: `id-${ref}`, method: 'email' as const }],
  ...(replaces && { replaces }),
});

const asked = (n: number, ref: string, epoch: number, replaces?: string): EventOf<'ConfirmationAsked'> => ({
  type: 'ConfirmationAsked',
  data: {
    accountId: 'account-1',
    confirmationId: `confirmation-${n}`,
    purpose: 'registration',
    sessionId: 'session-1',
    method: 'email',
    contact: vaulted(ref),
    keyId: 'day-1',
    digits: 8,
    registers: registers(ref, replaces),
    expiresAt: minute(n + 10),
    epoch,
    at: minute(n),
  },
});

const tried = (n: number, ref: string, at: Instant = minute(n)): AccountEvent => ({
  type: 'ConfirmationTried',
  data: { accountId: 'account-1', confirmationId: 'confirmation-0', tryId: `try-${n}`, contactRef: ref, at },
});

const named = { purpose: 'registration', confirmationId: 'confirmation-0' } as const;

const reserving = (now: Instant): AccountCommand => ({
  type: 'ReserveConfirmation',
  data: { ...named, tryId: 'try-9', limits, now },
});

const passing = (now: Instant, changes: object = {}): AccountCommand => ({
  type: 'PassConfirmation',
  data: { ...named, tryId: 'try-1', registration: facts, notices: [], now, ...changes },
});

const passed = (now: Instant): AccountEvent => ({
  type: 'ConfirmationPassed',
  data: {
    accountId: 'account-1',
    confirmationId: 'confirmation-0',
    tryId: 'try-1',
    purpose: 'registration',
    sessionId: 'session-1',
    at: now,
  },
});

const comes = (ref: string, epoch: number, at: Instant, waits: boolean): AccountEvent => ({
  type: 'MethodRegistered',
  data: {
    accountId: 'account-1',
    methodId: `id-${ref}`,
    method: 'email',
    contact: vaulted(ref),
    by: 'user',
    ...(waits && { recoversFrom: plus(at, hours(24)) }),
    epoch,
    at,
  },
});

describe('confirming a contact', () => {
  it('the first one may recover at once', () => {
    const at = minute(2);
    given(account, created, asked(0, 'a', 0))
      .when(passing(at))
      .then(passed(at), comes('a', 1, at, false));
  });

  it('F13: one that is added when the account could already recover waits a day', () => {
    const at = minute(2);
    given(account, created, has('email', 1), asked(0, 'a', 1))
      .when(passing(at))
      .then(passed(at), comes('a', 2, at, true));
  });

  it('F13: one that takes the place of another waits, and the other leaves in the same append', () => {
    const at = minute(2);
    const left: AccountEvent = {
      type: 'MethodRemoved',
      data: { accountId: 'account-1', methodId: 'id-email', method: 'email', why: 'replaced', epoch: 2, at },
    };
    given(account, created, has('email', 1), asked(0, 'a', 1, 'id-email'))
      .when(passing(at))
      .then(passed(at), left, comes('a', 2, at, true));
  });

  it('F13: removing the only one and adding another is a change too', () => {
    const at = minute(2);
    const left: AccountEvent = {
      type: 'MethodRemoved',
      data: { accountId: 'account-1', methodId: 'id-email', method: 'email', why: 'removed', epoch: 2, at: start },
    };
    given(account, created, has('email', 1), left, asked(0, 'a', 2))
      .when(passing(at))
      .then(passed(at), comes('a', 3, at, true));
  });

  it('T8: passes once', () => {
    given(account, created, asked(0, 'a', 0), passed(minute(1)))
      .when(passing(minute(2)))
      .thenRefuses('challenge-not-current');
  });

  it('T9: a resend kills the code before it', () => {
    given(account, created, asked(0, 'a', 0), asked(1, 'a', 0))
      .when(reserving(minute(2)))
      .thenRefuses('challenge-not-current');
  });

  it('T15: may be answered until it expires and not after', () => {
    const expiry = minute(10);
    const story = given(account, created, asked(0, 'a', 0));
    expect(story.when(reserving(plus(expiry, -1))).events()).toHaveLength(1);
    story.when(reserving(expiry)).thenRefuses('challenge-expired');
    story.when(passing(plus(expiry, 1))).thenRefuses('challenge-expired');
  });

  it.each([
    ['a method came', has('sms', 1)],
    ['the account was disabled', { type: 'AccountDisabled', data: { accountId: 'account-1', epoch: 1, at: start } }],
    [
      'the password changed',
      {
        type: 'PasswordChanged',
        data: { accountId: 'account-1', credentialId: 'c', credential: vaulted('c'), epoch: 1, at: start },
      },
    ],
  ] as const)('T14: dies when %s', (_, event) => {
    given(account, created, asked(0, 'a', 0), event)
      .when(reserving(minute(1)))
      .thenRefuses('challenge-not-current');
  });

  it('T10: five tries at a contact are all there are, resent or not', () => {
    const tries = [1, 2, 3, 4, 5].map((n) => tried(n, 'a'));
    const story = given(account, created, asked(0, 'a', 0), ...tries);
    const until = { blockedUntil: plus(minute(1), hours(24)) };
    story.when(reserving(minute(6))).thenRefuses('blocked', until);
    const { accountId: _, epoch: __, at: now, ...again } = asked(6, 'a', 0).data;
    story.when({ type: 'AskConfirmation', data: { ...again, limits, now } }).thenRefuses('blocked', until);
  });

  it('G5: ten tries at different contacts are all there are', () => {
    const tries = Array.from({ length: 10 }, (_, n) => tried(n, `contact-${n}`));
    given(account, created, asked(0, 'a', 0), ...tries)
      .when(reserving(minute(9)))
      .thenRefuses('blocked');
  });

  it('G7: tries of yesterday are forgotten', () => {
    const tries = [1, 2, 3, 4, 5].map((n) => tried(n, 'a', plus(start, -hours(24) + minutes(n))));
    expect(
      given(account, created, asked(0, 'a', 0), ...tries)
        .when(reserving(minute(6)))
        .events(),
    ).toHaveLength(1);
  });

  it('a code that was denied in the call takes no answer', () => {
    const denied: AccountEvent = {
      type: 'ConfirmationDenied',
      data: { accountId: 'account-1', ...named, at: minute(1) },
    };
    given(account, created, asked(0, 'a', 0), denied)
      .when(passing(minute(2)))
      .thenRefuses('challenge-not-current');
  });
});

describe('removing a method', () => {
  const removing = (methodId: string): AccountCommand => ({
    type: 'RemoveMethod',
    data: { methodId, notices: [], now: minute(1) },
  });

  it('takes along what shares its contact', () => {
    const phone = [has('sms', 1, 'phone'), { ...has('mobile-call', 1, 'phone') }] as const;
    const call = { ...phone[1], data: { ...phone[1].data, methodId: 'id-call' } } as AccountEvent;
    const left = given(account, created, phone[0], call).when(removing('id-call')).events();
    expect(left.map(({ data }) => 'methodId' in data && data.methodId)).toEqual(['id-phone', 'id-call']);
  });

  it('leaves a role its only app', () => {
    const helpdesk = { ...created, data: { ...created.data, roles: ['helpdesk'] } } as AccountEvent;
    given(account, helpdesk, has('app-code', 1)).when(removing('id-app-code')).thenRefuses('method-needed');
    expect(
      given(account, helpdesk, has('app-code', 1), has('app-code', 2, 'other'))
        .when(removing('id-other'))
        .events(),
    ).toHaveLength(1);
  });

  it('knows nothing of a method that is not there', () => {
    given(account, created).when(removing('id-email')).thenRefuses('not-found');
  });
});
