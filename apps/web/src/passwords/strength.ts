/** 0 nothing typed, 1 very weak … 5 very strong. */
export type Strength = 0 | 1 | 2 | 3 | 4 | 5;

/**
 * A rough measure of how many guesses a password withstands: every character counts by the size of its alphabet, one
 * that continues a run (aaa, abc, 321, qwerty) or stands in a common word hardly counts. Advice only, never a rule.
 */
export function strengthOf(password: string): Strength {
  if (password === '') return 0;
  const bits = bitsOf(password);
  return bits < 28 ? 1 : bits < 45 ? 2 : bits < 62 ? 3 : bits < 85 ? 4 : 5;
}

function bitsOf(password: string): number {
  const characters = [...password];
  const perCharacter = Math.log2(alphabetOf(password));
  const common = inCommonWords(password.toLowerCase());
  let bits = 0;
  characters.forEach((character, i) => {
    const seen = characters.indexOf(character) < i;
    const weight = common[i] ? 0.2 : continuesRun(characters, i) ? 0.15 : seen ? 0.6 : 1;
    bits += weight * perCharacter;
  });
  return bits;
}

function alphabetOf(password: string): number {
  const kinds: [RegExp, number][] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[ -/:-@[-`{-~]/, 33],
    [/[^ -~]/, 200],
  ];
  return kinds.reduce((size, [kind, count]) => (kind.test(password) ? size + count : size), 0);
}

function continuesRun(characters: string[], i: number): boolean {
  const [before, here] = [characters[i - 1]?.toLowerCase(), characters[i]!.toLowerCase()];
  if (before === undefined) return false;
  const step = here.codePointAt(0)! - before.codePointAt(0)!;
  return Math.abs(step) <= 1 || KEYBOARD.some((row) => row.includes(before + here) || row.includes(here + before));
}

function inCommonWords(password: string): boolean[] {
  const common: boolean[] = [];
  for (const word of COMMON_WORDS) {
    for (let at = password.indexOf(word); at >= 0; at = password.indexOf(word, at + 1)) {
      for (let i = at; i < at + word.length; i++) common[i] = true;
    }
  }
  return common;
}

const KEYBOARD = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const COMMON_WORDS = [
  'password',
  'passwort',
  'welcome',
  'letmein',
  'admin',
  'login',
  'summer',
  'winter',
  'spring',
  'secret',
  'changeme',
  'iloveyou',
  'monkey',
  'dragon',
  'company',
  'user',
  'pass',
  'sakura',
];
