/** The page of one's own security information. */
export const securityEn = {
  title: 'Security information',
  intro: 'These are the ways to prove it is you when you lose your password. Keep them up to date.',
  loading: 'Loading your security information…',
  signInFirst: 'Please sign in to see your security information.',
  toSignIn: 'Go to sign-in',
  back: 'Back to the list',
  home: 'Back',
  signOut: 'Sign out',
  registered: 'Registered',
  none: 'Nothing is registered yet.',
  recoversFrom: (time: string) => `Can be used for a password reset from ${time}.`,
  advice: 'Register at least two ways: if you lose one, the other still gets you in.',
  missing: (count: number) =>
    count === 1
      ? 'One more way is needed before you can reset your password yourself.'
      : `${count} more ways are needed before you can reset your password yourself.`,
  needsApp: 'Your role signs in with an authenticator app. Register one to go on.',
  appRegistered: 'Your app is registered. Now sign in again with a code from it.',
  add: 'Add a way',
  addMethod: {
    email: 'E-mail address',
    sms: 'Mobile phone, by text message',
    'mobile-call': 'Mobile phone, by a call',
    'office-call': 'Office phone',
    'app-notification': 'Authenticator app, notification',
    'app-code': 'Authenticator app, code',
    'security-questions': 'Security questions',
  },
  kind: {
    email: 'E-mail address',
    sms: 'Mobile phone',
    'mobile-call': 'Mobile phone',
    'office-call': 'Office phone',
    'app-notification': 'Authenticator app (notification)',
    'app-code': 'Authenticator app (code)',
    'security-questions': 'Security questions',
  },
  change: 'Change',
  remove: 'Remove',
  of: (action: string, method: string) => `${action}: ${method}`,
  removeTitle: 'Remove this way?',
  removeBody: (method: string) => `${method} will no longer get you back in. We tell all your addresses.`,
  keep: 'Keep it',
  changed: 'Saved. We have told all your addresses about the change.',
  methodNeeded: 'Your role needs this app. Add another one before you remove it.',

  due: {
    'register-methods': 'Please register the ways you want to get back in if you ever lose your password.',
    'reconfirm-methods': 'Please check whether all of this is still right.',
  },
  confirm: 'Everything is right',
  confirmed: 'Thank you. We will ask again later.',
  skip: 'Not now',

  stepUp: {
    title: 'First, prove it is you',
    intro: 'Before your security information changes, confirm one of the ways that are registered already.',
    choose: 'How do you want to prove it?',
    signInAgain: 'Please sign out and sign in again, then come back to this page.',
    guarded: (time: string) =>
      `Your security information cannot be changed before ${time}, because a password was reset or a contact was changed a short time ago. If you cannot wait, contact your helpdesk.`,
    send: 'Send code',
    call: 'Call me',
    next: 'Continue',
  },

  contact: {
    emailTitle: 'Add an e-mail address',
    phoneTitle: 'Add a phone number',
    email: 'E-mail address',
    emailHint: 'A personal one, outside your organisation: you must be able to read it when you are locked out.',
    phone: 'Phone number',
    phoneHint: 'With country code, for example +81 90 1234 5678.',
    send: 'Send code',
    call: 'Call me',
    risk: 'Phone numbers can be taken over by others. Register an authenticator app as well if you can.',
    unfit: {
      'not-an-address': 'This is not an e-mail address.',
      'own-domain': 'This address belongs to your organisation. Use a personal one.',
      'not-a-number': 'This is not a phone number with country code.',
      'country-not-served': 'Your organisation does not send to this country.',
      'not-a-mobile': 'This number cannot be used here.',
    } as Record<string, string>,
    registered: 'This is registered already.',
  },

  code: {
    title: 'Enter the code',
    sent: (contact: string) => `We have sent a code to ${contact}.`,
    app: 'Enter the code that your app shows.',
    calling: 'We are calling. Answer and press # to confirm.',
    denied: 'The call was answered with “not me”. Nothing was changed.',
    label: 'Code',
    submit: 'Confirm',
    missing: 'Enter the code.',
    wrong: 'That code is not right.',
    triesLeft: (tries: number) => (tries === 1 ? 'One try is left.' : `${tries} tries are left.`),
    expired: 'This code has expired or was replaced. Send a new one.',
    resend: 'Send a new code',
    resent: 'A new code is on its way. The old one no longer works.',
    blocked: (time: string) => `Too many wrong codes. You can try again after ${time}.`,
    barred: 'Your methods cannot be changed at present. Please contact your helpdesk.',
  },

  app: {
    title: 'Add an authenticator app',
    scan: 'Open your authenticator app and scan this picture.',
    picture: 'QR code for your authenticator app; the same key is written out below.',
    cannot: 'You cannot scan it? Type this key into the app:',
    open: 'Open in an app on this device',
  },

  device: {
    title: 'Pair a device',
    scan: 'Scan this picture with the phone that is to approve your requests.',
    picture: 'QR code that pairs a phone; the pairing code is written out below.',
    cannot: 'You cannot scan it? Open the authenticator page on the phone and type this code:',
    open: 'Pair this device instead',
    waiting: (time: string) => `Waiting for the device. The code works once, until ${time}.`,
  },

  questions: {
    title: 'Choose your security questions',
    intro: (count: number) =>
      `Choose ${count} questions that others cannot answer. Write answers you will remember in years: 3 to 40 characters, each one different.`,
    question: (n: number) => `Question ${n}`,
    answer: (n: number) => `Answer ${n}`,
    choose: 'Choose a question',
    another: 'Add another question',
    submit: 'Save',
    unfit: {
      count: 'Choose more questions.',
      'unknown-question': 'This question is no longer offered. Choose another one.',
      'question-twice': 'Choose each question only once.',
      'answer-twice': 'Give each question an answer of its own.',
      'answer-length': 'Each answer needs 3 to 40 characters.',
    } as Record<string, string>,
  },
};

export type SecurityMessages = typeof securityEn;
