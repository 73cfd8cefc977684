import { familyOf } from '../methods.js';
import { networkIn } from './networks.js';
import type { Policy } from './policy.js';

/** What an administrator should know before living with a policy: lawful, but risky. */
export interface Warning {
  readonly code: string;
  /** the setting it is about */
  readonly field: string;
  readonly sentence: string;
}

interface Rule {
  readonly field: string;
  readonly sentence: string;
  when(this: void, policy: Policy): boolean;
}

const rules: Readonly<Record<string, Rule>> = {
  'nobody-enabled': {
    field: 'enabledFor',
    sentence: 'Nobody but administrators can reset a password.',
    when: ({ enabledFor }) => enabledFor === 'none',
  },
  'questions-allowed': {
    field: 'methods',
    sentence: 'Answers to security questions are often known to others, or easy to find.',
    when: ({ methods }) => methods.includes('security-questions'),
  },
  'questions-alone': {
    field: 'gatesRequired',
    sentence: 'Security questions alone are enough to set a new password.',
    when: ({ methods, questions, gatesRequired }) =>
      questions.alone && gatesRequired === 1 && methods.includes('security-questions'),
  },
  'phone-alone': {
    field: 'methods',
    sentence: 'Phone numbers can be taken over: allow a method that needs none beside them.',
    when: ({ methods }) => methods.every((method) => familyOf(method) === 'phone'),
  },
  'captcha-off': {
    field: 'captcha',
    sentence: 'Programs can start recoveries as fast as the limits per address allow.',
    when: ({ captcha }) => captcha === 'off',
  },
  'unknown-users-plain': {
    field: 'unknownUsers',
    sentence: 'A stranger can find out which user names exist and may reset.',
    when: ({ unknownUsers }) => unknownUsers === 'plain',
  },
  'contacts-unconfirmed': {
    field: 'confirmContact',
    sentence: 'Anybody who knows a user name can have codes sent to its owner.',
    when: ({ confirmContact }) => !confirmContact,
  },
  'unverified-contacts': {
    field: 'directoryContactsCount',
    sentence: 'Contacts that their owners never confirmed open accounts.',
    when: ({ directoryContactsCount }) => directoryContactsCount,
  },
  'short-passwords': {
    field: 'passwords.minimumLength',
    sentence: 'A password that protects alone should have at least 15 characters (NIST SP 800-63B-4).',
    when: ({ passwords }) => passwords.minimumLength < 15,
  },
  'passwords-expire': {
    field: 'passwords.expiryDays',
    sentence: 'Passwords that must change regularly tend to become weaker (NIST SP 800-63B-4).',
    when: ({ passwords }) => passwords.expiryDays > 0,
  },
  'silent-resets': {
    field: 'notifications.users',
    sentence: 'People are not told when somebody resets their password.',
    when: ({ notifications }) => !notifications.users,
  },
  'generous-failures': {
    field: 'limits.failuresPerAccount',
    sentence: 'So many wrong tries make guessing a six-digit code likelier than it should be.',
    when: ({ limits }) =>
      limits.failuresPerFamily > 10 || limits.failuresPerAccount > 20 || limits.failuresUnfamiliar > 40,
  },
  'no-cooling-off': {
    field: 'limits.coolingOffHours',
    sentence: 'Whoever takes over a session can change a contact and reset the password at once.',
    when: ({ limits }) => limits.coolingOffHours === 0,
  },
  'wide-office-ranges': {
    field: 'officeRanges',
    sentence: 'An office range is so wide that many strangers share its higher limits.',
    when: ({ officeRanges }) =>
      officeRanges.some((range) => {
        const { version, prefix } = networkIn(range) ?? { version: 4, prefix: 32 };
        return prefix < (version === 4 ? 16 : 32);
      }),
  },
};

/** In the order of the settings. */
export const warningsOf = (policy: Policy): Warning[] =>
  Object.entries(rules)
    .filter(([, rule]) => rule.when(policy))
    .map(([code, { field, sentence }]) => ({ code, field, sentence }));
