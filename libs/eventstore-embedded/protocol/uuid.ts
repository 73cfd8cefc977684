import type { UUID } from 'node:crypto';
import { MalformedMessage, type WireReader } from './wire.js';

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads `event_store.client.UUID`: text, or two 64-bit halves. */
export function readUuid(message: WireReader): UUID {
  let high = 0n;
  let low = 0n;
  let text: string | undefined;
  for (let field = message.field(); field; field = message.field()) {
    if (field === 2) text = message.text().toLowerCase();
    else if (field === 1) [high, low] = readHalves(message.message());
    else message.skip();
  }
  text ??= fromHalves(high, low);
  if (!pattern.test(text)) throw new MalformedMessage();
  return text as UUID;
}

export function uuidHalves(id: UUID): [high: string, low: string] {
  const hex = id.replaceAll('-', '');
  const half = (digits: string) => BigInt.asIntN(64, BigInt(`0x${digits}`)).toString();
  return [half(hex.slice(0, 16)), half(hex.slice(16))];
}

function readHalves(message: WireReader): [bigint, bigint] {
  let high = 0n;
  let low = 0n;
  for (let field = message.field(); field; field = message.field()) {
    if (field === 1) high = message.bigint();
    else if (field === 2) low = message.bigint();
    else message.skip();
  }
  return [high, low];
}

function fromHalves(high: bigint, low: bigint): string {
  const hex = ((BigInt.asUintN(64, high) << 64n) | BigInt.asUintN(64, low)).toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
