import type { DataKind } from '#libs/domain/account/retention';
import type { Instant } from '#libs/domain/time';
import { projection, put } from './projection.js';
import { rowsOf, type ReadModels } from './rows.js';

/** What became of a vault row that an event refers to? One row for each that was destroyed under the retention rule. */
export interface DestroyedDataRow {
  readonly ref: string;
  readonly account_id: string;
  readonly what: DataKind;
  readonly superseded_at: Instant;
  readonly destroyed_at: Instant;
}

export const destroyedData = projection<DestroyedDataRow>({
  question: 'destroyed_data',
  version: 1,
  key: 'ref',
  columns: {
    ref: 'text not null',
    account_id: 'text not null',
    what: 'text not null',
    superseded_at: 'timestamptz not null',
    destroyed_at: 'timestamptz not null',
  },
  every: ({ type, data }) =>
    type === 'SupersededDataDestroyed'
      ? data.values.map(({ ref, what, supersededAt }) =>
          put({ ref, account_id: data.accountId, what, superseded_at: supersededAt, destroyed_at: data.at }),
        )
      : [],
});

/** @returns when each of those was destroyed that were */
export async function destroyedAmong(db: ReadModels, refs: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
  if (refs.length === 0) return new Map();
  const rows = await rowsOf(db, destroyedData).where('ref', 'in', refs).execute();
  return new Map(rows.map(({ ref, destroyed_at }) => [ref, destroyed_at]));
}
