import { sql } from 'kysely';
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
  /** Who had it and never said that they changed nothing. */
  readonly unheard: readonly string[];
}

export const openWritebacks = projection<OpenWritebackRow, 'writeback'>({
  question: 'open_writebacks',
  version: 3,
  key: 'writeback_id',
  columns: {
    writeback_id: 'text not null',
    tenant_id: 'text not null',
    deadline: 'timestamptz not null',
    offered: 'boolean not null',
    agent_id: 'text',
    unheard: 'text[] not null',
  },
  indexes: ['(tenant_id)'],
  on: {
    WritebackOffered: ({ data: { writebackId, tenantId, deadline, offer } }) =>
      offer === 1
        ? put({ writeback_id: writebackId, tenant_id: tenantId, deadline, offered: true, agent_id: null, unheard: [] })
        : updateIfThere(writebackId, (row) => ({ ...row, offered: true })),
    WritebackLeased: ({ data: { writebackId, agentId } }) =>
      updateIfThere(writebackId, (row) => ({
        ...row,
        offered: false,
        agent_id: agentId,
        unheard: [...without(row, agentId), agentId],
      })),
    WritebackReturned: ({ data: { writebackId, agentId } }) =>
      updateIfThere(writebackId, (row) => ({
        ...row,
        offered: true,
        agent_id: null,
        unheard: without(row, agentId),
      })),
    WritebackUntouched: ({ data: { writebackId, agentId } }) =>
      updateIfThere(writebackId, (row) => ({ ...row, unheard: without(row, agentId) })),
    WritebackReported: ({ data: { writebackId } }) => drop(writebackId),
    WritebackExpired: ({ data: { writebackId } }) => drop(writebackId),
    WritebackLost: ({ data: { writebackId } }) => drop(writebackId),
  },
});

const without = ({ unheard }: OpenWritebackRow, agentId: string): string[] => unheard.filter((id) => id !== agentId);

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

/** Ids of what this agent has, or had when its time was over, without a word of it since; the latest first. */
export const takenBy = async (
  db: ReadModels,
  tenantId: string,
  agentId: string,
  now: Instant,
): Promise<readonly string[]> =>
  idsOf(
    await rowsOf(db, openWritebacks)
      .where('tenant_id', '=', tenantId)
      .where('unheard', '@>', sql<string[]>`ARRAY[${agentId}]::text[]`)
      .where((row) =>
        row.or([
          row.and([row('offered', '=', false), row('agent_id', '=', agentId)]),
          row.and([row('offered', '=', true), row('deadline', '<=', now)]),
        ]),
      )
      .orderBy('deadline', 'desc')
      .limit(most)
      .execute(),
  );

const most = 100;
const idsOf = (rows: readonly OpenWritebackRow[]): string[] => rows.map(({ writeback_id }) => writeback_id);
