/** Characters that stand in for a letter: the common ones, so that `P@ssw0rd` reads `password`. */
const lookAlikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  i: 'l',
  '!': 'l',
  '|': 'l',
  '3': 'e',
  '€': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
  $: 's',
  '7': 't',
  '+': 't',
  '8': 'b',
  '9': 'g',
  '(': 'c',
  '¥': 'y',
};

const replaceable = new RegExp(`[${Object.keys(lookAlikes).join('').replace('|', '\\|')}]`, 'g');

/**
 * What is left of a text when case, width, accents and look-alikes no longer count: both sides of every comparison
 * with a word go through it. `i`, `1` and `!` become one letter, because each is used for the others.
 */
export function fold(text: string): string {
  const plain = /^[\x20-\x7e]*$/.test(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, '').normalize('NFC');
  return plain.toLowerCase().replace(replaceable, (character) => lookAlikes[character]!);
}
