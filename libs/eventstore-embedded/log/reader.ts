import type pg from 'pg';
import { toEntry, type Encode, type LogEntry } from './entry.js';
import { metastreamOf, isMetastream, tombstoneRevision, type RecordedEvent } from './event.js';
import { eventColumns, eventQuery, fromHex, toEvent } from './rows.js';
import { firstVisible, isSoftDeleted, retentionOf, type Retention } from './stream-metadata.js';
import { LogUnavailable } from './unavailable.js';

export type Direction = 'forwards' | 'backwards';

/** A stream as a reader meets it. */
export type StreamView =
  { kind: 'missing' } | { kind: 'tombstoned' } | { kind: 'readable'; last: number; first: number; notBefore: number };

/** Conditions PostgreSQL checks, so that what a subscriber does not want never leaves it. */
export interface Prefixes {
  on: 'stream' | 'type';
  anyOf: readonly string[];
}

const maximumRevision = '9223372036854775806';

/** Reads the table in pages. */
export class Reader {
  constructor(
    private readonly pool: pg.Pool,
    private readonly table: string,
    private readonly encode: Encode,
  ) {}

  /** `now`: milliseconds since 1970, for `$maxAge`. */
  async view(stream: string, now: number): Promise<StreamView> {
    const metastream = isMetastream(stream) ? stream.slice(2) : metastreamOf(stream);
    const rows = await this.#query<[string, string, string]>(
      'view',
      `SELECT name.name, last.revision, last.data FROM unnest($1::text[]) AS name (name)
        CROSS JOIN LATERAL (
          SELECT revision, CASE WHEN starts_with(name.name, '$$') THEN data ELSE '' END AS data
            FROM ${this.table} WHERE stream = name.name ORDER BY revision DESC LIMIT 1) AS last`,
      [[stream, metastream]],
    );
    const revisionOf = (name: string) => Number(rows.find((row) => row[0] === name)?.[1] ?? -1);
    const metadata = rows.find((row) => row[0] === metastream)?.[2];
    if (revisionOf(stream) >= tombstoneRevision) return { kind: 'tombstoned' };
    if (isMetastream(stream) && revisionOf(metastream) >= tombstoneRevision) return { kind: 'tombstoned' };
    return viewOf(revisionOf(stream), retentionOf(stream, metadata === undefined ? undefined : fromHex(metadata)), now);
  }

  /** Events of a stream from `revision` on, both ends included. */
  async stream(stream: string, revision: number, direction: Direction, limit: number): Promise<LogEntry[]> {
    const [comparison, order] = direction === 'forwards' ? ['>=', 'ASC'] : ['<=', 'DESC'];
    const text = `SELECT ${eventColumns} FROM ${this.table}
      WHERE stream = $1 AND revision ${comparison} $2 AND revision <= ${maximumRevision}
      ORDER BY revision ${order} LIMIT $3`;
    const bound = revision >= tombstoneRevision ? maximumRevision : revision;
    return this.#entries(`stream-${direction}`, text, [stream, bound, limit]);
  }

  /** Events from position `first` to `last`, both included, in order of position. */
  async range(first: number, last: number, prefixes?: Prefixes): Promise<LogEntry[]> {
    const text = `SELECT ${eventColumns} FROM ${this.table} WHERE position >= $1 AND position <= $2`;
    if (!prefixes) return this.#entries('range', `${text} ORDER BY position`, [first, last]);
    const condition = `EXISTS (SELECT FROM unnest($3::text[]) AS prefix WHERE starts_with(${prefixes.on}, prefix))`;
    const name = `range-${prefixes.on}`;
    return this.#entries(name, `${text} AND ${condition} ORDER BY position`, [first, last, prefixes.anyOf]);
  }

  async events(first: number, last: number): Promise<RecordedEvent[]> {
    const text = `SELECT ${eventColumns} FROM ${this.table} WHERE position >= $1 AND position <= $2 ORDER BY position`;
    return (await this.#query('range', text, [first, last])).map(toEvent as never);
  }

  async #entries(name: string, text: string, values: unknown[]): Promise<LogEntry[]> {
    const rows = await this.#query<Parameters<typeof toEvent>[0]>(name, text, values);
    return rows.map((row) => toEntry(toEvent(row), this.encode));
  }

  async #query<Row extends unknown[]>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(eventQuery(name, text, values))).rows;
    } catch (error) {
      throw new LogUnavailable('The event store could not read its database.', { cause: error });
    }
  }
}

export function viewOf(last: number, retention: Retention, now: number): StreamView {
  if (last < 0 || isSoftDeleted(retention)) return { kind: 'missing' };
  const notBefore = retention.maxAge === undefined ? -Infinity : now - retention.maxAge * 1000;
  return { kind: 'readable', last, first: firstVisible(retention, last), notBefore };
}
