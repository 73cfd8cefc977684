import { createHmac } from 'node:crypto';
import { deriveCode, unbiasedDigits, type CodeParts } from './derived-code.js';
import { keyedToken } from './keyed-token.js';
import { lengthPrefixed } from './length-prefixed.js';

const key = Buffer.alloc(32, 7);
const parts: CodeParts = {
  tenantId: 'tenant',
  accountId: 'account',
  recoveryId: 'recovery',
  challengeId: 'challenge',
  method: 'email',
  contactRef: '00000000-0000-4000-8000-000000000001',
  digits: 8,
  purpose: 'reset',
};

describe('a derived code', () => {
  it('stays what it was, release after release: codes on their way must still be right', () => {
    const vectors = [6, 7, 8, 9, 10].map((digits) => deriveCode(key, { ...parts, digits }));
    expect(vectors).toEqual(['287328', '2722862', '34553311', '369662695', '3120531657']);
  });

  it('is HMAC-SHA-256 over length-prefixed fields, taken five bytes at a time', () => {
    const field = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
    const fields = [
      'keyturn/code/1',
      'tenant',
      'account',
      'recovery',
      'challenge',
      'email',
      parts.contactRef,
      '8',
      'reset',
      '0',
    ];
    const block = createHmac('sha256', key)
      .update(Buffer.concat(fields.map(field)))
      .digest();
    expect(deriveCode(key, parts)).toBe(String(block.readUIntBE(0, 5) % 1e8).padStart(8, '0'));
  });

  it('depends on the key and on every part', () => {
    const changed = (Object.keys(parts) as (keyof CodeParts)[])
      .filter((name) => name !== 'digits')
      .map((name) => deriveCode(key, { ...parts, [name]: `${parts[name]}x` }));
    const codes = [deriveCode(key, parts), deriveCode(Buffer.alloc(32, 8), parts), ...changed];
    expect(new Set(codes).size).toBe(9);
    expect(deriveCode(key, { ...parts, digits: 7 })).not.toBe(deriveCode(key, parts).slice(1));
  });

  it('does not let a text slip from one part into the next', () => {
    const shifted = { ...parts, tenantId: 'tenanta', accountId: 'ccount' };
    expect(deriveCode(key, shifted)).not.toBe(deriveCode(key, parts));
    expect(lengthPrefixed(['ab', 'c'])).not.toEqual(lengthPrefixed(['a', 'bc']));
    expect(lengthPrefixed(['é'])).toEqual(Buffer.from([0, 0, 0, 2, 0xc3, 0xa9]));
  });

  it('T2: has 6 to 10 digits, leading zeros included', () => {
    for (const digits of [5, 11, 6.5, Number.NaN])
      expect(() => deriveCode(key, { ...parts, digits })).toThrow(RangeError);
    const codes = Array.from({ length: 300 }, (_, n) => deriveCode(key, { ...parts, recoveryId: `recovery-${n}` }));
    expect(codes.every((code) => /^\d{8}$/.test(code))).toBe(true);
    expect(codes.some((code) => code.startsWith('0'))).toBe(true);
  });

  it('T1: is every code equally likely (chi-squared over 50 classes, 20 000 codes)', () => {
    const classes = new Array<number>(50).fill(0);
    const runs = 20_000;
    for (let n = 0; n < runs; n++)
      classes[Number(deriveCode(key, { ...parts, challengeId: `${n}`, digits: 6 })) % 50]!++;
    const expected = runs / classes.length;
    const chiSquared = classes.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(94.6); // the 0.9999 quantile for 49 degrees of freedom; the codes are always the same
  });

  it('skips numbers that would make small codes likelier', () => {
    const limit = 109 * 1e10; // the largest multiple of 10^10 below 2^40
    const block = Buffer.alloc(32);
    const put = (...numbers: number[]) => (
      numbers.forEach((number, index) => block.writeUIntBE(number, index * 5, 5)),
      block
    );
    expect(unbiasedDigits(10, [put(limit - 1, 1, 2)])).toBe('9999999999');
    expect(unbiasedDigits(10, [put(limit, 12, 2)])).toBe('0000000012');
    expect(unbiasedDigits(10, [put(2 ** 40 - 1, limit + 5, 42)])).toBe('0000000042');
    const skipped = Buffer.alloc(32, 0xff);
    expect(unbiasedDigits(10, [skipped, put(77)])).toBe('0000000077');
    expect(() => unbiasedDigits(10, [skipped])).toThrow('ran out');
  });
});

describe('a keyed token', () => {
  it('T3: is 43 characters that depend on the key, the parts and where they are divided', () => {
    const tokens = [
      keyedToken(key, 'ab', 'c'),
      keyedToken(key, 'a', 'bc'),
      keyedToken(key, 'abc'),
      keyedToken(key, 'abc', ''),
      keyedToken(Buffer.alloc(32), 'ab', 'c'),
    ];
    expect(tokens.every((token) => /^[\w-]{43}$/.test(token))).toBe(true);
    expect(new Set(tokens).size).toBe(5);
    expect(keyedToken(key, 'ab', 'c')).toBe(tokens[0]);
  });
});
