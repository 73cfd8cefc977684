import {
  Kysely,
  PostgresDialect,
  type KyselyPlugin,
  type PluginTransformResultArgs,
  type SelectQueryBuilder,
} from 'kysely';
import type pg from 'pg';
import type { Projection } from './projection.js';

/** Where questions are asked. */
export type ReadModels = Kysely<unknown>;

/** @param pool stays the caller's to end */
export const openReadModels = (pool: pg.Pool): ReadModels =>
  new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), plugins: [new PlainValues()] });

/** Begins a query on a question's table, known as `row`. */
export const rowsOf = <Row extends object>(
  db: ReadModels,
  projection: Projection<Row>,
): SelectQueryBuilder<{ row: Row }, 'row', Row> =>
  (db as Kysely<Record<string, Row>>)
    .selectFrom(`readmodels.${projection.table} as row`)
    .selectAll() as unknown as SelectQueryBuilder<{ row: Row }, 'row', Row>;

/** Instants are strings in rows as they are in events. */
export function plain<Row extends object>(row: Row): Row {
  for (const [column, value] of Object.entries(row)) {
    if (value instanceof Date) (row as Record<string, unknown>)[column] = value.toISOString();
  }
  return row;
}

class PlainValues implements KyselyPlugin {
  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => node;

  transformResult: KyselyPlugin['transformResult'] = ({ result }: PluginTransformResultArgs) => {
    for (const row of result.rows) plain(row);
    return Promise.resolve(result);
  };
}
