import type { UUID } from 'node:crypto';
import type pg from 'pg';
import type { RecordedEvent } from './event.js';

/** The columns {@link toEvent} expects, in order. */
export const eventColumns = 'position, stream, revision, id, type, created, json, data, metadata';

type EventRow = [string, string, string, UUID, string, string, string, string, string];

const asIs = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

/** A named, prepared query whose rows are arrays of PostgreSQL's text form: the cheapest this driver offers. */
export const eventQuery = (name: string, text: string, values: unknown[]) => ({
  name,
  text,
  values,
  rowMode: 'array' as const,
  types: asIs,
});

export const toEvent = (row: EventRow): RecordedEvent => ({
  position: Number(row[0]),
  stream: row[1],
  revision: Number(row[2]),
  id: row[3],
  type: row[4],
  created: Number(row[5]),
  json: row[6] === 't',
  data: fromHex(row[7]),
  metadata: fromHex(row[8]),
});

/** PostgreSQL writes bytea as `\x` and hexadecimal digits. */
export const fromHex = (text: string): Buffer => Buffer.from(text.slice(2), 'hex');
