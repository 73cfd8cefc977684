import type { Language } from '#libs/domain/account/lifecycle';
import { english } from './english.js';
import { japanese } from './japanese.js';

const lists: Readonly<Record<Language, readonly string[]>> = { en: english, ja: japanese };

/** Bits of a number that two words stand for: 2 048 words each. */
export const wordBits = 22;

/** @param number 0 … 2²² − 1 */
export const twoWords = (number: number, language: Language): string =>
  `${lists[language][number >> 11]!} ${lists[language][number & 0x7ff]!}`;

/** What was heard, whatever way it was written down: without spaces and marks, any case, any kana. */
export const spoken = (words: string): string =>
  words
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/[\s\p{P}\p{S}]+/gu, '');
