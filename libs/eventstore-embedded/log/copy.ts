import type pg from 'pg';
import { tombstoneRevision, type RecordedEvent } from './event.js';

/**
 * Writes a group of events with one COPY in binary form: one statement, one transaction, payloads untouched. The data
 * follow the statement without waiting for the server's go-ahead; the server drops them if the statement fails.
 */
export function copyEvents(client: pg.Client, table: string, events: readonly RecordedEvent[]): Promise<void> {
  return new Promise((done, failed) => {
    let error: Error | undefined;
    const rows = encodeRows(events);
    client.query({
      submit(connection: CopyConnection) {
        connection.stream.cork();
        connection.query(`COPY ${table} FROM STDIN (FORMAT binary)`);
        connection.sendCopyFromChunk(rows);
        connection.endCopyFrom();
        connection.stream.uncork();
      },
      handleCopyInResponse() {},
      handleRowDescription() {},
      handleDataRow() {},
      handleEmptyQuery() {},
      handleCommandComplete() {},
      handleError(cause: Error) {
        error = cause;
        failed(cause);
      },
      handleReadyForQuery() {
        if (!error) done();
      },
    } as unknown as pg.Submittable);
  });
}

/** The part of `pg`'s connection that a COPY needs; it is not in the published types. */
interface CopyConnection {
  stream: { cork(): void; uncork(): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

const signature = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const columns = 9;
/** position, revision, id, created, json: their lengths and values; the lengths of the four others. */
const fixed = 2 + 12 + 12 + 20 + 12 + 5 + 4 * 4;

/** @see https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format" */
function encodeRows(events: readonly RecordedEvent[]): Buffer {
  let size = signature.length + 2;
  for (const event of events) {
    size += fixed + Buffer.byteLength(event.stream) + Buffer.byteLength(event.type);
    size += event.data.length + event.metadata.length;
  }
  const out = Buffer.allocUnsafe(size);
  let at = signature.copy(out);
  for (const event of events) {
    at = out.writeInt16BE(columns, at);
    at = bigint(out, at, event.position);
    at = text(out, at, event.stream);
    at = event.revision === tombstoneRevision ? maxBigint(out, at) : bigint(out, at, event.revision);
    at = out.writeInt32BE(16, at);
    at += out.write(event.id.replaceAll('-', ''), at, 'hex');
    at = text(out, at, event.type);
    at = bigint(out, at, event.created);
    at = out.writeInt32BE(1, at);
    at = out.writeUInt8(event.json ? 1 : 0, at);
    at = bytes(out, at, event.data);
    at = bytes(out, at, event.metadata);
  }
  out.writeInt16BE(-1, at);
  return out;
}

/** @param value not negative */
function bigint(out: Buffer, at: number, value: number): number {
  out.writeInt32BE(8, at);
  out.writeUInt32BE(Math.floor(value / 2 ** 32), at + 4);
  return out.writeUInt32BE(value % 2 ** 32, at + 8);
}

function maxBigint(out: Buffer, at: number): number {
  out.writeInt32BE(8, at);
  return out.writeBigInt64BE(2n ** 63n - 1n, at + 4);
}

function text(out: Buffer, at: number, value: string): number {
  const length = out.write(value, at + 4, 'utf8');
  out.writeInt32BE(length, at);
  return at + 4 + length;
}

function bytes(out: Buffer, at: number, value: Buffer): number {
  out.writeInt32BE(value.length, at);
  return at + 4 + value.copy(out, at + 4);
}
