import type { Instant } from '#libs/domain/time';
import { drop, projection, put, updateIfThere } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/** What may an agent of this tenant take now, and what did it take? */
export interface OpenWritebackRow {
  readonly writeback_id: string;
  readonly tenant_id: string;
  readonly deadline: Instant;
  readonly offered: boolean;
  /** Who took it last. */
  readonly agent_id: string | null;
}

export const openWritebacks = projection<OpenWritebackRow, 'writeback'>({
  question: 'open_writebacks',
  version: 2,
  key: 'writeback_id',
  columns: {
    writeback_id: 'text not null',
    tenant_id: 'text not null',
    deadline: 'timestamptz not null',
    offered: 'boolean not null',
    agent_id: 'text',
  },
  indexes: ['(tenant_id)'],
  on: {
    WritebackOffered: ({ data: { writebackId, tenantId, deadline, offer } }) =>
      offer === 1
        ? put({ writeback_id: writebackId, tenant_id: tenantId, deadline, offered: true, agent_id: null })
        : updateIfThere(writebackId, (row) => ({ ...row, offered: true })),
    WritebackLeased: ({ data: { writebackId, agentId } }) =>
      updateIfThere(writebackId, (row) => ({ ...row, offered: false, agent_id: agentId })),
    WritebackReturned: ({ data: { writebackId } }) =>
      updateIfThere(writebackId, (row) => ({ ...row, offered: true, agent_id: null })),
    WritebackUntouched: 'ignored',
    WritebackReported: ({ data: { writebackId } }) => drop(writebackId),
    WritebackExpired: ({ data: { writebackId } }) => drop(writebackId),
    WritebackLost: ({ data: { writebackId } }) => drop(writebackId),
  },
});

/** Ids, the longest waiting first. */
export const offeredTo = async (db: ReadModels, tenantId: string, now: Instant): Promise<readonly string[]> =>
  idsOf(
    await rowsOf(db, openWritebacks)
      .where('tenant_id', '=', tenantId)
      .where('offered', '=', true)
      .where('deadline', '>', now)
      .orderBy('deadline')
      .limit(most)
      .execute(),
  );

/** Ids of what this agent took, and nobody else since, and nobody has heard of; the latest first. */
export const takenBy = async (
  db: ReadModels,
  tenantId: string,
  agentId: string,
  now: Instant,
): Promise<readonly string[]> =>
  idsOf(
    await rowsOf(db, openWritebacks)
      .where('tenant_id', '=', tenantId)
      .where('agent_id', '=', agentId)
      .where((row) => row.or([row('offered', '=', false), row('deadline', '<=', now)]))
      .orderBy('deadline', 'desc')
      .limit(most)
      .execute(),
  );

const most = 100;
const idsOf = (rows: readonly OpenWritebackRow[]): string[] => rows.map(({ writeback_id }) => writeback_id);
