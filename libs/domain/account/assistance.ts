import { RuleViolation } from '../decider.js';
import { familyOf, type Method } from '../methods.js';
import { hours, isBefore, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.state.js';
import { openDispute } from './disputes.js';
import { existing } from './lifecycle.js';
import { requested, type CarriedCode, type Notice } from './notices.js';
import type { Part } from './part.js';
import { mayAssist, type Member } from './ranks.js';

/** What a caller reads out, sent to a contact of theirs. It answers nothing else. */
export interface SentWord {
  readonly wordId: string;
  readonly contact: VaultRef;
  readonly code: CarriedCode;
  readonly expiresAt: Instant;
}

/** One member helping the owner of this account. The next one that is opened takes its place. */
export interface HelpCase {
  readonly caseId: string;
  readonly memberId: string;
  readonly at: Instant;
  readonly word: SentWord | null;
  /** The caller read out the word: they hold this contact of the account. */
  readonly verified: { readonly at: Instant; readonly epoch: number; readonly contactRef?: string } | null;
}

interface WordTry {
  readonly tryId: string;
  readonly at: Instant;
  readonly passed: boolean;
}

export interface Assistance {
  readonly helpCase: HelpCase | null;
  /** Tries at verification words within the last 24 hours, whoever made them. */
  readonly wordTries: readonly WordTry[];
  /** When words were sent within the last 24 hours. */
  readonly wordsSent: readonly Instant[];
}

interface InCase {
  member: Member;
  caseId: string;
  now: Instant;
}

export interface AssistanceCommands {
  OpenCase: InCase;
  /** `notice` carries the word to the contact. */
  SendWord: InCase & { wordId: string; methodId: string; code: CarriedCode; expiresAt: Instant; notice: Notice };
  ReserveWordTry: InCase & { tryId: string };
  SettleWordTry: InCase & { tryId: string; correct: boolean };
}

export interface AssistanceEvents {
  HelpdeskCaseOpened: { accountId: string; tenantId: string; caseId: string; memberId: string; at: Instant };
  VerificationWordSent: SentWord & { accountId: string; caseId: string; memberId: string; at: Instant };
  /** Counted before it is compared; unsettled counts as wrong. */
  VerificationWordTried: { accountId: string; caseId: string; wordId: string; tryId: string; at: Instant };
  VerificationWordConfirmed: {
    accountId: string;
    caseId: string;
    wordId: string;
    tryId: string;
    epoch: number;
    at: Instant;
  };
  VerificationWordFailed: {
    accountId: string;
    caseId: string;
    wordId: string;
    tryId: string;
    triesLeft: number;
    at: Instant;
  };
}

export const noAssistance: Assistance = { helpCase: null, wordTries: [], wordsSent: [] };

const dayMs = hours(24);
/** How long a member may go on with a case. */
export const caseLifetimeMs = dayMs;
const wordsPerDay = 5;
const triesPerDay = 5;
export const wordLifetimeMs = minutes(10);
/** How long a confirmed word stands for the caller. */
export const verifiedMs = minutes(60);

export const assistance: Part<AssistanceCommands, AssistanceEvents> = {
  decide: {
    OpenCase({ member, caseId, now: at }, state) {
      mayAssist(member, state);
      const { tenantId } = state;
      const accountId = existing(state);
      return [{ type: 'HelpdeskCaseOpened', data: { accountId, tenantId, caseId, memberId: member.memberId, at } }];
    },
    SendWord({ wordId, methodId, code, expiresAt, notice, ...inCase }, state) {
      const { caseId, memberId } = openCase(inCase, state);
      const { now: at } = inCase;
      const contact = reachable(state, methodId, at);
      refuseTooMany(state.wordsSent, wordsPerDay, at);
      const accountId = existing(state);
      return [
        { type: 'VerificationWordSent', data: { accountId, caseId, memberId, wordId, contact, code, expiresAt, at } },
        ...requested([{ ...notice, contact }], state, at),
      ];
    },
    ReserveWordTry({ tryId, ...inCase }, state) {
      const { caseId, word } = openCase(inCase, state);
      const { now: at } = inCase;
      if (!word) throw new RuleViolation('challenge-not-current');
      if (!isBefore(at, word.expiresAt)) throw new RuleViolation('challenge-expired');
      const spent = spentTries(state, at);
      if (spent.length >= triesPerDay) {
        throw new RuleViolation('blocked', { blockedUntil: plus(spent[spent.length - triesPerDay]!.at, dayMs) });
      }
      const { wordId } = word;
      return [{ type: 'VerificationWordTried', data: { accountId: existing(state), caseId, wordId, tryId, at } }];
    },
    SettleWordTry({ tryId, correct, ...inCase }, state) {
      const { caseId, word } = openCase(inCase, state);
      const { now: at } = inCase;
      const attempt = state.wordTries.find((one) => one.tryId === tryId);
      if (!word || !attempt) throw new RuleViolation('challenge-not-current');
      const settled = { accountId: existing(state), caseId, wordId: word.wordId, tryId, at };
      if (correct) return [{ type: 'VerificationWordConfirmed', data: { ...settled, epoch: state.epoch } }];
      const triesLeft = Math.max(0, triesPerDay - spentTries(state, at).length);
      return [{ type: 'VerificationWordFailed', data: { ...settled, triesLeft } }];
    },
  },
  evolve: {
    HelpdeskCaseOpened: (state, { caseId, memberId, at }) => ({
      ...state,
      helpCase: { caseId, memberId, at, word: null, verified: null },
    }),
    VerificationWordSent: (state, { wordId, contact, code, expiresAt, at }) => ({
      ...state,
      helpCase: state.helpCase && { ...state.helpCase, word: { wordId, contact, code, expiresAt } },
      wordsSent: [...within(state.wordsSent, at), at],
    }),
    VerificationWordTried: (state, { tryId, at }) => ({
      ...state,
      wordTries: [...state.wordTries.filter((one) => isBefore(at, plus(one.at, dayMs))), { tryId, at, passed: false }],
    }),
    // Used once: the caller is known now, and the same word proves nothing twice.
    VerificationWordConfirmed: (state, { tryId, epoch, at }) => ({
      ...state,
      helpCase: state.helpCase && {
        ...state.helpCase,
        word: null,
        verified: { at, epoch, ...(state.helpCase.word && { contactRef: state.helpCase.word.contact.ref }) },
      },
      wordTries: state.wordTries.map((one) => (one.tryId === tryId ? { ...one, passed: true } : one)),
    }),
    VerificationWordFailed: (state) => state,
  },
};

/** The case this member may go on with. @throws not-found, not-allowed, case-not-open */
export function openCase({ member, caseId, now }: InCase, state: AccountState): HelpCase {
  mayAssist(member, state);
  const { helpCase } = state;
  if (helpCase?.caseId !== caseId || !isBefore(now, plus(helpCase.at, caseLifetimeMs))) {
    throw new RuleViolation('case-not-open');
  }
  if (helpCase.memberId !== member.memberId) throw new RuleViolation('not-allowed');
  return helpCase;
}

/** Until when the caller of this case counts as the owner; undefined when they have proved nothing. */
export function verifiedUntil(state: Pick<AccountState, 'epoch' | 'helpCase'>, now: Instant): Instant | undefined {
  const verified = state.helpCase?.verified;
  if (!verified || verified.epoch !== state.epoch) return undefined;
  const until = plus(verified.at, verifiedMs);
  return isBefore(now, until) ? until : undefined;
}

/** A case whose caller read out the word. @throws also caller-not-verified */
export function verifiedCase(inCase: InCase, state: AccountState): HelpCase {
  const helpCase = openCase(inCase, state);
  if (!verifiedUntil(state, inCase.now)) throw new RuleViolation('caller-not-verified');
  return helpCase;
}

/** What a word or a pass can be sent to. */
export const carriers: Partial<Record<Method, 'email' | 'sms'>> = { email: 'email', sms: 'sms' };

/** A contact through which the owner can be reached: not one that somebody else may hold, nor one just changed. @throws method-not-available */
export function reachable(state: AccountState, methodId: string, now: Instant): VaultRef {
  const disputed = openDispute(state)?.families ?? [];
  const found = state.methods.find((one) => one.methodId === methodId);
  const early = found?.recoversFrom !== undefined && isBefore(now, found.recoversFrom);
  if (!found || early || !carriers[found.method] || disputed.includes(familyOf(found.method))) {
    throw new RuleViolation('method-not-available');
  }
  return found.contact;
}

/** Messages to one account within 24 hours. @throws cool-down with `retryAfterMs` */
export function refuseTooMany(sent: readonly Instant[], perDay: number, now: Instant): void {
  const recent = within(sent, now);
  if (recent.length < perDay) return;
  const until = plus(recent[recent.length - perDay]!, dayMs);
  throw new RuleViolation('cool-down', { retryAfterMs: Date.parse(until) - Date.parse(now) });
}

/** Those within the last 24 hours. */
export const within = (moments: readonly Instant[], now: Instant): readonly Instant[] =>
  moments.filter((at) => isBefore(now, plus(at, dayMs)));

const spentTries = ({ wordTries }: Assistance, now: Instant): readonly WordTry[] =>
  wordTries.filter(({ at, passed }) => !passed && isBefore(now, plus(at, dayMs)));
