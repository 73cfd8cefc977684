import fc from 'fast-check';
import { enough, strengthOf } from './strength.js';
import { weakWords } from './weak-words.js';

describe('strengthOf', () => {
  it.each([
    // Published by Microsoft: "contoso" and "blank" are banned; [contoso] + [blank] + [1] + [2], and one more.
    ['C0ntos0Blank12', ['contoso', 'blank'], 4],
    ['ContoS0Bl@nkf9!', ['contoso', 'blank'], 5],
    // Published by Microsoft: one edit away from a banned "abcdef" is as good as the word.
    ['abcdeg', ['abcdef'], 1],
    ['abcde', ['abcdef'], 1],
    ['abcdefg', ['abcdef'], 1],
    ['Bl@nK', ['blank'], 1],
  ])('counts %s as published', (password, words, points) => {
    expect(strengthOf(password, words)).toBe(points);
  });

  it.each([
    ['', 0],
    ['a', 1],
    ['password', 1],
    ['P@ssw0rd', 1],
    ['pa55word!', 2],
    ['ｐａｓｓｗｏｒｄ', 1],
    ['pässwörd', 1],
    ['paxssword', 1],
    ['pasword', 1],
    ['assword', 1],
    ['passwore', 1],
    ['Adm1n!strator', 1],
    ['sakura2024', 2],
    ['Sakura-2024', 3],
    ['kawaii sakura', 3],
    ['qwertyuiop12345', 2],
    ['1qaz2wsx3edc4rfv', 1],
    ['zaq1zaq1zaq1zaq1', 4],
    ['aaaaaaaaaaaaaaaa', 1],
    ['aaaaaaaaaaaaaaa1', 2],
    ['abcabcabcabcabc', 3],
    ['mama', 1],
    ['mamamamamamamama', 2],
    ['Passw0rd!Passw0rd!', 2],
    ['passwordpassword1', 3],
    ['SummerWinter2025', 3],
    ['correct horse battery staple', enough],
    ['Correct-Horse-1!', enough],
    ['Violet-Kettle-42', enough],
    ['吾輩は猫である名前はまだ無い', enough],
    ['😀😁😂🤣', 4],
    ['😀😁😂🤣😃', enough],
  ])('%s is worth %i', (password, points) => {
    expect(strengthOf(password, [])).toBe(points);
  });

  it('takes the reading that gives least', () => {
    expect(strengthOf('winterthurmond', [])).toBe(enough);
    expect(strengthOf('winterthurmond', ['winterthur', 'terthurmond'])).toBe(4);
  });

  it('finds short words only as they stand', () => {
    expect(strengthOf('fxojordz', ['fjord'])).toBe(enough);
    expect(strengthOf('xfjordzq', ['fjord'])).toBe(4);
  });

  it('never gives more for more banned words', () => {
    fc.assert(
      fc.property(typed, fc.array(word, { maxLength: 8 }), word, (password, words, more) => {
        expect(strengthOf(password, [...words, more])).toBeLessThanOrEqual(strengthOf(password, words));
      }),
    );
  });

  it('never gives more than one point a character', () => {
    fc.assert(
      fc.property(typed, (password) => {
        expect(strengthOf(password, [])).toBeLessThanOrEqual([...password].length);
      }),
    );
  });

  it('gives one point for any weak word, however it is disguised', () => {
    const disguises: ((word: string) => string)[] = [
      (word) => word.toUpperCase(),
      (word) => word.replaceAll('o', '0').replaceAll('a', '@').replaceAll('s', '$').replaceAll('l', '1'),
      (word) => word.replaceAll('i', '!').replaceAll('e', '3').replaceAll('t', '7'),
    ];
    for (const weak of weakWords) {
      for (const disguise of disguises) expect([weak, strengthOf(disguise(weak), [])]).toEqual([weak, 1]);
    }
  });
});

describe('the work it takes', () => {
  it('stays below a millisecond for 256 characters and 1 000 words', () => {
    const words = Array.from({ length: 1_000 }, (_, i) => `tenant${i.toString(36)}word`);
    const password = 'Grüße aus dem Tal der 7 Mühlen, '.repeat(7) + 'ohne Wiederholung, mit Ende.....';
    expect([...password]).toHaveLength(256);
    expect(millisecondsOf(() => strengthOf(password, words), 50)).toBeLessThan(1);
  });

  it('is bounded for the worst words and passwords there can be', () => {
    const words = Array.from({ length: 1_000 }, (_, i) => 'a'.repeat(4 + (i % 27)) + i.toString(36));
    const worst = [
      'a'.repeat(255) + 'b',
      `${'a'.repeat(30)}b`.repeat(8),
      'ab'.repeat(127) + 'cd',
      `${'a'.repeat(9)}b`.repeat(25),
    ];
    for (const password of worst) expect(millisecondsOf(() => strengthOf(password, words), 2)).toBeLessThan(150);
  });
});

const typed = fc.string({ unit: fc.constantFrom(...'aAbco0@s$l1ntkpw5-', 'é', 'か', '😀'), maxLength: 40 });
const word = fc.string({ unit: fc.constantFrom(...'abcontkl'), minLength: 4, maxLength: 9 });

/** Milliseconds of processor time, the best of several: the machine's other work is not what is measured. */
function millisecondsOf(work: () => void, times: number): number {
  const once = () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };
  return Math.min(...Array.from({ length: times }, once));
}
