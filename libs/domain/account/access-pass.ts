import { RuleViolation } from '../decider.js';
import { familyOf } from '../methods.js';
import { isBefore, minutes, plus, type Instant } from '../time.js';
import type { VaultRef } from '../vault-ref.js';
import type { AccountState } from './account.state.js';
import { reachable, refuseTooMany, verifiedCase, within } from './assistance.js';
import { existing, refuseHybrid } from './lifecycle.js';
import { requested, type CarriedCode, type Notice } from './notices.js';
import type { Part } from './part.js';
import type { Member } from './ranks.js';

/** A one-time way in, sent to a contact and seen by nobody else; all it opens is the change of the password. */
export interface AccessPass {
  readonly passId: string;
  readonly caseId: string;
  readonly memberId: string;
  readonly contact: VaultRef;
  readonly code: CarriedCode;
  readonly expiresAt: Instant;
  /** The account's when it was issued: whatever raises that ends the pass, and the session it opened (T14). */
  readonly epoch: number;
  readonly tries: readonly { readonly tryId: string; readonly source: string }[];
  readonly usedAt?: Instant;
  /** Its helping came to an end, one way or the other. */
  readonly closed?: true;
}

export interface Passes {
  readonly pass: AccessPass | null;
  /** When passes were issued within the last 24 hours. */
  readonly passesIssued: readonly Instant[];
}

interface Hash {
  credentialId: string;
  credential: VaultRef;
}

export interface PassCommands {
  IssuePass: {
    member: Member;
    caseId: string;
    passId: string;
    methodId: string;
    code: CarriedCode;
    expiresAt: Instant;
    notice: Notice;
    now: Instant;
  };
  LiftBlocksInCase: { member: Member; caseId: string; reason?: VaultRef; now: Instant };
  /** `familiar`: the owner signed in from this source before. */
  ReservePassTry: { tryId: string; source: string; familiar?: boolean; now: Instant };
  SettlePassTry: { passId: string; tryId: string; correct: boolean; now: Instant };
  /** By the session that the pass opened. */
  ChangePasswordByPass: Hash & { passId: string; notices: readonly Notice[]; now: Instant };
  /** Its time is up: was anybody helped by it? */
  ExpirePass: { passId: string; now: Instant };
}

export interface PassEvents {
  AccessPassIssued: {
    accountId: string;
    tenantId: string;
    caseId: string;
    memberId: string;
    passId: string;
    contact: VaultRef;
    code: CarriedCode;
    expiresAt: Instant;
    epoch: number;
    at: Instant;
  };
  /** Counted before it is compared. */
  AccessPassTried: { accountId: string; passId: string; tryId: string; source: string; at: Instant };
  AccessPassFailed: { accountId: string; passId: string; tryId: string; at: Instant };
  AccessPassUsed: { accountId: string; passId: string; tryId: string; at: Instant };
  /** What came of a member's help: counted beside self-service. */
  HelpdeskAssisted: {
    accountId: string;
    tenantId: string;
    caseId: string;
    memberId: string;
    act: AssistedAct;
    outcome: 'succeeded' | 'failed';
    reason?: 'pass-not-used' | 'password-not-changed' | 'overtaken' | 'rejected' | 'not-approved';
    at: Instant;
  };
}

export type AssistedAct = 'password-reset' | 'blocks-lifted' | 'contact-replaced';

export const noPass: Passes = { pass: null, passesIssued: [] };

export const passLifetimeMs = minutes(60);
/** How long the session lives that a pass opens. */
export const passSessionMs = minutes(30);
/** A caller whose messages do not arrive needs another way, and nobody's phone is to be filled. */
const passesPerDay = 5;
const triesPerSource = 5;
/** Of 10 digits, so many guesses find one pass in a hundred million; fewer would let a handful of networks end it. */
const triesTogether = 100;

