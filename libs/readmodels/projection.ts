import { isKnownType, type Category, type EventIn, type EventType } from '#libs/domain/events';
import type { LoggedEvent, ProjectedEvent } from './projected-event.js';

/** What one event does to one row. `put` and `drop` need not know the row; an update is `(row, event) → row`. */
export type Change<Row> = Put<Row> | Drop | Update<Row>;

interface Put<Row> {
  readonly kind: 'put';
  readonly row: Row;
}

interface Drop {
  readonly kind: 'drop';
  readonly key: string;
}

interface Update<Row> {
  readonly kind: 'update';
  readonly key: string;
  /** undefined removes the row */
  fold(this: void, row: Row): Row | undefined;
  /** what a missing row means: a defect of the history, or nothing */
  readonly missing: 'refused' | 'ignored';
}

type Handler<Row, T extends EventType> =
  | ((event: ProjectedEvent<T>) => Change<Row> | readonly Change<Row>[])
  /** known, and of no interest to this question */
  | 'ignored';

/** Every event type of the aggregates the question looks at: a forgotten one does not compile. */
type Handlers<Row, Of extends Category> = {
  readonly [T in EventIn<Of>['type']]: Handler<Row, T>;
};

/** PostgreSQL's column type and constraint, such as `timestamptz not null`. */
type Columns<Row> = { readonly [Column in keyof Row & string]: string };

interface Definition<Row> {
  /** the question's name in snake_case: the table is `<question>_<version>` */
  readonly question: string;
  /** raised with every change of columns or handlers, so that a new table is built beside the old one */
  readonly version: number;
  readonly key: keyof Row & string;
  readonly columns: Columns<Row>;
  /** what follows `CREATE INDEX ON <table>`, such as `(tenant_id, started_at)` */
  readonly indexes?: readonly string[];
  /** false: rows are only ever put once, so none is kept at hand */
  readonly changing?: boolean;
}

/** One question's rows: how they are stored and how each event changes them. Pure. */
export interface Projection<Row extends object = object> extends Definition<Row> {
  readonly table: string;
  /** @throws when the event is not as this release expects it */
  changes(event: LoggedEvent): readonly Change<Row>[];
}

/**
 * @typeParam Row what one row holds; instants as ISO 8601 strings, bigints as decimal strings
 * @typeParam Of categories of the streams it is made of
 */
export function projection<Row extends object, Of extends Category = Category>(
  definition: Definition<Row> &
    (
      | { readonly on: Handlers<Row, Of> }
      | { readonly every: (event: ProjectedEvent) => Change<Row> | readonly Change<Row>[] }
    ),
): Projection<Row> {
  const table = `${definition.question}_${definition.version}`;
  if ('every' in definition)
    return { ...definition, table, changes: (event) => listOf(definition.every(event as ProjectedEvent)) };
  const handlers = definition.on as Partial<Record<EventType, Handler<Row, EventType>>>;
  return {
    ...definition,
    table,
    changes(event) {
      const handler = isKnownType(event.type) ? handlers[event.type] : undefined;
      if (!handler || handler === 'ignored') return [];
      return listOf(handler(event as ProjectedEvent));
    },
  };
}

const listOf = <Row>(changes: Change<Row> | readonly Change<Row>[]): readonly Change<Row>[] =>
  'kind' in changes ? [changes] : changes;

export const put = <Row>(row: Row): Put<Row> => ({ kind: 'put', row });

export const drop = (key: string): Drop => ({ kind: 'drop', key });

/** The row must be there. */
export const update = <Row>(key: string, fold: (row: Row) => Row | undefined): Update<Row> => ({
  kind: 'update',
  key,
  fold,
  missing: 'refused',
});

/** The row may be gone already. */
export const updateIfThere = <Row>(key: string, fold: (row: Row) => Row | undefined): Update<Row> => ({
  kind: 'update',
  key,
  fold,
  missing: 'ignored',
});
