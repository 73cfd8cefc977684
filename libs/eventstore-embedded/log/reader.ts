import type pg from 'pg';
import { toEntry, type Encode, type LogEntry } from './entry.js';
import { tombstoneRevision } from './event.js';
import { eventColumns, eventQuery, toEvent } from './rows.js';
import { lastEventsQuery, statesFrom } from './states-query.js';
import type { StreamState } from './stream-state.js';
import { LogUnavailable } from './unavailable.js';

export type Direction = 'forwards' | 'backwards';

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

  /** The present state of streams, by {@link stateKey}. */
  async states(keys: readonly string[]): Promise<StreamState[]> {
    return statesFrom(keys, await this.#query(lastEventsQuery(this.table, keys)));
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

  async #entries(name: string, text: string, values: unknown[]): Promise<LogEntry[]> {
    const rows = await this.#query<Parameters<typeof toEvent>[0]>(eventQuery(name, text, values));
    return rows.map((row) => toEntry(toEvent(row), this.encode));
  }

  async #query<Row extends unknown[]>(query: ReturnType<typeof eventQuery>): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(query)).rows;
    } catch (error) {
      throw new LogUnavailable('The event store could not read its database.', { cause: error });
    }
  }
}
