import type { Family, OpenCase } from './helpdesk.js';

const families: Record<Family | 'all', string> = {
  all: 'every way',
  email: 'e-mail',
  phone: 'phone',
  app: 'authenticator app',
  questions: 'security questions',
};

/** Why somebody cannot reset their password themselves. */
const reasons: Record<string, string> = {
  'not-enabled-for-tenant': 'Self-service reset is not switched on in your organisation.',
  'not-enabled-for-user': 'Self-service reset is not switched on for this person.',
  'not-in-group': 'They are in none of the groups that may reset.',
  'no-licence': 'They have no licence for it, or your plan does not cover it.',
  'too-few-methods': 'Too few ways to prove who they are are registered.',
  'on-premises-without-writeback': 'Their password lies in your directory, and it may not be written there.',
  'writeback-unreachable': 'Their password lies in your directory, and its agent cannot be reached just now.',
  'account-disabled': 'The account is disabled.',
  'account-protected': 'The account is protected.',
  'already-blocked': 'Too many tries have failed: see the limits below.',
  'not-me': 'They reported “this was not me”.',
};

const results: Record<string, string> = {
  succeeded: 'ended with a new password',
  unlocked: 'ended with the account unlocked',
  failed: 'failed',
  blocked: 'stopped after too many failed tries',
  cancelled: 'cancelled',
  abandoned: 'not finished',
  'contacted-administrator': 'ended with the way to the administrator',
};

const kinds: Record<OpenCase['kind'], string> = {
  assistance: 'Being helped',
  'not-me': 'Reported “this was not me”',
  'contact-approval': 'New contact waits for approval',
};

const progress: Record<NonNullable<OpenCase['progress']>, string> = {
  opened: 'Opened',
  'word-sent': 'Word sent',
  'caller-verified': 'Caller verified',
  'pass-sent': 'Pass sent',
};

