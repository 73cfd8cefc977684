/** The tenant's agents as the API tells them. Times are RFC 3339 in UTC, by the server's clock. */
export interface AgentList {
  now: string;
  hybridReset: { possible: boolean; obstacle: Obstacle | null };
  agents: Agent[];
}

export type Obstacle =
  | 'plan-without-writeback'
  | 'not-enabled-for-tenant'
  | 'writeback-off'
  | 'no-agent'
  | 'agent-not-enrolled'
  | 'agent-key-expired'
  | 'directory-unreachable'
  | 'agent-silent';

export interface Agent {
  agentId: string;
  state: 'waiting-for-enrolment' | 'alive' | 'silent' | 'revoked';
  /** resets are counted on to be carried by it now */
  usable: boolean;
  version: string | null;
  createdAt: string;
  enrolmentCodeExpiresAt: string;
  enrolledAt: string | null;
  revokedAt: string | null;
  lastHeardAt: string | null;
  sealingKeySince: string | null;
  sealingKeyExpiresAt: string | null;
  sealingKeyDue: boolean;
  identityKeySince: string | null;
  identityKeyDueAt: string | null;
  identityKeyDue: boolean;
  reportedAt: string | null;
  machine: string | null;
  directory: AgentDirectory | null;
  lastErrors: AgentError[];
}

export interface AgentDirectory {
  kind: DirectoryKind;
  host: string;
  fenceAttribute: string;
  fenced: boolean;
  protectedGroups: number;
  state: 'looking' | 'ready' | 'away';
  since: string;
  trouble?: string;
  people?: { seen: number; at: string; told?: ToldPeople };
}

export interface ToldPeople {
  at: string;
  created: number;
  linked: number;
  updated: number;
  passedOver: number;
  unusable: number;
  conflicts: number;
}

export type DirectoryKind = 'ad' | 'openldap';

export interface AgentError {
  at: string;
  eventId: string;
  result: string | null;
  trouble: string | null;
  writebackId: string | null;
}

export interface CreatedAgent {
  agentId: string;
  enrolmentCode: string;
  expiresAt: string;
  apiUrl: string;
}

/** What the page says of an agent: its state, and what an administrator has to know beside it. */
export type Standing =
  'alive' | 'unusable' | 'directory-away' | 'silent' | 'never-heard' | 'waiting' | 'code-expired' | 'revoked';

/** An agent tells of itself every minute, whether or not it asks for work. */
const reportMs = 180_000;

export function standingOf(agent: Agent, now: number): Standing {
  const { state, usable, lastHeardAt, enrolmentCodeExpiresAt, directory, reportedAt } = agent;
  if (state === 'revoked') return 'revoked';
  if (state === 'waiting-for-enrolment') return Date.parse(enrolmentCodeExpiresAt) <= now ? 'code-expired' : 'waiting';
  const running = reportedAt !== null && now - Date.parse(reportedAt) < reportMs;
  // It asks for no work from then on, and counts as alive for a moment yet.
  if (running && directory?.state === 'away') return 'directory-away';
  if (state === 'alive') return usable ? 'alive' : 'unusable';
  return lastHeardAt === null ? 'never-heard' : 'silent';
}

type Named = Pick<Agent, 'machine' | 'agentId'>;

/** As mails call it. */
const shortId = ({ agentId }: Named): string => agentId.slice(0, 8);

/** What it is recognised by: its machine, once it has told it. */
export const titleOf = (agent: Named): string => agent.machine ?? shortId(agent);

/** The same, told from another agent on that machine. */
export const nameOf = (agent: Named): string =>
  agent.machine === null ? shortId(agent) : `${agent.machine} (${shortId(agent)})`;

export const mayAct = (roles: readonly string[]): boolean => roles.includes('global-administrator');

/** Counted on to carry resets now. */
export const usableIn = (agents: readonly Agent[]): number => agents.filter(({ usable }) => usable).length;
