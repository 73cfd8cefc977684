import type { Method } from '../methods.js';

export interface Limits {
  /** Failed proofs of one method family within one recovery. */
  readonly failuresPerFamily: number;
  /** Failed proofs per account in 24 h, once a recovery has proved something. */
  readonly failuresPerAccount: number;
  /** Failed proofs per (source, account) in 24 h, before a recovery has proved anything. */
  readonly failuresPerSource: number;
  /** The same for all unfamiliar sources of one account together. */
  readonly failuresUnfamiliar: number;
  readonly openRecoveriesPerSource: number;
  readonly unlocksPerDay: number;
  /** Codes by e-mail per account in 10 minutes. */
  readonly emailsPer10Minutes: number;
  /** Hours a block lasts. */
  readonly blockHours: number;
  /** Minutes from start to submitting a password. */
  readonly recoveryMinutes: number;
  /** Text messages per number in 10 minutes and in a day, and per prefix and tenant in an hour. */
  readonly smsPer10Minutes: number;
  readonly smsPerDayPerNumber: number;
  readonly smsPerHourPerPrefix: number;
  readonly minutesBetweenCalls: number;
  readonly callsPerDay: number;
  /** Recoveries started per source in 10 minutes; ten times as many from the tenant's own offices. */
  readonly startsPer10Minutes: number;
  /** Bad passwords per (source, account) before the pair has to wait, and per account and hour from unfamiliar sources. */
  readonly badPasswordsPerSource: number;
  readonly badPasswordsUnfamiliar: number;
  /** Hours before a changed contact may recover. */
  readonly coolingOffHours: number;
  /** Hours after a reset in which methods change only with a method not used in it. */
  readonly methodChangeGuardHours: number;
}

export interface PasswordRules {
  readonly minimumLength: number;
  readonly maximumLength: number;
  /** Character classes required of lower, upper, digit and other; 0 asks for none. */
  readonly classesRequired: 0 | 3;
  /** The tenant's own banned words, at least 4 characters each. */
  readonly bannedWords: readonly string[];
  /** How many earlier passwords may not come back when a known password is changed. */
  readonly history: number;
  readonly historyOnReset: boolean;
  /** Days a password lasts; 0: for ever. */
  readonly expiryDays: number;
  /** Days before its end that the owner is told. */
  readonly warnDays: number;
}

/** Registering methods, and confirming them now and then, at sign-in. */
export interface RegistrationRules {
  readonly required: boolean;
  /** The person may put it off. */
  readonly skippable: boolean;
  /** 0: never. */
  readonly reconfirmDays: number;
  /** People set their office phone themselves; otherwise an administrator or the directory does. */
  readonly officePhoneByUser: boolean;
}

export interface QuestionRules {
  readonly toRegister: number;
  readonly toReset: number;
  /** The tenant's own questions, beside those everybody has. */
  readonly custom: readonly string[];
  /** They may open the only gate; otherwise only the second of two. */
  readonly alone: boolean;
}

export interface TelecomRules {
  /** Where messages and calls may go, ISO 3166-1 alpha-2; nowhere else. */
  readonly countries: readonly string[];
  /** Messages and calls a calendar month (UTC) may have. */
  readonly monthlyBudget: number;
}

export interface Customisation {
  /** Shown instead of the tenant's own name. */
  readonly organisationName: string | null;
  /** `data:image/png;base64,…` */
  readonly logo: string | null;
  /** `#rrggbb` */
  readonly accent: string | null;
}

