import { InvalidUsername } from './errors.js';

/** UTF-16 code units, before and after. */
const longest = 256;

/**
 * The one form all spellings of a username share. Close to Unicode's NFKC_Casefold (UAX #44): compatibility forms and
 * widths are folded (ｕｓｅｒ → user), case is folded by way of upper case (ß = SS = ss), what is invisible is dropped,
 * surrounding space is trimmed. Applying it twice changes nothing.
 *
 * @throws InvalidUsername for control characters, lone surrogates, nothing left, or more than 256 characters
 */
export function canonicalUsername(username: string): string {
  if (username.length > longest) throw new InvalidUsername('A username has at most 256 characters.');
  if (/\p{Cc}/u.test(username)) throw new InvalidUsername('A username has no control characters.');
  if (!username.isWellFormed()) throw new InvalidUsername('A username has no broken characters.');
  let canonical = fold(username);
  for (let next = fold(canonical); next !== canonical; next = fold(canonical)) canonical = next;
  if (canonical === '') throw new InvalidUsername('A username is not empty.');
  if (canonical.length > longest) throw new InvalidUsername('A username has at most 256 characters.');
  return canonical;
}

const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .trim();
