import fc from 'fast-check';
import { isSameNumber, phoneNumber, prefixOf } from './phone-number.js';

describe('a phone number', () => {
  it.each([
    ['+81 9000000001', '+819000000001', 'JP'],
    ['+81 3-1234-5678 ext. 12', '+81312345678', 'JP'],
    ['＋８１ ９０ 0000 0001', '+819000000001', 'JP'],
    ['+1 202 555 0123', '+12025550123', 'US'],
    ['+44 7400 123456', '+447400123456', 'GB'],
  ])('%s is %s of %s', (text, e164, country) => expect(phoneNumber(text)).toEqual({ e164, country }));

  it.each(['', '090', '09000000001', '+81', 'anna', '+999 1234567', '+81 9000000001 9000000002'])('is not %p', (text) =>
    expect(phoneNumber(text)).toBeUndefined(),
  );

  it.each(['+819000000001', '090-0000-0001', '(090) 0000 0001', ' ０９００００００００１ '])(
    'may be typed as %p',
    (typed) => expect(isSameNumber(typed, '+81 9000000001')).toBe(true),
  );

  it.each(['', '+81 9000000002', '+82 9000000001', '0001', '+81', '#'])('is not meant by %p', (typed) =>
    expect(isSameNumber(typed, '+81 9000000001')).toBe(false),
  );

  it('shares its prefix with its neighbours', () => {
    expect(prefixOf('+819000000001')).toBe(prefixOf('+819000009999'));
    expect(prefixOf('+819000000001')).not.toBe(prefixOf('+819000010000'));
  });

  it('is never read out of what throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => void isSameNumber(text, text)));
  });
});
