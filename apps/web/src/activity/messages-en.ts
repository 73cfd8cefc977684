import type { Method } from '../api/contract.js';
import type { What } from './activity.js';

const what: Record<What, string> = {
  'signed-in': 'You signed in',
  'session-ended': 'A session ended',
  'other-sessions-ended': 'All other sessions were signed out',
  'sign-in-failed': 'Somebody tried to sign in and failed',
  'sign-in-paused': 'Signing in was paused after too many failed tries',
  'recovery-started': 'A password reset or unlock was started',
  'recovery-refused': 'A password reset was asked for and refused',
  'password-reset': 'Your password was reset',
  'password-changed': 'Your password was changed',
  'password-change-required': 'A new password is required at the next sign-in',
  'account-unlocked': 'Your account was unlocked; the password stayed the same',
  'blocks-lifted': 'The helpdesk lifted the limit after failed tries',
  'method-registered': 'A way to prove who you are was registered',
  'not-me-reported': 'Somebody reported “this was not me” for your account',
};

/** How an attempt to get back in ended, by its result; `open` while it has none. */
const ended: Record<string, string> = {
  open: 'It has not ended yet.',
  succeeded: 'It ended with a new password.',
  unlocked: 'It ended with the account unlocked.',
  failed: 'It failed: nothing was changed.',
  blocked: 'It was stopped after too many failed tries.',
  cancelled: 'It was cancelled: nothing was changed.',
  abandoned: 'It was not finished: nothing was changed.',
  'contacted-administrator': 'It ended with the way to your administrator.',
};

const method: Record<Method, string> = {
  email: 'E-mail address',
  sms: 'Mobile phone, text message',
  'mobile-call': 'Mobile phone, call',
  'office-call': 'Office phone',
  'app-notification': 'Authenticator app, notification',
  'app-code': 'Authenticator app, code',
  'security-questions': 'Security questions',
};

export const en = {
  title: 'Activity and sessions',
  intro: 'Where you are signed in, and what happened on your account.',
  loading: 'Loading your activity…',
  signInFirst: 'Please sign in to see the activity of your account.',
  toSignIn: 'Go to sign-in',
  zone: (name: string) => `All times are in your time zone, ${name.replaceAll('_', ' ')}.`,

  sessions: {
    title: 'Where you are signed in',
    here: 'This browser',
    since: (time: string) => `Since ${time}`,
    unknown: 'Unknown device',
    on: (browser: string, system: string) => `${browser} on ${system}`,
    end: 'Sign out',
    endOf: (device: string, time: string) => `Sign out: ${device}, since ${time}`,
    endOthers: 'Sign out all other sessions',
    ended: 'That session has been signed out.',
    endedOthers: 'All other sessions have been signed out.',
    onlyThis: 'You are signed in nowhere else.',
    none: 'No session is listed yet. One that was opened a moment ago takes a little while to appear.',
    confirmTitle: 'Sign out everywhere else?',
    confirmBody: 'Every device but this one has to sign in again.',
    keep: 'No, go back',
  },

  list: {
    title: 'What happened',
    empty: 'Nothing has been recorded yet.',
    earlier: 'Show earlier entries',
    all: 'That is everything that is kept.',
    from: (device: string) => `From ${device}`,
    network: (network: string) => `network ${network}`,
    until: (time: string) => `Until ${time}.`,
    other: 'Something else happened on your account',
  },
  what,
  ended,
  method,

  notMe: {
    ask: 'This was not me',
    askOf: (what: string, time: string) => `This was not me: ${what}, ${time}`,
    title: 'This was not you?',
    got: 'Somebody else may know your password or use a device of yours. Do this now:',
    tried: 'Nobody got in with this try. If you see it again and again:',
    steps: {
      signOut: 'Sign out all other sessions, with the button below.',
      change: 'Then change your password, on the page you see after signing in.',
      mailed:
        'We have mailed you a notice about this. Its “This was not me” link works for 72 hours: it voids the password, signs everybody out and tells your administrators.',
      methods: 'Look through your security information, and remove what is not yours.',
      helpdesk: 'Tell your helpdesk.',
      password: 'Choose a long password that you use nowhere else.',
    },
    signOut: 'Sign out all other sessions',
    close: 'Close',
    next: 'Now change your password:',
    toChange: 'Change password',
  },
};

export type ActivityMessages = typeof en;
