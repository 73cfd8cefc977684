// Packs a list of passwords, the commonest first, into libs/domain/passwords/packed-passwords.ts:
//   npm run build && node scripts/pack-common-passwords.mjs LIST && npx prettier --write libs/domain/passwords/packed-passwords.ts
// LIST is "10 million passwords, top 1 000 000" (NOTICE). What the rules refuse anyway is left out.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fold } from '#libs/domain/passwords/folding';
import { enough, strengthOf } from '#libs/domain/passwords/strength';

const wanted = 3_000;
const lengths = Array.from({ length: 13 }, (_, n) => n + 8);
const list = readFileSync(process.argv[2], 'latin1').split(/\r?\n/).filter(Boolean);

const classesIn = (text) => [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(text)).length;
const commonest = (length, classes) =>
  list.filter((password) => password.length >= length && classesIn(password) >= classes).slice(0, wanted);

const folded = new Set();
for (const length of lengths) {
  for (const classes of [0, 3]) {
    const found = commonest(length, classes);
    process.stdout.write(`${length} characters, ${classes} classes: ${found.length}\n`);
    for (const password of found) if (strengthOf(password, []) >= enough) folded.add(fold(password));
  }
}
// A capital letter says how much of the word before goes on, and begins the next one: folded words have none.
const words = [...folded].filter((word) => /^[^A-Z\s\\`$]+$/.test(word)).sort();
let before = '';
const packed = words.map((word) => {
  let shared = 0;
  while (shared < 25 && shared < before.length && word[shared] === before[shared]) shared++;
  before = word;
  return String.fromCharCode(65 + shared) + word.slice(shared);
});
const lines = packed.join('').match(/.{1,2000}/g);
writeFileSync(
  'libs/domain/passwords/packed-passwords.ts',
  `// Made by scripts/pack-common-passwords.mjs from the list that NOTICE names; do not edit.\n` +
    `export const packedPasswords =\n${lines.map((line) => `  ${JSON.stringify(line)}`).join(' +\n')};\n`,
);
for (const [preset, length, classes] of [
  ['hardened', 15, 0],
  ['entra', 8, 3],
]) {
  writeFileSync(`fixtures/passwords/${preset}.txt.gz`, gzipSync(commonest(length, classes).join('\n'), { level: 9 }));
}
process.stdout.write(`${words.length} of ${folded.size} words, ${packed.join('').length} characters\n`);
