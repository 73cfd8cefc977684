import type { Instant } from '#libs/domain/time';
import { projection, put, update, updateIfThere } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/** Which agents does a tenant have, with which keys, and what trouble did they report? */
export interface AgentRow {
  readonly agent_id: string;
  readonly tenant_id: string;
  readonly created_at: Instant;
  /** until when its one-time code could be used */
  readonly code_expires_at: Instant;
  readonly enrolled_at: Instant | null;
  readonly revoked_at: Instant | null;
  readonly version: string | null;
  readonly sealing_key_expires_at: Instant | null;
  readonly identity_key_since: Instant | null;
  /** latest first, at most 10 */
  readonly troubles: readonly AgentTrouble[];
}

export interface AgentTrouble {
  readonly at: Instant;
  readonly result: string;
  readonly trouble: string | null;
  readonly writebackId: string;
}

export const agents = projection<AgentRow, 'agent' | 'writeback'>({
  question: 'agents',
  version: 2,
  key: 'agent_id',
  columns: {
    agent_id: 'text not null',
    tenant_id: 'text not null',
    created_at: 'timestamptz not null',
    code_expires_at: 'timestamptz not null',
    enrolled_at: 'timestamptz',
    revoked_at: 'timestamptz',
    version: 'text',
    sealing_key_expires_at: 'timestamptz',
    identity_key_since: 'timestamptz',
    troubles: 'jsonb not null',
  },
  indexes: ['(tenant_id, created_at)'],
  on: {
    AgentCreated: ({ data: { agentId, tenantId, expiresAt, at } }) =>
      put({
        agent_id: agentId,
        tenant_id: tenantId,
        created_at: at,
        code_expires_at: expiresAt,
        enrolled_at: null,
        revoked_at: null,
        version: null,
        sealing_key_expires_at: null,
        identity_key_since: null,
        troubles: [],
      }),
    AgentEnrolled: ({ data: { agentId, sealingKey, version, at } }) =>
      update(agentId, (row) => ({
        ...row,
        enrolled_at: at,
        version,
        sealing_key_expires_at: sealingKey.expiresAt,
        identity_key_since: at,
      })),
    AgentSealingKeyRolled: ({ data: { agentId, sealingKey } }) =>
      update(agentId, (row) => ({ ...row, sealing_key_expires_at: sealingKey.expiresAt })),
    AgentIdentityKeyRolled: ({ data: { agentId, at } }) =>
      update(agentId, (row) => ({ ...row, identity_key_since: at })),
    AgentRevoked: ({ data: { agentId, at } }) => update(agentId, (row) => ({ ...row, revoked_at: at })),
    AgentFellSilent: 'ignored',
    AgentHeardAgain: 'ignored',
    WritebackOffered: 'ignored',
    WritebackLeased: 'ignored',
    WritebackReturned: ({ data }) => troubled(data),
    WritebackUntouched: ({ data }) => troubled(data),
    WritebackReported: ({ data }) => (harmless.has(data.result) ? [] : troubled(data)),
    WritebackExpired: 'ignored',
    WritebackLost: 'ignored',
  },
});

const troubled = ({ agentId, writebackId, result, trouble, at }: Told) =>
  updateIfThere<AgentRow>(agentId, (row) => ({
    ...row,
    troubles: [{ at, result, trouble: trouble ?? null, writebackId }, ...row.troubles].slice(0, 10),
  }));

interface Told {
  readonly agentId: string;
  readonly writebackId: string;
  readonly result: string;
  readonly trouble?: string;
  readonly at: Instant;
}

/** Results that say nothing against the agent or what it works with. */
const harmless: ReadonlySet<string> = new Set([
  'succeeded',
  'stale',
  'rejected-by-policy',
  'wrong-password',
  'held-back',
]);

export const agentsOfTenant = (db: ReadModels, tenantId: string): Promise<AgentRow[]> =>
  rowsOf(db, agents).where('tenant_id', '=', tenantId).orderBy('created_at').orderBy('agent_id').execute();
