import type { DirectoryRules } from './write-result.js';

/** The rules as they are, unless a refused password keeps every one of them: then they are not the reason. */
export function explaining(rules: DirectoryRules, password: string): DirectoryRules {
  const { minimumLength = 0, complexity = false, history = 0, minimumAgeHours = 0 } = rules;
  const tooShort = password.length < minimumLength;
  const tooPlain = complexity && kindsIn(password) < 3;
  return tooShort || tooPlain || history > 0 || minimumAgeHours > 0 ? rules : {};
}

/** Active Directory counts upper and lower case, digits, other letters, and whatever is none of these. */
const kindsIn = (password: string): number =>
  [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /\p{Lo}|\p{Lt}|\p{Lm}/u, /[^\p{L}\p{Nd}]/u].filter((kind) => kind.test(password))
    .length;
