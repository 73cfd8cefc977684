import fc from 'fast-check';
import { canonicalUsername } from './canonical-username.js';

describe('the canonical form of a username', () => {
  it.each([
    ['Cloud.User@Contoso.example', 'cloud.user@contoso.example'],
    ['  user \u3000', 'user'],
    ['ｕｓｅｒ＠ｘ', 'user@x'],
    ['ｶﾞ', 'ガ'],
    ['e\u0301', '\u00e9'],
    ['STRASSE', 'strasse'],
    ['straße', 'strasse'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'οδος'],
    ['\u212bngstrom', '\u00e5ngstrom'],
    ['zero\u200bwidth\ufeff\u00ad', 'zerowidth'],
    ['right\u202eleft', 'rightleft'],
    ['ﬁne', 'fine'],
    ['山田　太郎', '山田 太郎'],
  ])('of %j is %j', (username, canonical) => expect(canonicalUsername(username)).toBe(canonical));

  it.each([
    ['a NUL', 'a\0b'],
    ['a line feed', 'user\n'],
    ['a C1 control', 'a\u0085b'],
    ['half a surrogate pair', 'a\ud83d'],
    ['a reversed surrogate pair', '\ude00\ud83d'],
    ['nothing', '   '],
    ['nothing visible', '\u200b\u2060'],
    ['257 characters', 'x'.repeat(257)],
    ['what unfolds to more than 256', '\ufdfa'.repeat(200)],
  ])('does not exist for %s', (_, username) => {
    expect(() => canonicalUsername(username)).toThrow(expect.objectContaining({ name: 'InvalidUsername' }));
  });

  it('allows 256 characters', () => expect(canonicalUsername('X'.repeat(256))).toBe('x'.repeat(256)));

  it('of a canonical form is itself, and the same for either case and for any normalisation', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        const canonical = attempt(text);
        if (canonical === undefined) return;
        expect(canonicalUsername(canonical)).toBe(canonical);
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) expect(attempt(text.normalize(form))).toBe(canonical);
        expect(attempt(text.toUpperCase())).toBe(canonical);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same for every letter and its upper case', () => {
    const different: string[] = [];
    for (let point = 0x21; point < 0x20000; point++) {
      if (point >= 0xd800 && point < 0xe000) continue;
      const letter = String.fromCodePoint(point);
      const canonical = attempt(letter);
      if (canonical === undefined) continue;
      if (attempt(letter.toUpperCase()) !== canonical || canonicalUsername(canonical) !== canonical)
        different.push(point.toString(16));
    }
    expect(different).toEqual([]);
  });
});

function attempt(text: string): string | undefined {
  try {
    return canonicalUsername(text);
  } catch {
    return undefined;
  }
}
