import type { RecordedEvent } from '../log/event.js';
import { blockSize, varintSize, WireWriter } from './wire.js';

const jsonContent = 'application/json';
const binaryContent = 'application/octet-stream';

/** One metadata entry, `map<string, string>` field 6: key 1, value 2. */
interface Entry {
  key: string;
  value: string;
  valueLength: number;
  size: number;
}

/** Encodes an event as a complete `ReadResp`, its id as text, the way the clients ask for it. */
export function encodeReadResponse(event: RecordedEvent): Buffer {
  const stream = Buffer.byteLength(event.stream);
  const entries = [
    entry('type', event.type),
    entry('content-type', event.json ? jsonContent : binaryContent),
    entry('created', `${event.created}0000`),
  ];
  const number = 1 + varintSize(event.position);
  let recorded = blockSize(blockSize(36)) + blockSize(blockSize(stream)) + 1 + varintSize(event.revision) + 2 * number;
  for (const { size } of entries) recorded += blockSize(size);
  recorded += blockSize(event.metadata.length) + blockSize(event.data.length);
  const read = blockSize(recorded) + number;

  const out = new WireWriter(blockSize(read));
  out.open(1, read).open(1, recorded);
  out.open(1, blockSize(36)).text(2, event.id, 36);
  out.open(2, blockSize(stream)).text(3, event.stream, stream);
  out.varintAt(3, event.revision).varintAt(4, event.position).varintAt(5, event.position);
  for (const { key, value, valueLength, size } of entries) {
    out.open(6, size).text(1, key, key.length).text(2, value, valueLength);
  }
  out.block(7, event.metadata).block(8, event.data);
  return out.varintAt(3, event.position).bytes;
}

function entry(key: string, value: string): Entry {
  const valueLength = Buffer.byteLength(value);
  return { key, value, valueLength, size: blockSize(key.length) + blockSize(valueLength) };
}
