import { familyOf, type Channel } from '../methods.js';
import { hours, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountEvent } from './account.events.js';
import type { AccountState } from './account.state.js';
import type { Disputable } from './disputes.js';
import { existing, type Language } from './lifecycle.js';
import type { Part } from './part.js';

/** What a notice says. */
export const noticeTemplates = [
  'password-was-reset',
  'password-was-changed',
  'writeback-timed-out',
  'writeback-refused',
  'agent-fell-silent',
  'administrator-was-reset',
  'case-opened',
  'someone-tried-and-failed',
  'contact-was-proposed',
  'contact-needs-approval',
  'contact-was-approved',
  'methods-were-changed',
  'verification-code',
  'verification-word',
  'temporary-access-pass',
  'telecom-budget-low',
  'guessing-suspected',
  'account-was-unlocked',
  'password-expires-soon',
] as const;
export type NoticeTemplate = (typeof noticeTemplates)[number];

/** A secret that a notice carries: derived from the day's key when it is written, stored nowhere. */
export interface CarriedCode {
  readonly keyId: string;
  readonly digits: number;
  /** Two words of this language instead of digits, to be read out. */
  readonly words?: Language;
  /** What it is good for; no code of one purpose serves another. */
  readonly purpose: string;
  /** The registration, pass or word it belongs to. */
  readonly subjectId: string;
}

/** A message to somebody outside a recovery's challenge: what happened, or something to read out or type in. */
export interface Notice {
  readonly noticeId: string;
  readonly template: NoticeTemplate;
  /** The address or number it goes to. */
  readonly contact: VaultRef;
  /** How it is carried; by e-mail when left out. */
  readonly channel?: Exclude<Channel, 'push'>;
  /** Not wanted any more from then on; 72 hours after it was requested when left out. */
  readonly expiresAt?: Instant;
  /** The reader's, where the reader is not the account's owner. */
  readonly language?: Language;
  readonly code?: CarriedCode;
  /** Its reader may say "this was not me": the link is derived when the notice is written, and stored nowhere. */
  readonly notMe?: Disputable;
  /** Whose account it tells of, where that is not the reader's. */
  readonly about?: string;
  /** Words of ours the text depends on, such as the names of methods; never personal data. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** Until when somebody tries to deliver it. */
export const wantedUntil = ({ expiresAt, at }: Pick<Notice, 'expiresAt'> & { readonly at: Instant }): Instant =>
  expiresAt ?? plus(at, hours(72));

export interface Warnings {
  /** When the owner was last told that somebody tried and failed. */
  readonly warnedAt: Instant | null;
}

export const noWarnings: Warnings = { warnedAt: null };

export interface NoticeCommands {
  /** Notices whose cause is no event of this account. */
  RequestNotices: { notices: readonly Notice[]; now: Instant };
}

export interface NoticeEvents {
  NoticeRequested: Notice & { accountId: string; tenantId: string; recoveryId?: string; at: Instant };
}

export const notices: Part<NoticeCommands, NoticeEvents> = {
  decide: {
    RequestNotices({ notices: wanted, now: at }, state) {
      existing(state);
      return requested(wanted, state, at);
    },
  },
  evolve: {
    NoticeRequested: (state, { template, at }) =>
      template === 'someone-tried-and-failed' ? { ...state, warnedAt: at } : state,
  },
};

/** One for each address the account has: all of them are told, so that nobody can silence one. */
export const noticesTo = (
  { methods }: Pick<AccountState, 'methods'>,
  template: NoticeTemplate,
  idOf: (methodId: string) => string,
): Notice[] =>
  methods
    .filter(({ method }) => familyOf(method) === 'email')
    .map(({ methodId, contact }) => ({ noticeId: idOf(methodId), template, contact }));

/** Requested in the same append as their cause, so that no crash loses one. */
export const requested = (
  wanted: readonly Notice[],
  { accountId, tenantId }: AccountState,
  at: Instant,
  recoveryId?: string,
): AccountEvent[] =>
  wanted.map((notice) => ({
    type: 'NoticeRequested',
    data: { ...notice, accountId: accountId!, tenantId, ...(recoveryId && { recoveryId }), at },
  }));

/** A reader may say of them that it was somebody else. */
export const disputable = (notices: readonly Notice[], notMe: Disputable): Notice[] =>
  notices.map((notice) => ({ ...notice, notMe }));
