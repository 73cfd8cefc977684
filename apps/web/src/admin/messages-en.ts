import type { FieldPath } from './policy.js';
import type { SectionName } from './settings.js';

interface FieldText {
  label: string;
  hint?: string;
  /** the choices of a field that has some */
  options?: Record<string, { label: string; more?: string }>;
}

const fields: Record<FieldPath, FieldText> = {
  preset: {
    label: 'Preset',
    hint: 'What you have not set yourself follows the preset.',
    options: {
      hardened: {
        label: 'Hardened',
        more: 'Recommended: long passwords, strangers learn nothing, no security questions.',
      },
      entra: { label: 'As Microsoft Entra', more: 'Behaves as Entra’s published defaults do.' },
    },
  },
  enabledFor: {
    label: 'Self-service reset is enabled for',
    hint: 'This concerns users. Administrators can always reset and always need two proofs.',
    options: {
      none: { label: 'Nobody' },
      selected: { label: 'Selected groups', more: 'Members of the groups below, and of groups within them.' },
      all: { label: 'Everybody' },
    },
  },
  groups: { label: 'Selected groups' },
  gatesRequired: {
    label: 'Proofs needed to reset',
    options: {
      '1': { label: 'One' },
      '2': { label: 'Two', more: 'Of different kinds: a phone and an app, say.' },
    },
  },
  methods: {
    label: 'Ways to prove who one is',
    options: {
      email: { label: 'E-mail' },
      sms: { label: 'Text message' },
      'mobile-call': { label: 'Call to a mobile phone', more: 'Not on the free plan or in a trial.' },
      'office-call': { label: 'Call to an office phone', more: 'Not on the free plan or in a trial.' },
      'app-notification': { label: 'App notification', more: 'Cannot be the only way.' },
      'app-code': { label: 'App code' },
      'security-questions': {
        label: 'Security questions',
        more: 'Weak: answers can be guessed or found. Never for administrators.',
      },
    },
  },
  confirmContact: {
    label: 'Ask for the full number or address before a code is sent',
    hint: 'Keeps strangers from having messages sent to your people.',
  },
  directoryContactsCount: {
    label: 'Contacts set by an administrator or the directory count',
    hint: 'Otherwise only those that people registered themselves.',
  },
  'questions.alone': { label: 'Security questions may be the only proof', hint: 'Not recommended.' },
  'questions.toRegister': { label: 'Questions to register' },
  'questions.toReset': { label: 'Questions asked in a reset' },
  'questions.custom': { label: 'Your own questions', hint: '3 to 200 characters each, at most 20.' },
  'registration.required': {
    label: 'Ask people to register their ways at sign-in',
    hint: 'Who has too few of them is asked after signing in.',
  },
  'registration.skippable': { label: 'They may put it off' },
  'registration.reconfirmDays': {
    label: 'Days until people are asked whether their contacts are still right',
    hint: '0: never.',
  },
  'registration.officePhoneByUser': { label: 'People set their office phone themselves' },
  'notifications.users': { label: 'Tell people when their password was reset' },
  'notifications.administrators': { label: 'Tell all administrators when another administrator resets a password' },
  helpdesk: { label: 'Helpdesk', hint: 'A page (https://…) or a mail address, shown to whoever cannot reset.' },
  'customisation.organisationName': {
    label: 'Name shown',
    hint: 'Empty: the name of your organisation as it is registered.',
  },
  'customisation.logo': { label: 'Logo', hint: 'A PNG of at most 32 KiB and 1024 × 1024 pixels.' },
  'customisation.accent': {
    label: 'Accent colour',
    hint: 'Such as #0d6361. It is darkened or lightened until text on it can be read.',
  },
  writeback: { label: 'Carry new passwords to the on-premises directory', hint: 'For users who come from there.' },
  unlockWithoutReset: { label: 'Let people unlock their account and keep their password' },
  doubleReset: {
    label: 'End the old password at once',
    hint: 'Sets the password twice, so that the directory does not accept the old one for a while.',
  },
  captcha: {
    label: 'Check that it is not a program',
    options: {
      local: { label: 'Characters to read or hear', more: 'Drawn here; no third party is involved.' },
      'proof-of-work': { label: 'A calculation by the browser', more: 'People see nothing of it.' },
      off: { label: 'None', more: 'Only the limits per address hold programs back.' },
    },
  },
  unknownUsers: {
    label: 'Who asks for a name that does not exist',
    options: {
      decoy: { label: 'Sees the same as for a name that does', more: 'Recommended.' },
      plain: { label: 'Is refused as anybody who may not reset', more: 'As Entra does. Who may reset can be told.' },
    },
  },
  officeRanges: {
    label: 'Networks of your offices',
    hint: 'Such as 203.0.113.0/24. More recoveries may be started from there.',
  },
  'limits.failuresPerFamily': { label: 'Wrong tries with one kind of proof in a recovery' },
  'limits.failuresPerAccount': { label: 'Wrong tries of an account in 24 hours' },
  'limits.failuresPerSource': { label: 'Wrong tries from one address at an account in 24 hours' },
  'limits.failuresUnfamiliar': { label: 'Wrong tries from all unfamiliar addresses together in 24 hours' },
  'limits.blockHours': { label: 'Hours a block lasts' },
  'limits.openRecoveriesPerSource': { label: 'Open recoveries of an account from one address' },
  'limits.startsPer10Minutes': { label: 'Recoveries started from one address in 10 minutes' },
  'limits.recoveryMinutes': { label: 'Minutes from start to new password' },
  'limits.unlocksPerDay': { label: 'Unlocks of an account in 24 hours' },
  'limits.emailsPer10Minutes': { label: 'E-mail codes to an account in 10 minutes' },
  'limits.smsPer10Minutes': { label: 'Text messages to a number in 10 minutes' },
  'limits.smsPerDayPerNumber': { label: 'Text messages to a number in a day' },
  'limits.smsPerHourPerPrefix': { label: 'Text messages to numbers that begin alike in an hour' },
  'limits.minutesBetweenCalls': { label: 'Minutes between calls' },
  'limits.callsPerDay': { label: 'Calls to a number in a day' },
  'limits.badPasswordsPerSource': { label: 'Wrong passwords from one address before it has to wait' },
  'limits.badPasswordsUnfamiliar': { label: 'Wrong passwords from all unfamiliar addresses in an hour' },
  'limits.coolingOffHours': { label: 'Hours before a changed contact can be used to reset' },
  'limits.methodChangeGuardHours': { label: 'Hours after a reset in which ways change only with another one' },
  'passwords.minimumLength': { label: 'Shortest password' },
  'passwords.maximumLength': { label: 'Longest password' },
  'passwords.classesRequired': {
    label: 'Kinds of characters',
    options: {
      '0': { label: 'Any', more: 'Recommended: length matters more.' },
      '3': { label: 'Three of: small letters, capital letters, digits, symbols' },
    },
  },
  'passwords.bannedWords': {
    label: 'Banned words',
    hint: 'Names of products and places, for instance. 4 to 32 characters each, at most 1 000.',
  },
  'passwords.history': { label: 'Earlier passwords that may not come back' },
  'passwords.historyOnReset': { label: 'Also when a forgotten password is reset' },
  'passwords.expiryDays': { label: 'Days a password lasts', hint: '0: for ever, which is recommended.' },
  'passwords.warnDays': { label: 'Days before its end that people are told' },
  'telecom.countries': {
    label: 'Countries that messages and calls may go to',
    hint: 'Two capital letters each, such as JP.',
  },
  'telecom.monthlyBudget': { label: 'Messages and calls in a month' },
  retentionDays: {
    label: 'Days until replaced contacts and passwords are destroyed',
    hint: 'At least 4, so that notices still reach an address that was replaced. Passwords that may not come back are kept.',
  },
};

