import { minutes } from './time.js';

export const families = ['email', 'phone', 'app', 'questions'] as const;
export type Family = (typeof families)[number];

/** What carries a challenge or a notice to somebody. */
export const channels = ['email', 'sms', 'voice', 'push'] as const;
export type Channel = (typeof channels)[number];

interface MethodTraits {
  readonly family: Family;
  /** The channel that carries its challenge, if anything is sent. */
  readonly channel?: Channel;
  /** Length of the code the person types. */
  readonly digits?: number;
  /** Answered from the phone or device itself; what is typed at the portal answers nothing. */
  readonly elsewhere?: true;
  /** How long one challenge may be answered, in milliseconds. */
  readonly lifetimeMs: number;
}

/** Every way to prove who you are, with its default numbers (product.md §3). */
export const methods = {
  email: { family: 'email', channel: 'email', digits: 8, lifetimeMs: minutes(10) },
  sms: { family: 'phone', channel: 'sms', digits: 6, lifetimeMs: minutes(5) },
  'mobile-call': { family: 'phone', channel: 'voice', elsewhere: true, lifetimeMs: minutes(5) },
  'office-call': { family: 'phone', channel: 'voice', elsewhere: true, lifetimeMs: minutes(5) },
  'app-notification': { family: 'app', channel: 'push', digits: 2, elsewhere: true, lifetimeMs: minutes(5) },
  'app-code': { family: 'app', digits: 6, lifetimeMs: minutes(5) },
  'security-questions': { family: 'questions', lifetimeMs: minutes(15) },
} as const satisfies Record<string, MethodTraits>;

export type Method = keyof typeof methods;

/** What this release can carry out. Others may be registered, but are neither offered nor counted. */
export const servedMethods: readonly Method[] = [
  'email',
  'sms',
  'mobile-call',
  'office-call',
  'app-notification',
  'app-code',
  'security-questions',
];
export const methodNames = Object.keys(methods) as Method[];

export const traitsOf = (method: Method): MethodTraits => methods[method];
export const familyOf = (method: Method): Family => methods[method].family;
