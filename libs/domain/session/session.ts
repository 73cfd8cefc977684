import type { SteppedUp } from '../account/step-up.js';
import { RuleViolation, type Decider } from '../decider.js';
import type { Method } from '../methods.js';
import { isBefore, type Instant } from '../time.js';

/** What somebody has to do before anything else. */
export type SessionLimit = 'register-methods' | 'change-password';

interface Events {
  /** Someone signed in; the session holds only while `credentialId` is the account's. */
  SessionStarted: {
    sessionId: string;
    accountId: string;
    tenantId: string;
    credentialId: string;
    expiresAt: Instant;
    /** What this session is good for, if not for everything. */
    limitedTo?: SessionLimit;
    /** With what; by password when left out. */
    by?: 'temporary-access-pass';
    at: Instant;
  };
  /** Within this session a method of the account was proved. */
  StepUpPassed: {
    sessionId: string;
    accountId: string;
    confirmationId: string;
    method: Method;
    /** Reference of the contact that proved it. */
    contactRef: string;
    at: Instant;
  };
  SessionEnded: { sessionId: string; accountId: string; why: 'signed-out' | 'ended-by-owner'; at: Instant };
}

export type SessionEvent = {
  [T in keyof Events]: { readonly type: T; readonly data: Readonly<Events[T]> };
}[keyof Events];

export interface SessionState {
  readonly sessionId: string | null;
  readonly accountId: string;
  readonly tenantId: string;
  readonly credentialId: string;
  readonly startedAt: Instant;
  readonly expiresAt: Instant;
  readonly limitedTo: SessionLimit | null;
  readonly by: 'password' | 'temporary-access-pass';
  readonly steppedUp: SteppedUp | null;
  readonly ended: boolean;
}

export type SessionCommand =
  | { readonly type: 'StartSession'; readonly data: Omit<Events['SessionStarted'], 'at'> & { now: Instant } }
  | { readonly type: 'PassStepUp'; readonly data: Omit<Events['StepUpPassed'], 'sessionId' | 'at'> & { now: Instant } }
  | { readonly type: 'EndSession'; readonly data: { why: Events['SessionEnded']['why']; now: Instant } };

export const session: Decider<SessionCommand, SessionEvent, SessionState> = {
  category: 'session',
  initial: {
    sessionId: null,
    accountId: '',
    tenantId: '',
    credentialId: '',
    startedAt: '',
    expiresAt: '',
    limitedTo: null,
    by: 'password',
    steppedUp: null,
    ended: false,
  },
  decide({ type, data }, state) {
    if (type === 'StartSession') {
      if (state.sessionId) throw new RuleViolation('session-exists');
      const { now: at, ...started } = data;
      return [{ type: 'SessionStarted', data: { ...started, at } }];
    }
    if (!state.sessionId || state.ended) return [];
    if (type === 'PassStepUp') {
      const { now: at, ...passed } = data;
      return [{ type: 'StepUpPassed', data: { sessionId: state.sessionId, ...passed, at } }];
    }
    const { sessionId, accountId } = state;
    return [{ type: 'SessionEnded', data: { sessionId, accountId, why: data.why, at: data.now } }];
  },
  evolve(state, { type, data }) {
    switch (type) {
      case 'SessionStarted': {
        const { limitedTo = null, by = 'password', at: startedAt, ...started } = data;
        return { ...started, limitedTo, by, startedAt, steppedUp: null, ended: false };
      }
      case 'StepUpPassed':
        return { ...state, steppedUp: { contactRef: data.contactRef, at: data.at } };
      case 'SessionEnded':
        return { ...state, ended: true };
    }
  },
};

/** Whether this session still lets its owner in. @param credentialId the account's current one */
export const holds = (state: SessionState, credentialId: string | undefined, now: Instant): boolean =>
  state.sessionId !== null && !state.ended && isBefore(now, state.expiresAt) && state.credentialId === credentialId;
