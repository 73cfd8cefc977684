import type { Instant } from '../time.js';
import { existing } from './lifecycle.js';
import type { Part } from './part.js';

/** All sessions begun up to a moment are over, whichever they are: nothing has to be found and ended one by one. */
export interface SessionsEnding {
  readonly at: Instant;
  /** The session its owner asked from goes on. */
  readonly except: string | null;
}

export interface SessionEndings {
  readonly sessionsEnded: SessionsEnding | null;
}

export interface SessionEndingCommands {
  EndSessions: { except: string | null; now: Instant };
}

export interface SessionEndingEvents {
  SessionsEnded: { accountId: string; except: string | null; at: Instant };
}

export const noSessionEndings: SessionEndings = { sessionsEnded: null };

export const sessionEndings: Part<SessionEndingCommands, SessionEndingEvents> = {
  decide: {
    EndSessions({ except, now: at }, state) {
      return [{ type: 'SessionsEnded', data: { accountId: existing(state), except, at } }];
    },
  },
  evolve: { SessionsEnded: (state, { except, at }) => ({ ...state, sessionsEnded: { except, at } }) },
};

/** Whether this session was among those that were ended together. */
export const endedTogether = (
  { sessionsEnded }: SessionEndings,
  { sessionId, startedAt }: { readonly sessionId: string | null; readonly startedAt: Instant },
): boolean => sessionsEnded !== null && sessionsEnded.except !== sessionId && startedAt <= sessionsEnded.at;