export const passes: Part<PassCommands, PassEvents> = {
  decide: {
    IssuePass({ passId, methodId, code, expiresAt, notice, ...inCase }, state) {
      const { caseId, memberId } = verifiedCase(inCase, state);
      if (state.disabled) throw new RuleViolation('account-disabled');
      refuseHybrid(state);
      const { now: at } = inCase;
      const { tenantId, epoch } = state;
      const accountId = existing(state);
      const contact = reachable(state, methodId, at);
      refuseTooMany(state.passesIssued, passesPerDay, at);
      const issued = { accountId, tenantId, caseId, memberId, passId, contact, code, expiresAt, epoch, at };
      return [
        ...ended(state, 'overtaken', at),
        { type: 'AccessPassIssued', data: issued },
        ...requested([{ ...notice, contact }], state, at),
      ];
    },
    LiftBlocksInCase({ reason, ...inCase }, state) {
      const { caseId, memberId } = verifiedCase(inCase, state);
      const accountId = existing(state);
      const { tenantId } = state;
      const { now: at } = inCase;
      const assisted = {
        accountId,
        tenantId,
        caseId,
        memberId,
        act: 'blocks-lifted',
        outcome: 'succeeded',
        at,
      } as const;
      return [
        { type: 'BlocksLifted', data: { accountId, caseId, ...(reason && { reason }), at } },
        { type: 'HelpdeskAssisted', data: assisted },
      ];
    },
    ReservePassTry({ tryId, source, familiar = false, now: at }, state) {
      const { pass } = state;
      if (!pass || !isBefore(at, pass.expiresAt) || pass.epoch !== state.epoch || pass.usedAt || state.disabled) {
        throw new RuleViolation('sign-in-failed');
      }
      const own = pass.tries.filter((one) => one.source === source);
      // Who knows a name can spend their own tries, and not the owner's.
      const full = !familiar && pass.tries.length >= triesTogether;
      if (own.length >= triesPerSource || full) throw new RuleViolation('sign-in-failed');
      const { passId } = pass;
      return [{ type: 'AccessPassTried', data: { accountId: existing(state), passId, tryId, source, at } }];
    },
    SettlePassTry({ passId, tryId, correct, now: at }, state) {
      const { pass } = state;
      const settled = { accountId: existing(state), passId, tryId, at };
      if (!correct) return [{ type: 'AccessPassFailed', data: settled }];
      const holds = pass?.passId === passId && pass.epoch === state.epoch && !pass.usedAt && !state.disabled;
      if (!holds || !isBefore(at, pass.expiresAt)) throw new RuleViolation('sign-in-failed');
      return [{ type: 'AccessPassUsed', data: settled }];
    },
    ChangePasswordByPass({ passId, credentialId, credential, notices, now: at }, state) {
      const accountId = existing(state);
      if (state.disabled) throw new RuleViolation('account-disabled');
      refuseHybrid(state);
      if (!passInForce(state, passId)) throw new RuleViolation('superseded');
      const { tenantId, pass } = state;
      const assisted = { accountId, tenantId, caseId: pass!.caseId, memberId: pass!.memberId };
      const carrier = state.methods.find(({ contact }) => contact.ref === pass!.contact.ref);
      const families = carrier ? [familyOf(carrier.method)] : [];
      const told = notices.map((notice) => ({ ...notice, notMe: { credentialId, families } }));
      return [
        { type: 'PasswordChanged', data: { accountId, credentialId, credential, epoch: state.epoch + 1, at } },
        { type: 'HelpdeskAssisted', data: { ...assisted, act: 'password-reset', outcome: 'succeeded', at } },
        ...requested(told, state, at),
      ];
    },
    ExpirePass({ passId, now: at }, state) {
      const { pass } = state;
      if (pass?.passId !== passId || pass.closed || isBefore(at, endOf(pass))) return [];
      return ended(state, pass.usedAt ? 'password-not-changed' : 'pass-not-used', at);
    },
  },
  evolve: {
    AccessPassIssued: (state, { passId, caseId, memberId, contact, code, expiresAt, epoch, at }) => ({
      ...state,
      passesIssued: [...within(state.passesIssued, at), at],
      pass: { passId, caseId, memberId, contact, code, expiresAt, epoch, tries: [] },
    }),
    AccessPassTried: (state, { passId, tryId, source }) => ({
      ...state,
      pass:
        state.pass?.passId === passId ? { ...state.pass, tries: [...state.pass.tries, { tryId, source }] } : state.pass,
    }),
    AccessPassFailed: (state) => state,
    AccessPassUsed: (state, { passId, at }) => ({
      ...state,
      pass: state.pass?.passId === passId ? { ...state.pass, usedAt: at } : state.pass,
    }),
    HelpdeskAssisted(state, { act, outcome, at }) {
      const { pass, lastReset } = state;
      if (act !== 'password-reset' || !pass) return state;
      // A reset like any other: what led to it changes no method for some days.
      const reset = outcome === 'succeeded' ? { at, provedWith: ledTo(state, pass) } : lastReset;
      return { ...state, pass: { ...pass, closed: true }, lastReset: reset };
    },
  },
};

/** Whether the session that this pass opened still may set a password. */
export const passInForce = ({ pass, epoch }: AccountState, passId: string): boolean =>
  pass?.passId === passId && pass.usedAt !== undefined && pass.epoch === epoch && !pass.closed;

/** The contact that took the pass, and the one whose owner read out the word for it. */
const ledTo = ({ helpCase }: Pick<AccountState, 'helpCase'>, { contact, caseId }: AccessPass): readonly string[] => {
  const spoken = helpCase?.caseId === caseId ? helpCase.verified?.contactRef : undefined;
  return [...new Set([contact.ref, ...(spoken === undefined ? [] : [spoken])])];
};

/** When it is certain that nobody will be helped by it any more. */
export const endOf = ({ expiresAt, usedAt }: Pick<AccessPass, 'expiresAt' | 'usedAt'>): Instant =>
  usedAt ? plus(usedAt, passSessionMs) : expiresAt;

/** A pass that did not end in a new password. */
function ended(
  { accountId, tenantId, pass }: AccountState,
  reason: NonNullable<PassEvents['HelpdeskAssisted']['reason']>,
  at: Instant,
) {
  if (!pass || pass.closed || accountId === null) return [];
  const { caseId, memberId } = pass;
  const data = { accountId, tenantId, caseId, memberId, act: 'password-reset', outcome: 'failed', reason, at } as const;
  return [{ type: 'HelpdeskAssisted', data } as const];
}
