import type { Method } from '../api/contract.js';

/** The settings of a tenant as the API tells them. */
export interface Policy {
  preset: 'hardened' | 'entra';
  enabledFor: 'none' | 'selected' | 'all';
  groups: string[];
  gatesRequired: 1 | 2;
  methods: Method[];
  confirmContact: boolean;
  directoryContactsCount: boolean;
  questions: { alone: boolean; toRegister: number; toReset: number; custom: string[] };
  registration: { required: boolean; skippable: boolean; reconfirmDays: number; officePhoneByUser: boolean };
  notifications: { users: boolean; administrators: boolean };
  helpdesk: string | null;
  customisation: { organisationName: string | null; logo: string | null; accent: string | null };
  writeback: boolean;
  unlockWithoutReset: boolean;
  doubleReset: boolean;
  captcha: 'local' | 'proof-of-work' | 'off';
  unknownUsers: 'plain' | 'decoy';
  officeRanges: string[];
  limits: Record<LimitName, number>;
  passwords: {
    minimumLength: number;
    maximumLength: number;
    classesRequired: 0 | 3;
    bannedWords: string[];
    history: number;
    historyOnReset: boolean;
    expiryDays: number;
    warnDays: number;
  };
  telecom: { countries: string[]; monthlyBudget: number };
  retentionDays: number;
}

type LimitName =
  | 'failuresPerFamily'
  | 'failuresPerAccount'
  | 'failuresPerSource'
  | 'failuresUnfamiliar'
  | 'openRecoveriesPerSource'
  | 'startsPer10Minutes'
  | 'recoveryMinutes'
  | 'blockHours'
  | 'unlocksPerDay'
  | 'emailsPer10Minutes'
  | 'smsPer10Minutes'
  | 'smsPerDayPerNumber'
  | 'smsPerHourPerPrefix'
  | 'minutesBetweenCalls'
  | 'callsPerDay'
  | 'badPasswordsPerSource'
  | 'badPasswordsUnfamiliar'
  | 'coolingOffHours'
  | 'methodChangeGuardHours';

type Paths<T> = {
  [K in keyof T & string]: T[K] extends string | number | boolean | null | readonly unknown[]
    ? K
    : `${K}.${keyof T[K] & string}`;
}[keyof T & string];

/** Such as `limits.blockHours`. */
export type FieldPath = Paths<Policy>;

export interface Warning {
  code: string;
  field: string;
  /** in English */
  sentence: string;
}

export interface SavedPolicy {
  version: number;
  policy: Policy;
  warnings: Warning[];
}

export interface Preview {
  version: number;
  wouldLose: number;
  wouldGain: number;
  couldBefore: number;
  couldAfter: number;
  reasons: { lose: Record<string, number>; gain: Record<string, number> };
  warnings: Warning[];
}

export interface Group {
  groupId: string;
  name: string;
  within: string[];
  members: number;
  enabled: boolean;
}

/** Each setting's value by its path: what the form holds. */
export type Values = Partial<Record<FieldPath, unknown>>;

export function valueAt(policy: Policy, path: FieldPath): unknown {
  return path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], policy);
}

/** The merge patch (RFC 7396) that says these values and no others. */
export function patchOf(values: Values): Record<string, unknown> {
  const patch: Record<string, Record<string, unknown> | unknown> = {};
  for (const [path, value] of Object.entries(values)) {
    const [name, inner] = path.split('.') as [string, string | undefined];
    if (inner === undefined) patch[name] = value;
    else patch[name] = { ...(patch[name] as object | undefined), [inner]: value };
  }
  return patch;
}

/** Only what differs from what is saved. */
export function changesOf(policy: Policy, edited: Values): Values {
  const different = Object.entries(edited).filter(
    ([path, value]) => JSON.stringify(value) !== JSON.stringify(valueAt(policy, path as FieldPath)),
  );
  return Object.fromEntries(different) as Values;
}
