import { createHash } from 'node:crypto';
import { leadingZeroBits, sha256 } from './sha256.js';

const hex = (digest: Uint32Array) => [...digest].map((word) => word.toString(16).padStart(8, '0')).join('');

describe('sha256', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 200])('agrees with the platform for %i bytes', (length) => {
    const message = Uint8Array.from({ length }, (_, i) => (i * 37 + length) & 0xff);
    expect(hex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'));
  });

  it('counts the zero bits in front', () => {
    expect(leadingZeroBits(Uint32Array.of(0x00ffffff, 0))).toBe(8);
    expect(leadingZeroBits(Uint32Array.of(0, 0x40000000))).toBe(33);
    expect(leadingZeroBits(Uint32Array.of(0x80000000))).toBe(0);
  });
});
