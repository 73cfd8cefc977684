/**
 * One unambiguous byte string for a list of texts: each part's UTF-8 length as four big-endian bytes, then the part.
 * `['ab', 'c']` and `['a', 'bc']` differ, so a keyed hash or associated data over it cannot be shifted from one field
 * into the next.
 */
export function lengthPrefixed(parts: readonly string[]): Buffer {
  let size = 0;
  for (const part of parts) size += 4 + Buffer.byteLength(part);
  const bytes = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const part of parts) {
    const written = bytes.write(part, offset + 4);
    bytes.writeUInt32BE(written, offset);
    offset += 4 + written;
  }
  return bytes;
}
