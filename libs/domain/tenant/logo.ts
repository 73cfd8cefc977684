/** Largest logo, in bytes of the picture and in pixels of either side. */
const most = { bytes: 32 * 1024, pixels: 1024 } as const;

const opening = 'data:image/png;base64,';
/** Characters of the whole text, which carries three bytes in four. */
export const longestLogo = opening.length + Math.ceil(most.bytes / 3) * 4;

/**
 * Logos are PNG alone: a picture that carries no script, whose size can be told from its first bytes (PNG, §11.2.1).
 * @returns what it must be and is not
 */
export function logoObjection(logo: string): string | undefined {
  const data = logo.slice(opening.length);
  if (!logo.startsWith(opening) || data.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) {
    return 'must be a PNG as data:image/png;base64,…';
  }
  const head = bytesOf(data.slice(0, 32));
  const isPng = [...signature, ...headerChunk].every((byte, n) => head[n] === byte) && data.length > 32;
  if (!isPng) return 'must be a PNG as data:image/png;base64,…';
  const [width, height] = [numberAt(head, 16), numberAt(head, 20)];
  if (width < 1 || height < 1 || width > most.pixels || height > most.pixels) {
    return `must be at most ${most.pixels} pixels wide and high`;
  }
  return undefined;
}

/** The picture itself, base64. */
export const pictureOf = (logo: string): string => logo.slice(opening.length);

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length 13 and the name IHDR. */
const headerChunk = [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function bytesOf(base64: string): number[] {
  const bits = [...base64].map((character) => alphabet.indexOf(character));
  const bytes: number[] = [];
  for (let n = 0; n + 3 < bits.length; n += 4) {
    const [a, b, c, d] = bits.slice(n, n + 4) as [number, number, number, number];
    bytes.push((a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d);
  }
  return bytes;
}

const numberAt = (bytes: readonly number[], at: number): number =>
  bytes.slice(at, at + 4).reduce((number, byte) => number * 256 + byte, 0);
