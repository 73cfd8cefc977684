import type { DataOf, EventType } from '#libs/domain/events';
import { presets } from '#libs/domain/tenant/policy';
import { plus } from '#libs/domain/time';
import type { VaultRef } from '#libs/domain/vault-ref';

/** Takes one event; the same for a log in memory and a real one. */
export type Append = <T extends EventType>(stream: string, type: T, data: DataOf<T>, correlationId: string) => void;

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const start = '2026-03-01T08:00:00.000Z';
const ref = (name: string): VaultRef => ({ ref: `ref-${name}`, sha256: `sha-${name}` });

/** A tenant with accounts, before anybody forgot anything. */
export function founding(append: Append, accounts: number): void {
  const tenantId = 'contoso';
  append(
    'tenant-contoso',
    'TenantCreated',
    {
      tenantId,
      organisation: 'Contoso',
      plan: 'p1',
      trial: false,
      policy: presets.hardened,
      policyVersion: 1,
      at: start,
    },
    tenantId,
  );
  append('tenant-contoso', 'DomainVerified', { tenantId, domain: 'contoso.example', at: start }, tenantId);
  for (let n = 0; n < accounts; n++) {
    const accountId = `a${n}`;
    const stream = `account-${accountId}`;
    append(
      stream,
      'AccountCreated',
      {
        accountId,
        tenantId,
        origin: 'cloud',
        username: ref(`username-${n}`),
        language: n % 2 ? 'ja' : 'en',
        roles: n % 50 ? [] : ['helpdesk'],
        groups: ['sspr-users'],
        licensed: true,
        at: start,
      },
      accountId,
    );
    append(
      stream,
      'MethodRegistered',
      { accountId, methodId: `m${n}`, method: 'email', contact: ref(`email-${n}`), by: 'user', epoch: 1, at: start },
      accountId,
    );
    append(
      stream,
      'PasswordSet',
      { accountId, credentialId: `c${n}`, credential: ref(`hash-${n}`), epoch: 2, at: start },
      accountId,
    );
  }
}

/** One recovery from beginning to end, 19 events when it goes well; chance decides how it goes. */
export function recovery(append: Append, n: number, accounts: number, chance: () => number = () => 0.5): void {
  const accountId = `a${n % accounts}`;
  const recoveryId = `r${n}`;
  const [stream, account, notice] = [`recovery-${recoveryId}`, `account-${accountId}`, `notice-n${n}`];
  const begun = plus(start, n * 1_000);
  const at = (seconds: number): string => plus(begun, seconds * 1_000);
  const expiresAt = at(900);
  const on = <T extends EventType>(where: string, type: T, data: DataOf<T>): void =>
    append(where, type, data, recoveryId);
  const common = { recoveryId, tenantId: 'contoso', supportCode: `S${n}`, source: 'src', policyVersion: 1, at: begun };
  const reason = chance() < 0.8 ? 'forgot-password' : 'account-locked';

  if (chance() < 0.1) {
    on(stream, 'RecoveryRefused', {
      ...common,
      accountId,
      reason,
      outcome: { result: 'failed', reason: 'not-in-group' },
    });
    return;
  }
  on(stream, 'RecoveryStarted', {
    ...common,
    subject: { kind: 'account', accountId, origin: 'cloud', epoch: 2 },
    reason,
    canUnlock: false,
    gatesRequired: 1,
    offers: [{ method: 'email', contact: ref('email'), hideDomain: false, confirmContact: true }],
    limits: presets.hardened.limits,
    expiresAt,
  });
  if (chance() < 0.1) {
    on(stream, 'RecoveryAbandoned', {
      recoveryId,
      outcome: { result: 'abandoned', reason: 'before-selecting-a-method' },
      at: expiresAt,
    });
    return;
  }
  const challengeId = `ch${n}`;
  const [method, family] = ['email', 'email'] as const;
  on(stream, 'ChallengeIssued', {
    recoveryId,
    challengeId,
    method,
    family,
    contact: ref('email'),
    keyId: 'k1',
    digits: 8,
    expiresAt: at(600),
    at: at(2),
  });
  on(stream, 'DeliveryAttempted', { deliveryId: challengeId, attempt: 1, leaseUntil: at(32), at: at(2) });
  if (chance() < 0.1) {
    const deferred = { deliveryId: challengeId, attempt: 1, reason: 'greylisted', nextAttemptAt: at(4), at: at(3) };
    on(stream, 'DeliveryDeferred', deferred);
    on(stream, 'DeliveryAttempted', { deliveryId: challengeId, attempt: 2, leaseUntil: at(34), at: at(4) });
  }
  on(stream, 'DeliveryAccepted', { deliveryId: challengeId, attempt: 1, at: at(5) });
  let tries = 0;
  const reserve = (): string => {
    const reservationId = `p${n}-${tries++}`;
    on(account, 'ProofReserved', {
      accountId,
      reservationId,
      recoveryId,
      family,
      source: 'src',
      proven: true,
      at: at(20),
    });
    return reservationId;
  };
  if (chance() < 0.2) {
    const reservationId = reserve();
    const failed = { recoveryId, challengeId, reservationId, method, family, failures: 1, at: at(21) } as const;
    on(stream, 'ChallengeFailed', failed);
    if (chance() < 0.9)
      on(account, 'ProofSettled', { accountId, reservationId, recoveryId, result: 'failed', at: at(21) });
  }
  if (chance() < 0.1) {
    const outcome = { result: 'cancelled', reason: 'before-passing-the-gates' } as const;
    on(stream, 'RecoveryCancelled', { recoveryId, outcome, at: at(30) });
    return;
  }
  const reservationId = reserve();
  on(stream, 'ChallengePassed', { recoveryId, challengeId, reservationId, method, family, at: at(31) });
  on(account, 'ProofSettled', { accountId, reservationId, recoveryId, result: 'passed', at: at(31) });
  const credential = { credentialId: `c${n}-new`, credential: ref(`hash-${n}-new`) };
  on(stream, 'PasswordSubmitted', { recoveryId, attempt: 1, ...credential, at: at(50) });
  on(account, 'PasswordReset', { accountId, recoveryId, ...credential, epoch: 3, at: at(50) });
  const requested = { noticeId: `n${n}`, template: 'password-was-reset', contact: ref('email') } as const;
  on(account, 'NoticeRequested', { ...requested, accountId, tenantId: 'contoso', recoveryId, at: at(50) });
  on(stream, 'RecoverySucceeded', {
    recoveryId,
    outcome: { result: 'succeeded', reason: 'reset', method },
    at: at(50),
  });
  on(notice, 'DeliveryAttempted', { deliveryId: `n${n}`, attempt: 1, leaseUntil: at(80), at: at(50) });
  on(notice, 'DeliveryAccepted', { deliveryId: `n${n}`, attempt: 1, at: at(51) });
  if (chance() < 0.3) on(stream, 'WorkedReported', { recoveryId, worked: chance() < 0.9, at: at(60) });
  const session = { sessionId: `s${n}`, accountId, tenantId: 'contoso', credentialId: credential.credentialId };
  on(`session-s${n}`, 'SessionStarted', { ...session, expiresAt: at(9_000), at: at(70) });
}
