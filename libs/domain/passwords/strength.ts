import { fold } from './folding.js';
import { walks, weakWords } from './weak-words.js';

/** Points a password needs; beyond them nobody counts. */
export const enough = 5;

/**
 * One point for each banned term found and one for each character left over, counted in the reading that gives least,
 * up to `enough`. Method and threshold: Microsoft Entra, "Eliminate bad passwords using Microsoft Entra Password
 * Protection". Ours also takes repetitions (`abcabc…`, `aaaa`) and keyboard walks for one term each.
 * @param tenantWords the tenant's own banned words
 */
export function strengthOf(password: string, tenantWords: readonly string[]): number {
  const text = fold(password);
  const words = [...globalWords, ...foldedOnce(tenantWords)];
  return Math.min(...[text, ...repeatedUnit(text)].map((reading) => points(reading, words)));
}

const shortestWord = 4;
const shortestRun = 4;
/** Shorter words are found exactly as they stand: with one letter wrong they are anything. */
const shortestFuzzyWord = 6;

const foldWords = (words: readonly string[]): readonly string[] =>
  [...new Set(words.map(fold))].filter(({ length }) => length >= shortestWord);

const globalWords = foldWords(weakWords);
const foldedWalks = walks.map(fold);

/** A thousand words cost half a millisecond to fold, and a policy comes back with every password it judges. */
const memory = new WeakMap<readonly string[], readonly string[]>();
function foldedOnce(words: readonly string[]): readonly string[] {
  const folded = memory.get(words) ?? foldWords(words);
  memory.set(words, folded);
  return folded;
}

/** Point by point outwards: few places are reached before there are enough, however long the text. */
function points(text: string, words: readonly string[]): number {
  const seen = new Set([0]);
  let reached: readonly number[] = [0];
  let spent = 0;
  while (!seen.has(text.length)) {
    if (++spent === enough) return enough;
    const ends = new Set(reached.flatMap((start) => endsOfTerms(text, start, words)));
    reached = [...ends].filter((end) => !seen.has(end));
    for (const end of reached) seen.add(end);
  }
  return spent;
}

/** Where one more point may lead: past one character, a run, or a word. */
function endsOfTerms(text: string, start: number, words: readonly string[]): number[] {
  const character = text.codePointAt(start)! > 0xffff ? 2 : 1;
  const ends = [start + character, ...endsOfRuns(text, start)];
  const [here, next] = [text.charCodeAt(start), text.charCodeAt(start + 1)];
  for (const word of words) {
    const second = word.charCodeAt(1);
    if (word.charCodeAt(0) !== here && second !== here && second !== next) continue;
    if (text.startsWith(word, start)) ends.push(start + word.length);
    else if (word.length >= shortestFuzzyWord) addEndsOfNearWord(ends, text, start, word);
  }
  return ends;
}

function endsOfRuns(text: string, start: number): number[] {
  const ends: number[] = [];
  for (let end = start + 1; end < text.length && text[end] === text[start];) {
    if (++end - start >= shortestRun) ends.push(end);
  }
  for (const walk of foldedWalks) {
    for (let end = start + shortestRun; end <= text.length && walk.includes(text.slice(start, end)); end++) {
      ends.push(end);
    }
  }
  return ends;
}

/** One letter replaced, left out, or put in between: at the rim it would swallow a character that counts. */
function addEndsOfNearWord(ends: number[], text: string, start: number, word: string): void {
  const last = word.length - 1;
  let same = 0;
  while (same <= last && text.charCodeAt(start + same) === word.charCodeAt(same)) same++;
  const at = start + same;
  if (tailMatches(text, at + 1, word, same + 1)) ends.push(start + word.length);
  if (tailMatches(text, at, word, same + 1)) ends.push(start + last);
  if (same > 0 && tailMatches(text, at + 1, word, same)) ends.push(start + word.length + 1);
}

function tailMatches(text: string, at: number, word: string, from: number): boolean {
  const length = word.length - from;
  if (at + length > text.length) return false;
  for (let i = 0; i < length; i++) if (text.charCodeAt(at + i) !== word.charCodeAt(from + i)) return false;
  return true;
}

/** `abcabcab` → `abc`: saying it again adds nothing. */
function repeatedUnit(text: string): string[] {
  for (let period = 1; period <= text.length / 2; period++) {
    if (text.startsWith(text.slice(period))) return [text.slice(0, period)];
  }
  return [];
}
