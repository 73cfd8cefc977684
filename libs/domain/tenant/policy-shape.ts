import { methodNames } from '../methods.js';
import { flag, listOf, oneOf, orNull, text, whole, type Check } from './checks.js';
import { logoObjection, longestLogo } from './logo.js';
import { networkIn } from './networks.js';
import type { Policy } from './policy.js';
import { leastRetentionDays } from './retention.js';

/** One check for each field there is, at any depth: the compiler asks for those that are missing. */
type Shape<T> = { readonly [K in keyof T]-?: IsGroup<T[K]> extends true ? Shape<T[K]> : Check };
type IsGroup<T> = T extends string | number | boolean | null | readonly unknown[] ? false : true;

const count = whole(1, 1_000);
/** More wrong guesses than this nobody may allow (NIST SP 800-63B-4, 3.2.2). */
const failures = whole(1, 100);
const hoursOff = whole(0, 24 * 30);

/** What each field may hold (product.md §4 to §6). */
export const policyShape: Shape<Policy> = {
  preset: oneOf('hardened', 'entra'),
  enabledFor: oneOf('none', 'selected', 'all'),
  groups: listOf(text({ least: 1, most: 128 }), 100),
  gatesRequired: oneOf(1, 2),
  methods: listOf(oneOf(...methodNames), methodNames.length),
  captcha: oneOf('local', 'proof-of-work', 'off'),
  unknownUsers: oneOf('plain', 'decoy'),
  confirmContact: flag,
  unlockWithoutReset: flag,
  writeback: flag,
  doubleReset: flag,
  directoryContactsCount: flag,
  limits: {
    failuresPerFamily: failures,
    failuresPerAccount: failures,
    failuresPerSource: failures,
    failuresUnfamiliar: failures,
    openRecoveriesPerSource: count,
    unlocksPerDay: count,
    emailsPer10Minutes: count,
    blockHours: whole(1, 24 * 30),
    recoveryMinutes: whole(1, 24 * 60),
    smsPer10Minutes: count,
    smsPerDayPerNumber: count,
    smsPerHourPerPrefix: whole(1, 100_000),
    minutesBetweenCalls: whole(0, 24 * 60),
    callsPerDay: count,
    startsPer10Minutes: whole(1, 100_000),
    badPasswordsPerSource: failures,
    badPasswordsUnfamiliar: count,
    coolingOffHours: hoursOff,
    methodChangeGuardHours: hoursOff,
  },
  passwords: {
    minimumLength: whole(8, 64),
    maximumLength: whole(64, 256),
    classesRequired: oneOf(0, 3),
    bannedWords: listOf(text({ least: 4, most: 32 }), 1_000),
    history: whole(0, 24),
    historyOnReset: flag,
    expiryDays: whole(0, 3_650),
    warnDays: whole(0, 90),
  },
  notifications: { users: flag, administrators: flag },
  registration: { required: flag, skippable: flag, reconfirmDays: whole(0, 730), officePhoneByUser: flag },
  questions: {
    toRegister: whole(3, 5),
    toReset: whole(3, 5),
    custom: listOf(text({ least: 3, most: 200 }), 20),
    alone: flag,
  },
  telecom: {
    countries: listOf(text({ least: 2, most: 2, refuse: country }), 250),
    monthlyBudget: whole(0, 10_000_000),
  },
  customisation: {
    organisationName: orNull(text({ least: 1, most: 100 })),
    logo: orNull(text({ least: 1, most: longestLogo, refuse: logoObjection })),
    accent: orNull(text({ least: 7, most: 7, refuse: colour })),
  },
  officeRanges: listOf(text({ least: 3, most: 49, refuse: network }), 100),
  retentionDays: whole(leastRetentionDays, 3_650),
  helpdesk: orNull(text({ least: 3, most: 256, refuse: helpdesk })),
};

export interface Field {
  /** such as `limits.blockHours` */
  readonly path: string;
  readonly check: Check;
}

/** Every field with its path, in the order of the settings. */
export const fields: readonly Field[] = Object.entries(policyShape).flatMap(([name, part]) =>
  isCheck(part)
    ? [{ path: name, check: part }]
    : Object.entries(part as Record<string, Check>).map(([inner, check]) => ({ path: `${name}.${inner}`, check })),
);

export function isCheck(part: object): part is Check {
  return 'isOf' in part;
}

export function valueAt(policy: Policy, path: string): unknown {
  const [name, inner] = path.split('.') as [keyof Policy, string | undefined];
  return inner === undefined ? policy[name] : (policy[name] as unknown as Record<string, unknown>)[inner];
}

function country(code: string): string | undefined {
  return /^[A-Z]{2}$/.test(code) ? undefined : 'must be a country such as JP (ISO 3166-1 alpha-2)';
}

function colour(accent: string): string | undefined {
  return /^#[\da-f]{6}$/i.test(accent) ? undefined : 'must be a colour such as #0d6361';
}

function network(cidr: string): string | undefined {
  const range = networkIn(cidr);
  if (!range) return 'must be a network such as 203.0.113.0/24, with no bits set beyond its prefix';
  return range.prefix < (range.version === 4 ? 8 : 16) ? 'must be a network of one organisation' : undefined;
}

/** It becomes a link on the pages, so only what opens a page or a mail. */
function helpdesk(contact: string): string | undefined {
  const isPage = /^https?:\/\/[^\s<>"'\\]+$/i.test(contact);
  const isMail = /^[^\s<>"'\\@:/]+@[^\s<>"'\\@:/]+$/.test(contact);
  return isPage || isMail ? undefined : 'must be a page (https://…) or a mail address';
}
