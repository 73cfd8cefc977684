import type { FieldPath } from './policy.js';

/** How a setting is entered. */
export type Control =
  | { readonly kind: 'flag' }
  | { readonly kind: 'whole'; readonly least: number; readonly most: number }
  /** one of these, each explained */
  | { readonly kind: 'choice'; readonly of: readonly (string | number)[] }
  | { readonly kind: 'several'; readonly of: readonly string[] }
  | { readonly kind: 'groups' }
  /** one entry a line */
  | { readonly kind: 'lines'; readonly most: number }
  | { readonly kind: 'text'; readonly most: number }
  | { readonly kind: 'colour' }
  | { readonly kind: 'logo' };

const flag: Control = { kind: 'flag' };
const whole = (least: number, most: number): Control => ({ kind: 'whole', least, most });
const choice = (...of: readonly (string | number)[]): Control => ({ kind: 'choice', of });

/** Every setting there is: the compiler asks for those that are missing. */
export const controls: { readonly [P in FieldPath]: Control } = {
  preset: choice('hardened', 'entra'),
  enabledFor: choice('none', 'selected', 'all'),
  groups: { kind: 'groups' },
  gatesRequired: choice(1, 2),
  methods: {
    kind: 'several',
    of: ['email', 'sms', 'mobile-call', 'office-call', 'app-notification', 'app-code', 'security-questions'],
  },
  confirmContact: flag,
  directoryContactsCount: flag,
  'questions.alone': flag,
  'questions.toRegister': whole(3, 5),
  'questions.toReset': whole(3, 5),
  'questions.custom': { kind: 'lines', most: 20 },
  'registration.required': flag,
  'registration.skippable': flag,
  'registration.reconfirmDays': whole(0, 730),
  'registration.officePhoneByUser': flag,
  'notifications.users': flag,
  'notifications.administrators': flag,
  helpdesk: { kind: 'text', most: 256 },
  'customisation.organisationName': { kind: 'text', most: 100 },
  'customisation.logo': { kind: 'logo' },
  'customisation.accent': { kind: 'colour' },
  writeback: flag,
  unlockWithoutReset: flag,
  doubleReset: flag,
  captcha: choice('local', 'proof-of-work', 'off'),
  unknownUsers: choice('decoy', 'plain'),
  officeRanges: { kind: 'lines', most: 100 },
  'limits.failuresPerFamily': whole(1, 100),
  'limits.failuresPerAccount': whole(1, 100),
  'limits.failuresPerSource': whole(1, 100),
  'limits.failuresUnfamiliar': whole(1, 100),
  'limits.openRecoveriesPerSource': whole(1, 1_000),
  'limits.startsPer10Minutes': whole(1, 100_000),
  'limits.recoveryMinutes': whole(1, 1_440),
  'limits.blockHours': whole(1, 720),
  'limits.unlocksPerDay': whole(1, 1_000),
  'limits.emailsPer10Minutes': whole(1, 1_000),
  'limits.smsPer10Minutes': whole(1, 1_000),
  'limits.smsPerDayPerNumber': whole(1, 1_000),
  'limits.smsPerHourPerPrefix': whole(1, 100_000),
  'limits.minutesBetweenCalls': whole(0, 1_440),
  'limits.callsPerDay': whole(1, 1_000),
  'limits.badPasswordsPerSource': whole(1, 100),
  'limits.badPasswordsUnfamiliar': whole(1, 1_000),
  'limits.coolingOffHours': whole(0, 720),
  'limits.methodChangeGuardHours': whole(0, 720),
  'passwords.minimumLength': whole(8, 64),
  'passwords.maximumLength': whole(64, 256),
  'passwords.classesRequired': choice(0, 3),
  'passwords.bannedWords': { kind: 'lines', most: 1_000 },
  'passwords.history': whole(0, 24),
  'passwords.historyOnReset': flag,
  'passwords.expiryDays': whole(0, 3_650),
  'passwords.warnDays': whole(0, 90),
  'telecom.countries': { kind: 'lines', most: 250 },
  'telecom.monthlyBudget': whole(0, 10_000_000),
  retentionDays: whole(4, 3_650),
};

export const sectionNames = [
  'people',
  'proof',
  'registration',
  'notifications',
  'look',
  'onPremises',
  'protection',
  'limits',
  'passwords',
  'telecom',
  'retention',
] as const;
export type SectionName = (typeof sectionNames)[number];

/** The order of the page. */
export const sections: { readonly [S in SectionName]: readonly FieldPath[] } = {
  people: ['preset', 'enabledFor', 'groups'],
  proof: [
    'gatesRequired',
    'methods',
    'confirmContact',
    'directoryContactsCount',
    'questions.alone',
    'questions.toRegister',
    'questions.toReset',
    'questions.custom',
  ],
  registration: [
    'registration.required',
    'registration.skippable',
    'registration.reconfirmDays',
    'registration.officePhoneByUser',
  ],
  notifications: ['notifications.users', 'notifications.administrators'],
  look: ['helpdesk', 'customisation.organisationName', 'customisation.logo', 'customisation.accent'],
  onPremises: ['writeback', 'unlockWithoutReset', 'doubleReset'],
  protection: ['captcha', 'unknownUsers', 'officeRanges'],
  limits: [
    'limits.failuresPerFamily',
    'limits.failuresPerAccount',
    'limits.failuresPerSource',
    'limits.failuresUnfamiliar',
    'limits.blockHours',
    'limits.openRecoveriesPerSource',
    'limits.startsPer10Minutes',
    'limits.recoveryMinutes',
    'limits.unlocksPerDay',
    'limits.emailsPer10Minutes',
    'limits.smsPer10Minutes',
    'limits.smsPerDayPerNumber',
    'limits.smsPerHourPerPrefix',
    'limits.minutesBetweenCalls',
    'limits.callsPerDay',
    'limits.badPasswordsPerSource',
    'limits.badPasswordsUnfamiliar',
    'limits.coolingOffHours',
    'limits.methodChangeGuardHours',
  ],
  passwords: [
    'passwords.minimumLength',
    'passwords.maximumLength',
    'passwords.classesRequired',
    'passwords.bannedWords',
    'passwords.history',
    'passwords.historyOnReset',
    'passwords.expiryDays',
    'passwords.warnDays',
  ],
  telecom: ['telecom.countries', 'telecom.monthlyBudget'],
  retention: ['retentionDays'],
};
