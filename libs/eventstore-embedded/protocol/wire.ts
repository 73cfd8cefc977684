/**
 * The protobuf wire format, by hand, for the messages every append and every read goes through: the generated classes
 * cost several times as much per event.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  #at = 0;
  readonly #end: number;

  constructor(private readonly bytes: Buffer) {
    this.#end = bytes.length;
  }

  /** The next field's number, its wire type kept for {@link skip}; 0 at the end. */
  field(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.varint();
    this.#wireType = tag & 7;
    return tag >>> 3;
  }

  #wireType = 0;

  /** Exact up to 2^53. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < 10; length++) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new MalformedMessage();
  }

  bigint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.#at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new MalformedMessage();
  }

  /** A view of the message's own memory. */
  block(): Buffer {
    const length = this.varint();
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#end) throw new MalformedMessage();
    return this.bytes.subarray(from, this.#at);
  }

  text(): string {
    return this.block().toString('utf8');
  }

  message(): WireReader {
    return new WireReader(this.block());
  }

  skip(): void {
    if (this.#wireType === 0) this.bigint();
    else if (this.#wireType === 2) this.block();
    else if (this.#wireType === 1) this.#at += 8;
    else if (this.#wireType === 5) this.#at += 4;
    else throw new MalformedMessage();
  }
}

export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';

  constructor() {
    super('The message is not valid protobuf.');
  }
}

/** Fields with numbers below 16 only: their tag is one byte. */
export const varintField = (field: number): number => field << 3;
export const blockField = (field: number): number => (field << 3) | 2;

/** The largest signed 64-bit integer, which a double cannot tell from 2^63: that value stands for it when written. */
const largest = 2 ** 63;
const largestEncoded = Buffer.from('ffffffffffffffff7f', 'hex');

export function varintSize(value: number): number {
  if (value === largest) return largestEncoded.length;
  let size = 1;
  while (value >= 128) {
    value = Math.floor(value / 128);
    size += 1;
  }
  return size;
}

/** Size of a tag, a length and that many bytes. */
export const blockSize = (length: number): number => 1 + varintSize(length) + length;

/** Writes into a buffer whose size was computed before. */
export class WireWriter {
  #at = 0;
  readonly bytes: Buffer;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  varint(value: number): this {
    if (value === largest) {
      this.#at += largestEncoded.copy(this.bytes, this.#at);
      return this;
    }
    while (value >= 128) {
      this.bytes[this.#at++] = (value % 128) | 0x80;
      value = Math.floor(value / 128);
    }
    this.bytes[this.#at++] = value;
    return this;
  }

  varintAt(field: number, value: number): this {
    this.bytes[this.#at++] = varintField(field);
    return this.varint(value);
  }

  /** Announces a block of `length` bytes; its content follows. */
  open(field: number, length: number): this {
    this.bytes[this.#at++] = blockField(field);
    return this.varint(length);
  }

  block(field: number, content: Buffer): this {
    this.open(field, content.length);
    this.#at += content.copy(this.bytes, this.#at);
    return this;
  }

  text(field: number, content: string, length: number): this {
    this.open(field, length);
    this.#at += this.bytes.write(content, this.#at, 'utf8');
    return this;
  }
}
