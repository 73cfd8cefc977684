import type { Change, Projection } from './projection.js';

export type Row = Record<string, unknown>;
/** Rows by key; null: known to be absent. */
export type Rows = Map<string, Row | null>;

/**
 * @param rowAt how a row stood before
 * @returns the rows that the changes of one event change
 * @throws when a row that must be there is not
 */
export function rowsAfter(
  projection: Projection,
  changes: readonly Change<Row>[],
  rowAt: (key: string) => Row | null | undefined,
): Rows {
  const after: Rows = new Map();
  for (const change of changes) {
    const key = keyOf(projection, change);
    if (change.kind !== 'update') {
      after.set(key, change.kind === 'put' ? change.row : null);
      continue;
    }
    const row = after.has(key) ? after.get(key) : rowAt(key);
    if (!row) {
      if (change.missing === 'refused') throw new Error('there is no row to change');
      continue;
    }
    const next = change.fold(row) ?? null;
    if (next !== row) after.set(key, next);
  }
  return after;
}

export const keyOf = ({ key }: Projection, change: Change<Row>): string =>
  change.kind === 'put' ? String(change.row[key]) : change.key;
