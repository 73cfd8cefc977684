import type { Method } from '../api/contract.js';

/** Where somebody was, as coarsely as the server tells it. */
export interface Client {
  browser: string | null;
  system: string | null;
  /** the larger part of an address, such as `203.0.0.0/16` */
  network: string | null;
}

export type What =
  | 'signed-in'
  | 'session-ended'
  | 'other-sessions-ended'
  | 'sign-in-failed'
  | 'sign-in-paused'
  | 'recovery-started'
  | 'recovery-refused'
  | 'password-reset'
  | 'password-changed'
  | 'password-change-required'
  | 'account-unlocked'
  | 'blocks-lifted'
  | 'method-registered'
  | 'not-me-reported';

export interface Activity {
  at: string;
  what: What;
  method?: Method;
  /** of a recovery that was started */
  status?: string;
  outcome?: { result: string; reason: string };
  until?: string;
  client: Client | null;
}

export interface ActivityPart {
  items: Activity[];
  next?: string;
}

export interface OwnSession {
  sessionId: string;
  current: boolean;
  startedAt: string;
  expiresAt: string;
  client: Client | null;
}