export interface Policy {
  readonly preset: Preset;
  readonly enabledFor: 'none' | 'selected' | 'all';
  /** Groups whose members may reset, when `enabledFor` is `selected`. */
  readonly groups: readonly string[];
  readonly gatesRequired: 1 | 2;
  readonly methods: readonly Method[];
  readonly captcha: 'local' | 'proof-of-work' | 'off';
  readonly unknownUsers: 'plain' | 'decoy';
  /** Before anything is sent, the person types the full number or address behind the mask. */
  readonly confirmContact: boolean;
  readonly unlockWithoutReset: boolean;
  readonly writeback: boolean;
  readonly doubleReset: boolean;
  /** A contact set by an administrator or a directory counts as registered. */
  readonly directoryContactsCount: boolean;
  readonly limits: Limits;
  readonly passwords: PasswordRules;
  readonly notifications: { readonly users: boolean; readonly administrators: boolean };
  readonly registration: RegistrationRules;
  readonly questions: QuestionRules;
  readonly telecom: TelecomRules;
  readonly customisation: Customisation;
  /** The organisation's own networks, CIDR. */
  readonly officeRanges: readonly string[];
  /**
   * Days after which contacts, names, seeds, devices' data and password hashes that were superseded are destroyed, at least 4.
   * Hashes that the history compares with stay, and nothing goes before a changed contact may recover.
   */
  readonly retentionDays: number;
  /** Where a refused person is sent: an URL or a mail address of the organisation's helpdesk. */
  readonly helpdesk: string | null;
}

export type Preset = 'hardened' | 'entra';

const limits: Limits = {
  failuresPerFamily: 5,
  failuresPerAccount: 10,
  failuresPerSource: 5,
  failuresUnfamiliar: 20,
  openRecoveriesPerSource: 3,
  unlocksPerDay: 3,
  emailsPer10Minutes: 10,
  blockHours: 24,
  recoveryMinutes: 15,
  smsPer10Minutes: 5,
  smsPerDayPerNumber: 20,
  smsPerHourPerPrefix: 100,
  minutesBetweenCalls: 2,
  callsPerDay: 3,
  startsPer10Minutes: 30,
  badPasswordsPerSource: 10,
  badPasswordsUnfamiliar: 50,
  coolingOffHours: 24,
  methodChangeGuardHours: 72,
};

const hardened: Policy = {
  preset: 'hardened',
  enabledFor: 'none',
  groups: [],
  gatesRequired: 1,
  methods: ['email', 'sms', 'mobile-call', 'office-call', 'app-notification', 'app-code'],
  captcha: 'local',
  unknownUsers: 'decoy',
  confirmContact: true,
  unlockWithoutReset: false,
  writeback: false,
  doubleReset: false,
  directoryContactsCount: false,
  limits,
  passwords: {
    minimumLength: 15,
    maximumLength: 256,
    classesRequired: 0,
    bannedWords: [],
    history: 1,
    historyOnReset: false,
    expiryDays: 0,
    warnDays: 14,
  },
  notifications: { users: true, administrators: false },
  registration: { required: false, skippable: true, reconfirmDays: 180, officePhoneByUser: false },
  questions: { toRegister: 5, toReset: 3, custom: [], alone: false },
  telecom: { countries: ['JP'], monthlyBudget: 10_000 },
  customisation: { organisationName: null, logo: null, accent: null },
  officeRanges: [],
  retentionDays: 90,
  helpdesk: null,
};

/** `hardened` is the default; `entra` is parity with what Entra publishes. */
export const presets: Record<Preset, Policy> = {
  hardened,
  entra: {
    ...hardened,
    preset: 'entra',
    methods: [...hardened.methods, 'security-questions'],
    unknownUsers: 'plain',
    questions: { ...hardened.questions, alone: true },
    passwords: { ...hardened.passwords, minimumLength: 8, classesRequired: 3 },
  },
};

/** Some of a policy's settings: what a tenant begins with beside its preset, or what one change changed. */
export type PolicyChanges = {
  readonly [K in keyof Policy]?: Policy[K] extends readonly unknown[] | null | string | number | boolean
    ? Policy[K]
    : Partial<Policy[K]>;
};

/** What an earlier release stored, with what it did not know yet as the preset has it. */
export function completed(stored: Policy): Policy {
  const preset = presets[stored.preset];
  const merged = Object.entries(preset).map(([key, value]) => {
    const known = stored[key as keyof Policy] as unknown;
    return [key, known === undefined ? value : merge(value, known)];
  });
  return { ...stored, ...(Object.fromEntries(merged) as Partial<Policy>) };
}

/** Limits as an earlier release noted them, completed likewise. */
export const completedLimits = (stored: Limits): Limits => ({ ...limits, ...stored });

const merge = (old: unknown, next: unknown): unknown => (isRecord(old) && isRecord(next) ? { ...old, ...next } : next);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
