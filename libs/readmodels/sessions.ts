import type { SessionLimit } from '#libs/domain/session/session';
import type { Instant } from '#libs/domain/time';
import { drop, projection, put } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/** Where is somebody signed in? One row for each session that was not ended by itself; whether it still holds is the account's to say. */
export interface SessionRow {
  readonly session_id: string;
  readonly account_id: string;
  readonly credential_id: string;
  readonly limited_to: SessionLimit | null;
  /** vault row with address and user agent */
  readonly client_ref: string | null;
  readonly started_at: Instant;
  readonly expires_at: Instant;
}

export const sessions = projection<SessionRow, 'session'>({
  question: 'sessions',
  version: 1,
  key: 'session_id',
  columns: {
    session_id: 'text not null',
    account_id: 'text not null',
    credential_id: 'text not null',
    limited_to: 'text',
    client_ref: 'text',
    started_at: 'timestamptz not null',
    expires_at: 'timestamptz not null',
  },
  indexes: ['(account_id, started_at)'],
  on: {
    SessionStarted: ({ data, metadata }) =>
      put({
        session_id: data.sessionId,
        account_id: data.accountId,
        credential_id: data.credentialId,
        limited_to: data.limitedTo ?? null,
        client_ref: metadata.clientRef ?? null,
        started_at: data.at,
        expires_at: data.expiresAt,
      }),
    StepUpPassed: 'ignored',
    SessionEnded: ({ data }) => drop(data.sessionId),
  },
});

/** Those that were opened with this password and have time left, newest first. */
export const sessionsOf = (
  db: ReadModels,
  accountId: string,
  credentialId: string,
  now: Instant,
): Promise<SessionRow[]> =>
  rowsOf(db, sessions)
    .where('account_id', '=', accountId)
    .where('credential_id', '=', credentialId)
    .where('expires_at', '>', now)
    .orderBy('started_at', 'desc')
    .orderBy('session_id')
    .limit(100)
    .execute();
