/** One element of BER with a definite length (X.690 §8.1); LDAP uses no other kind (RFC 4511 §5.1). */
export interface Element {
  readonly tag: number;
  readonly bytes: Buffer;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
} as const;

/** More than any request of ours; a stranger cannot fill the memory. */
const longest = 256 * 1024;

/** @returns the first element and what follows it; undefined when it is not whole yet. @throws RangeError for nonsense */
export function firstIn(bytes: Buffer): { element: Element; rest: Buffer } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]!;
  const extra = short < 0x80 ? 0 : short & 0x7f;
  if (short === 0x80 || extra > 4) throw new RangeError('no definite length');
  if (bytes.length < 2 + extra) return undefined;
  const length = extra === 0 ? short : bytes.readUIntBE(2, extra);
  if (length > longest) throw new RangeError('too long');
  const [from, to] = [2 + extra, 2 + extra + length];
  if (bytes.length < to) return undefined;
  return { element: { tag: bytes[0]!, bytes: bytes.subarray(from, to) }, rest: bytes.subarray(to) };
}

/** @throws RangeError when they are not whole */
export function elementsIn(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const first = firstIn(rest);
    if (!first) throw new RangeError('cut off');
    elements.push(first.element);
    rest = first.rest;
  }
  return elements;
}

export const textOf = ({ bytes }: Element): string => bytes.toString('utf8');
export const numberOf = ({ bytes }: Element): number =>
  bytes.length === 0 || bytes.length > 6 ? 0 : bytes.readIntBE(0, bytes.length);

export function element(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  const size = content.length;
  if (size < 0x80) return Buffer.concat([Buffer.from([tag, size]), content]);
  const bytes = size < 0x100 ? 1 : size < 0x10000 ? 2 : 4;
  const head = Buffer.alloc(2 + bytes);
  head.writeUInt8(tag, 0);
  head.writeUInt8(0x80 | bytes, 1);
  head.writeUIntBE(size, 2, bytes);
  return Buffer.concat([head, content]);
}

/** @param value below 2³¹ and not negative */
export function integer(value: number, tag: number = tags.integer): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  let from = 0;
  while (from < 4 && bytes[from] === 0 && bytes[from + 1]! < 0x80) from++;
  return element(tag, bytes.subarray(from));
}