const sections: Record<SectionName, { title: string; about?: string }> = {
  people: { title: 'Who may reset' },
  proof: { title: 'Proving who one is' },
  registration: { title: 'Registration' },
  notifications: { title: 'Notifications' },
  look: { title: 'Appearance and helpdesk', about: 'Shown on the pages of your organisation.' },
  onPremises: { title: 'On-premises directory' },
  protection: { title: 'Protection against strangers' },
  limits: {
    title: 'Limits',
    about: 'What is beyond a limit is refused until the time it tells. Signing in is never blocked by a recovery.',
  },
  passwords: { title: 'Passwords' },
  telecom: { title: 'Text messages and calls' },
  retention: { title: 'Retention' },
};

const warnings: Record<string, string> = {
  'nobody-enabled': 'Nobody but administrators can reset a password.',
  'questions-allowed': 'Answers to security questions are often known to others, or easy to find.',
  'questions-alone': 'Security questions alone are enough to set a new password.',
  'phone-alone': 'Phone numbers can be taken over. Allow a way that needs none.',
  'captcha-off': 'Programs can start recoveries as fast as the limits per address allow.',
  'unknown-users-plain': 'A stranger can find out which user names exist and may reset.',
  'contacts-unconfirmed': 'Anybody who knows a user name can have codes sent to its owner.',
  'unverified-contacts': 'Contacts that their owners never confirmed open accounts.',
  'short-passwords': 'A password that protects alone should have at least 15 characters.',
  'passwords-expire': 'Passwords that must change regularly tend to become weaker.',
  'silent-resets': 'People are not told when somebody resets their password.',
  'generous-failures': 'So many wrong tries make a code easier to guess than it should be.',
  'no-cooling-off': 'Whoever takes over a session can change a contact and reset the password at once.',
  'wide-office-ranges': 'An office network is so wide that many strangers share its higher limits.',
};

