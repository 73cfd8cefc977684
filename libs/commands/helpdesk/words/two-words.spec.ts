import { english } from './english.js';
import { japanese } from './japanese.js';
import { spoken, twoWords, wordBits } from './two-words.js';

describe.each([
  ['en', english],
  ['ja', japanese],
] as const)('the words in %s', (language, list) => {
  it('are at least 2^22 pairs', () => {
    expect(new Set(list).size).toBe(2 ** (wordBits / 2));
    expect(new Set(list.map(spoken)).size).toBe(list.length);
    expect(list.every((word) => /^[\p{L}\p{M}]{2,}$/u.test(word))).toBe(true);
  });

  it('stand for every number, the first and the last too', () => {
    expect(twoWords(0, language)).toBe(`${list[0]} ${list[0]}`);
    expect(twoWords(2 ** wordBits - 1, language)).toBe(`${list[2047]} ${list[2047]}`);
    expect(twoWords(1, language)).toBe(`${list[0]} ${list[1]}`);
  });
});

describe('what was heard', () => {
  it.each([
    ['apple river', ' Apple-River. '],
    ['あいさつ かたち', 'アイサツ　カタチ'],
    ['がっこう ぱそこん', '\u304b\u3099っこう・ﾊﾟｿｺﾝ'],
  ])('%s is %s', (sent, typed) => expect(spoken(typed)).toBe(spoken(sent)));

  it('is not something else', () => expect(spoken('apple rivet')).not.toBe(spoken('apple river')));
});
