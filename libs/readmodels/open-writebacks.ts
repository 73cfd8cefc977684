import type { Instant } from '#libs/domain/time';
import { projection, put, updateIfThere, drop } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/** What may an agent of this tenant take now? */
export interface OpenWritebackRow {
  readonly writeback_id: string;
  readonly tenant_id: string;
  readonly deadline: Instant;
  readonly taken: boolean;
}

export const openWritebacks = projection<OpenWritebackRow, 'writeback'>({
  question: 'open_writebacks',
  version: 1,
  key: 'writeback_id',
  columns: {
    writeback_id: 'text not null',
    tenant_id: 'text not null',
    deadline: 'timestamptz not null',
    taken: 'boolean not null',
  },
  indexes: ['(tenant_id)'],
  on: {
    WritebackOffered: ({ data: { writebackId, tenantId, deadline } }) =>
      put({ writeback_id: writebackId, tenant_id: tenantId, deadline, taken: false }),
    WritebackLeased: ({ data: { writebackId } }) => updateIfThere(writebackId, (row) => ({ ...row, taken: true })),
    WritebackReported: ({ data: { writebackId } }) => drop(writebackId),
    WritebackExpired: ({ data: { writebackId } }) => drop(writebackId),
    WritebackLost: ({ data: { writebackId } }) => drop(writebackId),
  },
});

/** Ids, the longest waiting first. */
export const offeredTo = async (db: ReadModels, tenantId: string, now: Instant): Promise<readonly string[]> => {
  const rows = await rowsOf(db, openWritebacks)
    .where('tenant_id', '=', tenantId)
    .where('taken', '=', false)
    .where('deadline', '>', now)
    .orderBy('deadline')
    .limit(100)
    .execute();
  return rows.map(({ writeback_id }) => writeback_id);
};
