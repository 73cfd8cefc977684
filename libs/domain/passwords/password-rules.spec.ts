import fc from 'fast-check';
import { presets, type PasswordRules } from '../tenant/policy.js';
import { checkPassword, lengthOf, normalise, policyText } from './password-rules.js';

const hardened = presets.hardened.passwords;
const entra = presets.entra.passwords;
const check = (password: string, rules: PasswordRules = hardened, names: readonly string[] = []) =>
  checkPassword(password, { rules, names });

describe('length', () => {
  it('P1: counts code points, not UTF-16 units', () => {
    expect(lengthOf('😀é')).toBe(2);
    expect(check('🐙🦑🦐🦞🦀🐡🐠🐟🐬🐳🐋🦈🐊🐅')).toEqual(['too-short']);
    expect(check('🐙🦑🦐🦞🦀🐡🐠🐟🐬🐳🐋🦈🐊🐅🐆')).toEqual([]);
  });

  it('counts after composing', () => {
    const decomposed = 'vivé-longtemps1'.normalize('NFD');
    expect(lengthOf(decomposed)).toBe(16);
    expect(check(decomposed, { ...hardened, maximumLength: 15 })).toEqual([]);
  });

  it('P1, P6: takes the longest and refuses one more', () => {
    const sentence = 'every good boy deserves a fine trip to Kyrgyzstan; ';
    expect(check(sentence.repeat(6).slice(0, 256))).toEqual([]);
    expect(check(sentence.repeat(6).slice(0, 257))).toEqual(['too-long']);
  });

  it('P6: refuses megabytes without looking at them', () => {
    const start = performance.now();
    expect(check('a\u0301'.repeat(4_000_000))).toEqual(['too-long']);
    expect(performance.now() - start).toBeLessThan(50);
  });
});

describe('characters', () => {
  it.each([
    ['NUL', '\0'],
    ['a control character', '\u0007'],
    ['a line feed', '\n'],
    ['DEL', '\u007f'],
    ['a C1 control', '\u0085'],
    ['a lone high surrogate', '\ud83d'],
    ['a lone low surrogate', '\ude00'],
  ])('P5: refuses %s', (_, character) => {
    expect(check(`Violet-Kettle-${character}-42`)).toEqual(['forbidden-character']);
  });

  it.each(['Violet Kettle 42 ', 'Grüße aus Köln 42', '紫のやかんと四十二の鐘の音が聞こえる', 'Violet-Kettle-😀'])(
    'takes %s',
    (password) => {
      expect(check(password)).toEqual([]);
    },
  );
});

describe('classes', () => {
  it.each([
    ['kettleviolet', ['classes']],
    ['Kettleviolet', ['classes']],
    ['Kettleviolet7', []],
    ['kettle-violet-7', []],
    ['紫のやかんと鐘の音', ['classes']],
    ['紫のやかんとKettle', []],
  ])('%s under three of four: %j', (password, reasons) => {
    expect(check(password, entra)).toEqual(reasons);
  });

  it('P2: are not asked for by default', () => {
    expect(check('kettlevioletthimble')).toEqual([]);
  });
});

describe('names', () => {
  it.each([
    ['p0LL23fb-marzipan', 'Poll'],
    ['Violet-C0nt0s0-42', 'Contoso Ltd.'],
    ['Violet-Tanak@-42-x', 'Tanaka Hanako'],
    ['kettle.cloud.violet', 'cloud.user'],
    ['Müllers-Kettle-42', 'muller'],
  ])('P3: %s contains %s', (password, name) => {
    expect(check(password, hardened, [name])).toEqual(['contains-name']);
  });

  it('leaves short ones alone: they are in every word', () => {
    expect(check('Violet-Kettle-Joe', hardened, ['Joe Li', 'li.wu', ''])).toEqual([]);
  });
});

describe('banned words', () => {
  it('follows the vectors that Microsoft publishes', () => {
    const rules = { ...entra, bannedWords: ['contoso', 'blank'] };
    expect(check('C0ntos0Blank12', rules)).toEqual(['banned']);
    expect(check('ContoS0Bl@nkf9!', rules)).toEqual([]);
  });

  it.each(['Password12345678', 'Summer2025Winter', 'sakurasakura2024!', 'Qwertyuiop123456', 'Iloveyouforever!'])(
    'P3: refuses %s',
    (password) => {
      expect(check(password)).toEqual(['banned']);
    },
  );

  it('says everything that is wrong at once', () => {
    expect(check('con\ntoso', { ...entra, minimumLength: 9 }, ['toso'])).toEqual([
      'too-short',
      'forbidden-character',
      'classes',
      'contains-name',
    ]);
  });
});

describe('normalise', () => {
  it('P4: makes both ways of typing a letter the same, once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(normalise(text.normalize('NFD'))).toBe(normalise(text));
        expect(normalise(normalise(text))).toBe(normalise(text));
      }),
    );
  });

  it('decides alike for both ways of typing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        expect(check(text.normalize('NFD'))).toEqual(check(text.normalize('NFC')));
      }),
    );
  });
});

/** Any UTF-16 at all, halves of pairs and control characters included. */
const anything = fc.uint16Array({ maxLength: 300 }).map((units) => String.fromCharCode(...units));

it('answers for any text at all', () => {
  fc.assert(
    fc.property(anything, fc.array(fc.string()), (text, names) => {
      const reasons = check(text, entra, names);
      expect(new Set(reasons).size).toBe(reasons.length);
    }),
  );
});

describe('policyText', () => {
  it('tells numbers and kinds, and no word of the tenant', () => {
    expect(policyText({ ...entra, bannedWords: ['contoso'] })).toEqual({
      minLength: 8,
      maxLength: 256,
      minClasses: 3,
      alsoRefused: ['forbidden-character', 'contains-name', 'banned'],
    });
  });

  it('names the history only where a reset looks at it', () => {
    expect(policyText({ ...hardened, historyOnReset: true }).alsoRefused).toContain('used-before');
    expect(policyText(hardened).alsoRefused).not.toContain('used-before');
  });

  it('tells that breached passwords are refused where there is a list of them', () => {
    expect(policyText(hardened, true).alsoRefused).toContain('breached');
    expect(policyText(hardened).alsoRefused).not.toContain('breached');
  });
});
