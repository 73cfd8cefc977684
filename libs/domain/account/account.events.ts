// These names and shapes are what is stored: add optional fields or new events, never change a meaning.
import type { Family, Method } from '../methods.js';
import type { Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.js';
import type { Block } from './proofs.js';

export type Origin = 'cloud' | 'hybrid';

export const roles = [
  'global-administrator',
  'authentication-administrator',
  'helpdesk',
  'auditor',
  'analyst',
  'ops',
] as const;
export type Role = (typeof roles)[number];

export type Language = 'ja' | 'en';

export interface Notice {
  readonly noticeId: string;
  readonly template: 'password-was-reset' | 'password-was-changed';
  /** The address it goes to. */
  readonly contact: VaultRef;
}

interface Events {
  AccountCreated: {
    accountId: string;
    tenantId: string;
    origin: Origin;
    username: VaultRef;
    language: Language;
    roles: readonly Role[];
    groups: readonly string[];
    licensed: boolean;
    at: Instant;
  };
  AccountDisabled: { accountId: string; epoch: number; at: Instant };
  AccountEnabled: { accountId: string; epoch: number; at: Instant };
  /** A way to prove who you are; `contact` holds the address, number or seed. */
  MethodRegistered: {
    accountId: string;
    methodId: string;
    method: Method;
    contact: VaultRef;
    by: 'user' | 'administrator' | 'directory' | 'import';
    epoch: number;
    at: Instant;
  };
  /** The first password, or one an import brought along. */
  PasswordSet: { accountId: string; credentialId: string; credential: VaultRef; epoch: number; at: Instant };
  PasswordChanged: { accountId: string; credentialId: string; credential: VaultRef; epoch: number; at: Instant };
  /** The commit point of a recovery in the cloud. */
  PasswordReset: {
    accountId: string;
    recoveryId: string;
    credentialId: string;
    credential: VaultRef;
    epoch: number;
    at: Instant;
  };
  NoticeRequested: Notice & { accountId: string; tenantId: string; recoveryId?: string; at: Instant };
  ProofReserved: {
    accountId: string;
    reservationId: string;
    recoveryId: string;
    family: Family;
    source: string;
    proven: boolean;
    at: Instant;
  };
  ProofSettled: {
    accountId: string;
    reservationId: string;
    recoveryId: string;
    result: 'passed' | 'failed';
    block?: Block;
    at: Instant;
  };
  /** An app code was accepted: neither its time step nor an earlier one is accepted again. */
  AppCodeUsed: { accountId: string; methodId: string; step: number; at: Instant };
  /** Everything so far, so that a long stream is folded back only to here. */
  AccountSummarised: { accountId: string; state: AccountState; at: Instant };
}

export type AccountEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];
