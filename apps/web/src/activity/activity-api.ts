import { call } from '../api/transport.js';
import type { ActivityPart, OwnSession } from './activity.js';

const sessions = '/api/v1/me/sessions';

/** The cookie stands for the session. */
export const activityApi = {
  part: (cursor: string | undefined) =>
    call<ActivityPart>(`/api/v1/me/activity${cursor === undefined ? '' : `?cursor=${cursor}`}`),
  sessions: () => call<{ items: OwnSession[] }>(sessions).then(({ items }) => items),
  endSession: (sessionId: string, key: string) => call<void>(`${sessions}/${sessionId}`, { method: 'DELETE', key }),
  endOthers: (_: undefined, key: string) => call<void>(sessions, { method: 'DELETE', key }),
};