const reasons: Record<string, string> = {
  'not-enabled-for-tenant': 'reset is enabled for nobody',
  'not-in-group': 'not in a selected group',
  'no-licence': 'no licence, or not in the plan',
  'too-few-methods': 'too few registered ways',
  'on-premises-without-writeback': 'on-premises password without writeback',
};

const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`);

export const en = {
  title: 'Reset policy',
  version: (version: number) => `Version ${version}`,
  loading: 'Loading the settings…',
  signInFirst: 'Sign in as an administrator to see the settings.',
  toSignIn: 'Go to sign-in',
  notAllowed: 'Your role does not let you see these settings.',
  readOnly: 'You can read these settings. Only a global administrator can change them.',
  onePerLine: 'One per line.',
  range: (least: number, most: number) => `${least} to ${most}.`,
  members: people,
  noGroups: 'There are no groups yet.',
  chooseLogo: 'Choose a picture',
  removeLogo: 'Remove the logo',
  logoAlt: 'Logo',
  noLogo: 'No logo.',
  logoUnfit: 'This is no PNG of at most 32 KiB.',
  pickColour: 'Pick the accent colour',
  sample: 'Sample',
  adjusted: 'Too light or too dark for text: shown adjusted.',
  changes: (count: number) => (count === 0 ? 'No changes' : count === 1 ? '1 change' : `${count} changes`),
  previewing: 'Counting who is concerned…',
  wouldLose: (count: number) => `With these settings ${people(count)} could no longer reset their password.`,
  wouldLoseNobody: 'Nobody loses the possibility to reset.',
  wouldGain: (count: number) => `${people(count)} could for the first time.`,
  couldAfter: (count: number) => `${people(count)} could then reset in all.`,
  because: (reason: string, count: number) => `${people(count)}: ${reason}`,
  otherReason: 'another reason',
  risks: 'Risks of these settings',
  save: 'Save',
  undo: 'Undo my changes',
  saved: 'Saved.',
  savedNothing: 'Nothing was changed.',
  confirmTitle: 'Save these settings?',
  confirm: 'Yes, save',
  dismiss: 'No, go back',
  newRisks: 'New risks:',
  conflict: 'Somebody else has changed the policy meanwhile.',
  conflictHelp: 'Load the present settings: your changes are kept and put on top of them.',
  conflictLoad: 'Load and keep my changes',
  reloaded: 'The present settings were loaded. Look at your changes, then save.',
  invalid: 'This value cannot be used.',
  invalidRange: (least: number, most: number) => `A whole number from ${least} to ${most}.`,
  refused: 'The settings were not saved. Please check the marked field.',
  cannotPreview: 'Who is concerned cannot be told: a value cannot be used.',
  unsaved: 'There are changes that are not saved.',
  fields,
  sections,
  warnings,
  reasons,
};

export type AdminMessages = typeof en;
