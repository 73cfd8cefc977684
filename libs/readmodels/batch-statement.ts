import { createHash } from 'node:crypto';
import type { Projection } from './projection.js';

/** Where a projection's rows go: its own table, or one being built beside it. */
export interface Target {
  readonly projection: Projection;
  readonly table: string;
}

/** Which parts a batch needs; the same parts make the same prepared statement. */
export interface Parts {
  readonly puts: readonly Target[];
  readonly drops: readonly Target[];
  readonly parks: boolean;
}

interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * One statement, and so one transaction and one round trip, for rows and checkpoint together. Every part reads from
 * `moved`: when the checkpoint is no longer where this writer left it, nothing at all is written.
 *
 * Parameters: $1 new position, $2 checkpoint, $3 old position, $4 generation; then the JSON rows of each put, the keys
 * of each drop, and the JSON rows to park.
 */
export function batchStatement({ puts, drops, parks }: Parts): Statement {
  const signature = [...puts.map(({ table }) => `+${table}`), ...drops.map(({ table }) => `-${table}`), parks].join();
  const known = statements.get(signature);
  if (known) return known;
  let parameter = 4;
  const parts = [
    `moved AS (UPDATE readmodels.checkpoints SET position = $1
      WHERE name = $2 AND position = $3 AND generation = $4 RETURNING name)`,
    ...puts.map((target, n) => `put${n} AS (${putRows(target, ++parameter)})`),
    ...drops.map((target, n) => `drop${n} AS (${dropRows(target, ++parameter)})`),
    ...(parks ? [`park AS (${parkStreams(++parameter)})`] : []),
  ];
  const text = `WITH ${parts.join(',\n')}\nSELECT name FROM moved`;
  const name = `readmodels-${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
  const statement = { name, text };
  statements.set(signature, statement);
  return statement;
}

const statements = new Map<string, Statement>();

function putRows({ projection: { key, columns, changing = true }, table }: Target, parameter: number): string {
  const names = Object.keys(columns);
  const typed = Object.entries<string>(columns).map(([name, type]) => `${name} ${typeOf(type)}`);
  const others = names.filter((name) => name !== key).map((name) => `${name} = excluded.${name}`);
  return `INSERT INTO readmodels.${table} (${names.join(', ')})
    SELECT ${names.map((name) => `r.${name}`).join(', ')}
    FROM moved, json_to_recordset($${parameter}::json) AS r (${typed.join(', ')})
    ${changing ? `ON CONFLICT (${key}) DO UPDATE SET ${others.join(', ')}` : ''}`;
}

const dropRows = ({ projection: { key }, table }: Target, parameter: number): string =>
  `DELETE FROM readmodels.${table} USING moved WHERE ${key} = ANY($${parameter}::text[])`;

const parkStreams = (parameter: number): string =>
  `INSERT INTO readmodels.parked (checkpoint, model, stream, position, event_id, type, reason)
    SELECT moved.name, p.model, p.stream, p.position, p.event_id, p.type, p.reason
    FROM moved, json_to_recordset($${parameter}::json)
      AS p (model text, stream text, position bigint, event_id text, type text, reason text)`;

/** `timestamptz not null` → `timestamptz` */
const typeOf = (column: string): string => column.replace(/ not null$/, '');
