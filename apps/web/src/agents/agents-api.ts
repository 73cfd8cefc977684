import { call } from '../api/transport.js';
import type { AgentList, CreatedAgent } from './agents.js';

const path = '/api/v1/tenant/agents';

/** The session is the browser's cookie. */
export const agentsApi = {
  list: (signal?: AbortSignal) => call<AgentList>(path, { signal }),
  create: (key: string) => call<CreatedAgent>(path, { method: 'POST', body: {}, key }),
  /** Once more does no harm. */
  revoke: (agentId: string, key: string) =>
    call<void>(`${path}/${encodeURIComponent(agentId)}`, { method: 'DELETE', key }).then(() => agentId),
};
