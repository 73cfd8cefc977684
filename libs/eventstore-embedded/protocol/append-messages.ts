import type { ExpectedRevision, ProposedEvent } from '../log/event.js';
import { readUuid } from './uuid.js';
import { blockSize, MalformedMessage, varintSize, WireReader, WireWriter } from './wire.js';

/** One message of `Streams.BatchAppend`: an append may come in several, the last of them final. */
export interface BatchAppendRequest {
  /** The bytes of the correlation id, given back as they came. */
  correlation: Buffer;
  options?: BatchOptions;
  events: ProposedEvent[];
  final: boolean;
  /** What is wrong with one of its events. */
  invalid?: string;
}

export interface BatchOptions {
  /** The bytes of the stream identifier, given back as they came. */
  identifier: Buffer;
  stream: string;
  expected: ExpectedRevision;
  /** Milliseconds since 1970. */
  deadline?: number;
}

export interface AppendHeader {
  stream: string;
  expected: ExpectedRevision;
}

export class MissingMetadata extends Error {
  override readonly name = 'MissingMetadata';

  constructor(readonly property: string) {
    super(`Required Metadata Property '${property}' is missing`);
  }
}

/** @see `BatchAppendReq` in EventStoreDB's streams.proto */
export function readBatchAppend(bytes: Buffer): BatchAppendRequest {
  const request: BatchAppendRequest = { correlation: Buffer.alloc(0), events: [], final: false };
  const message = new WireReader(bytes);
  for (let field = message.field(); field; field = message.field()) {
    if (field === 1) request.correlation = message.block();
    else if (field === 2) request.options = readBatchOptions(message.message());
    else if (field === 3) readInto(request, message.message());
    else if (field === 4) request.final = message.varint() !== 0;
    else message.skip();
  }
  return request;
}

/** One message of `Streams.Append`: first the header, then one event each. */
export function readAppend(bytes: Buffer): AppendHeader | ProposedEvent {
  const message = new WireReader(bytes);
  for (let field = message.field(); field; field = message.field()) {
    if (field === 1) return readAppendHeader(message.message());
    if (field === 2) return readProposed(message.message());
    message.skip();
  }
  throw new MalformedMessage();
}

/** A successful `BatchAppendResp`. */
export function encodeBatchSuccess(
  correlation: Buffer,
  identifier: Buffer,
  last: number,
  position: number | undefined,
): Buffer {
  const place = position === undefined ? 0 : 2 * (1 + varintSize(position));
  const revision = last < 0 ? blockSize(0) : 1 + varintSize(last);
  const success = revision + blockSize(place);
  const out = new WireWriter(blockSize(correlation.length) + blockSize(success) + blockSize(identifier.length));
  out.block(1, correlation).open(3, success);
  if (last < 0) out.open(2, 0);
  else out.varintAt(1, last);
  if (position === undefined) out.open(4, 0);
  else out.open(3, place).varintAt(1, position).varintAt(2, position);
  return out.block(4, identifier).bytes;
}

function readInto(request: BatchAppendRequest, proposed: WireReader): void {
  try {
    request.events.push(readProposed(proposed));
  } catch (error) {
    request.invalid = (error as Error).message;
  }
}

function readBatchOptions(message: WireReader): BatchOptions {
  const options: BatchOptions = { identifier: Buffer.alloc(0), stream: '', expected: 'any' };
  for (let field = message.field(); field; field = message.field()) {
    if (field === 1) {
      options.identifier = message.block();
      options.stream = readIdentifier(new WireReader(options.identifier));
    } else if (field === 2) options.expected = message.varint();
    else if (field >= 3 && field <= 5) {
      options.expected = field === 3 ? 'no-stream' : field === 4 ? 'any' : 'stream-exists';
      message.block();
    } else if (field === 6) options.deadline = readTimestamp(message.message());
    else message.skip();
  }
  return options;
}

function readAppendHeader(message: WireReader): AppendHeader {
  const header: AppendHeader = { stream: '', expected: 'any' };
  for (let field = message.field(); field; field = message.field()) {
    if (field === 1) header.stream = readIdentifier(message.message());
    else if (field === 2) header.expected = message.varint();
    else if (field >= 3 && field <= 5) {
      header.expected = field === 3 ? 'no-stream' : field === 4 ? 'any' : 'stream-exists';
      message.block();
    } else message.skip();
  }
  return header;
}

function readProposed(message: WireReader): ProposedEvent {
  let id: ProposedEvent['id'] | undefined;
  let type: string | undefined;
  let contentType: string | undefined;
  let data: Buffer = nothing;
  let metadata: Buffer = nothing;
  for (let field = message.field(); field; field = message.field()) {
    if (field === 1) id = readUuid(message.message());
    else if (field === 2) {
      const [key, value] = readMapEntry(message.message());
      if (key === 'type') type = value;
      else if (key === 'content-type') contentType = value;
    } else if (field === 3) metadata = message.block();
    else if (field === 4) data = message.block();
    else message.skip();
  }
  if (!id) throw new MalformedMessage();
  if (!type) throw new MissingMetadata('type');
  if (!contentType) throw new MissingMetadata('content-type');
  return { id, type, json: contentType === 'application/json', data, metadata };
}

const nothing = Buffer.alloc(0);

function readIdentifier(message: WireReader): string {
  let name = '';
  for (let field = message.field(); field; field = message.field()) {
    if (field === 3) name = message.text();
    else message.skip();
  }
  return name;
}

function readMapEntry(message: WireReader): [key: string, value: string] {
  let key = '';
  let value = '';
  for (let field = message.field(); field; field = message.field()) {
    if (field === 1) key = message.text();
    else if (field === 2) value = message.text();
    else message.skip();
  }
  return [key, value];
}

function readTimestamp(message: WireReader): number {
  let seconds = 0;
  let nanos = 0;
  for (let field = message.field(); field; field = message.field()) {
    if (field === 1) seconds = message.varint();
    else if (field === 2) nanos = message.varint();
    else message.skip();
  }
  return seconds * 1000 + nanos / 1e6;
}