export const en = {
  title: 'Helpdesk',
  intro: 'Help somebody of your organisation back in. You never see or choose their password.',
  loading: 'Loading…',
  signInFirst: 'Sign in as a member of the helpdesk to use this page.',
  toSignIn: 'Go to sign-in',
  notAllowed: 'Your role does not let you use this page.',
  zone: (name: string) => `All times are in your time zone, ${name.replaceAll('_', ' ')}.`,

  find: {
    title: 'Find a person',
    label: 'User ID or support code',
    hint: 'The whole user ID, such as user@contoso.example, or the code that a reset showed.',
    missing: 'Enter a user ID or a support code.',
    submit: 'Find',
    notFound: 'There is nobody of this name or code in your organisation. The whole user ID is needed.',
  },

  cases: {
    title: 'Open cases',
    none: 'Nothing is open.',
    more: 'Show older cases',
    refresh: 'Refresh',
    kinds,
    progress,
    number: (number: string) => `Case ${number}`,
    since: (time: string) => `Since ${time}`,
    until: (time: string) => `until ${time}`,
    by: (member: string) => `by ${member}`,
    mine: 'Yours',
    erased: 'Erased account',
    open: 'Open',
    openOf: (name: string, kind: string) => `Open: ${name}, ${kind}`,
    above: 'At or above your role',
  },

  user: {
    back: 'Back to search',
    refresh: 'Refresh',
    canReset: 'Can reset the password without help',
    cannotReset: 'Cannot reset the password without help',
    disabled: 'Account disabled',
    cannotAssist:
      'This person’s role is at or above yours, or it is you. Somebody with a higher role has to help; nothing can be done here.',
    facts: 'What is known',
    otherReason: 'Another reason keeps them from it.',
    waysLabel: 'Registered ways',
    noWays: 'None',
    ways: families,
    blocksLabel: 'Limits after failed tries',
    block: (family: string, until: string) => `${family}, until ${until}`,
    noBlocks: 'None',
    lastLabel: 'Last attempt to get back in',
    last: (time: string, how: string) => `${time}: ${how}`,
    stillOpen: 'still open',
    supportCode: (code: string) => `Support code ${code}`,
    noLast: 'None known',
    results,
    reasons,
  },

  assist: {
    title: 'Help the caller',
    start: 'Open a case',
    startWhy: 'Everything you do for the caller belongs to a case, which is kept in the audit trail.',
    theirs: (number: string) => `Another member has case ${number} open for this person.`,
    takeTitle: 'Open a case of your own?',
    takeBody: 'It takes the place of the one that is open: the other member cannot go on with theirs.',
    take: 'Yes, open mine',
    back: 'No, go back',
    number: (number: string) => `Case ${number}`,
  },

  word: {
    title: '1. Verify the caller',
    why: 'Send two words to a registered contact, and let the caller read them to you. You do not see them.',
    choose: 'Contact to send the words to',
    send: 'Send the words',
    again: 'Send other words',
    sent: (until: string) => `Two words are on their way. They can be read out until ${until}.`,
    label: 'What the caller reads out',
    hint: 'Two words, as you hear them. Never ask for a password or a code.',
    missing: 'Type the two words.',
    check: 'Check',
    wrong: 'These are not the words that were sent.',
    triesLeft: (tries: number) =>
      tries === 1 ? 'One try is left within 24 hours.' : `${tries} tries are left within 24 hours.`,
    verified: (until: string) => `The caller is verified until ${until}.`,
    expired: 'These words have expired. Send other ones.',
    notSent: 'No words are waiting to be read out. Send them first.',
    blocked: (until: string) => `Too many wrong words. They can be tried again from ${until}.`,
  },

  help: {
    title: '2. Help',
    first: 'Verify the caller first. Then you can send a temporary access pass or lift a limit.',
    noContact:
      'There is no contact that a message can be sent to, or it was changed only lately. Two administrators can approve a new one.',
    bouncing: 'mails to it come back',
    passTitle: 'Temporary access pass',
    passWhy: 'It works once, for an hour, and leads the caller to a new password. You do not see it.',
    passChoose: 'Contact to send the pass to',
    pass: 'Send a pass',
    passConfirmTitle: 'Send a temporary access pass?',
    passConfirm: (contact: string) =>
      `It goes to ${contact}. Whoever reads it there can set a new password, once, within an hour. A pass sent before stops working.`,
    passYes: 'Yes, send it',
    passSent: (until: string) => `The pass is on its way. It works once, until ${until}.`,
    liftTitle: 'Limits after failed tries',
    liftWhy: 'The caller can try again at once, for a reset and at sign-in.',
    liftReason: 'Reason',
    liftReasonHint: 'It is kept with the case. Write no password and no code.',
    liftReasonMissing: 'Say why the limits are lifted.',
    lift: 'Lift the limits',
    liftConfirmTitle: 'Lift the limits?',
    liftConfirm: 'Failed tries are forgotten. Do it only if you are sure that they were the caller’s own.',
    liftYes: 'Yes, lift them',
    lifted: 'The limits have been lifted.',
    no: 'No, go back',
  },

  contact: {
    title: 'A new contact',
    why: 'For somebody who can reach none of theirs. You propose it, another administrator approves it, all administrators and the person’s old addresses are told, and it can be used after a waiting time.',
    needCase: 'Open a case first.',
    kind: 'Kind of contact',
    email: 'E-mail address',
    sms: 'Mobile phone',
    emailLabel: 'New e-mail address',
    smsLabel: 'New phone number, with country code',
    propose: 'Propose this contact',
    confirmTitle: 'Propose this contact?',
    confirm: 'Be sure that it is theirs: whoever holds it will be able to get into the account.',
    yes: 'Yes, propose it',
    waiting: (kind: string, hint: string, until: string) =>
      `A new contact waits for approval until ${until}: ${kind}, ${hint}.`,
    mine: 'You proposed it. Another administrator has to approve it.',
    decide: 'Approve it only after you have satisfied yourself, in your own way, that it belongs to this person.',
    approve: 'Approve',
    reject: 'Reject',
    approveTitle: 'Approve this contact?',
    approveBody: 'It becomes a way into the account. The person’s other addresses and all administrators are told.',
    approveYes: 'Yes, approve it',
    rejectTitle: 'Reject this contact?',
    rejectBody: 'Nothing is changed. It can be proposed anew.',
    rejectYes: 'Yes, reject it',
    approved: 'The contact has been approved. It can be used once its waiting time is over.',
    rejected: 'The contact has been rejected.',
    proposed: 'Proposed. Another administrator has to approve it.',
    no: 'No, go back',
  },

  demand: {
    title: 'A new password at the next sign-in',
    why: 'Their present password then opens nothing but the choice of a new one. Sessions that are open go on.',
    demand: 'Demand a new password',
    confirmTitle: 'Demand a new password?',
    confirm: 'They have to choose one at their next sign-in. This cannot be taken back.',
    yes: 'Yes, demand it',
    demanded: 'At their next sign-in they have to choose a new password.',
    no: 'No, go back',
  },

  notMe: {
    title: '“This was not me”',
    said: (number: string, time: string) =>
      `On ${time} this person reported that a change was not theirs (case ${number}). Their password no longer works, and what proved the change is not trusted.`,
    administrator: 'An administrator can lift it, once the account is its owner’s again.',
    lift: 'Lift it',
    liftTitle: 'Lift “this was not me”?',
    liftBody:
      'Every registered way counts again, and ways can be changed. Do it only if the account is surely its owner’s. The disputed password stays void.',
    liftYes: 'Yes, lift it',
    lifted: 'It has been lifted.',
    no: 'No, go back',
  },

  tooMany: (until: string) =>
    `As much as may be sent has been sent to this person. The next message can go from ${until}.`,
  refused: {
    'session-invalid': 'You are not signed in any more. Sign in again and come back to this page.',
    'session-limited': 'Something else has to be done first: go to the sign-in page.',
    'not-found': 'There is no such person in your organisation.',
    'not-allowed': 'Your role does not allow this, or the case is another member’s.',
    'case-not-open': 'This case is not open any more. Open another one.',
    'caller-not-verified': 'The caller is not verified any more. Send words again.',
    'method-not-available': 'Nothing can be sent to this contact just now. Choose another one.',
    'account-disabled': 'The account is disabled: a pass would lead nowhere.',
    'password-on-premises':
      'The password of this person lies in your own directory. Reset it there, or let them reset it themselves.',
    'proposal-open': 'A proposed contact is still waiting for approval.',
    'proposal-not-open': 'This proposal is not open any more.',
    'country-not-allowed': 'Your organisation does not send to the country of this number.',
    'telecom-budget-exhausted': 'Your organisation’s messages of this month are used up. Use e-mail.',
  } as Record<string, string>,
  unfit: {
    'not-an-address': 'This is not an e-mail address.',
    'own-domain': 'This address belongs to your organisation. A personal one is needed.',
    'not-a-number': 'This is not a phone number with country code.',
    'country-not-served': 'Your organisation does not send to this country.',
    'not-a-mobile': 'This number cannot be used here.',
  } as Record<string, string>,
  unfitOther: 'This contact cannot be used.',
};

export type HelpdeskMessages = typeof en;
