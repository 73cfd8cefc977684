import type { PasswordRules } from '../tenant/policy.js';
import { isCommon } from './common-passwords.js';
import { fold } from './folding.js';
import { enough, strengthOf } from './strength.js';

/** Why a password is refused; the last three come from the history, a breach file and the customer's directory. */
export type Reason =
  | 'too-short'
  | 'too-long'
  | 'forbidden-character'
  | 'classes'
  | 'contains-name'
  | 'banned'
  | 'used-before'
  | 'breached'
  | 'directory-policy';

export interface PasswordFacts {
  readonly rules: PasswordRules;
  /** The user's and the tenant's names; each of their parts of at least 4 characters is refused inside a password. */
  readonly names: readonly string[];
}

/** What the page tells before anybody types. Names no word: the tenant's own ones never reach a browser. */
export interface PasswordPolicyText {
  readonly minLength: number;
  readonly maxLength: number;
  /** How many of lower case, upper case, digits and others must occur; 0 asks for none. */
  readonly minClasses: number;
  /** What else is looked at once the password is submitted. */
  readonly alsoRefused: readonly Reason[];
}

/** NFC: before every check, hash, seal and comparison. */
export const normalise = (password: string): string => password.normalize('NFC');

/** Every reason to refuse this password, in a fixed order; none means it may be set. Normalises by itself. */
export function checkPassword(password: string, facts: PasswordFacts): readonly Reason[] {
  // Refused before any costly look at it; NFC makes no text that much shorter.
  if (password.length > facts.rules.maximumLength * unitsPerCharacter) return ['too-long'];
  const text = normalise(password);
  const length = lengthOf(text);
  if (length > facts.rules.maximumLength) return ['too-long'];
  return [
    ...(length < facts.rules.minimumLength ? (['too-short'] as const) : []),
    ...checks.filter(({ broken }) => broken(text, facts)).map(({ reason }) => reason),
  ];
}

/** @param breachedListed whether this installation has a list of breached passwords to look at */
export const policyText = (rules: PasswordRules, breachedListed = false): PasswordPolicyText => ({
  minLength: rules.minimumLength,
  maxLength: rules.maximumLength,
  minClasses: rules.classesRequired,
  alsoRefused: [
    ...checks.filter(({ toldAsNumber }) => !toldAsNumber).map(({ reason }) => reason),
    ...(breachedListed ? (['breached'] as const) : []),
    ...(rules.history > 0 && rules.historyOnReset ? (['used-before'] as const) : []),
  ],
});

/** In code points: what people take for characters, whatever the encoding. */
export const lengthOf = (text: string): number => [...text].length;

interface Check {
  readonly reason: Reason;
  readonly toldAsNumber?: true;
  /** @param text normalised */
  broken(text: string, facts: PasswordFacts): boolean;
}

const checks: readonly Check[] = [
  // A directory sets them without complaint, and then nobody can sign in with them.
  { reason: 'forbidden-character', broken: (text) => /[\p{Cc}\p{Cs}]/u.test(text) },
  { reason: 'classes', toldAsNumber: true, broken: (text, { rules }) => classesIn(text) < rules.classesRequired },
  { reason: 'contains-name', broken: (text, { names }) => containsName(fold(text), names) },
  { reason: 'banned', broken: (text, { rules }) => isCommon(text) || strengthOf(text, rules.bannedWords) < enough },
];

/** UTF-16 units that one character of the composed form may come from, generously. */
const unitsPerCharacter = 8;
const shortestName = 4;

const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u];
const classesIn = (text: string): number => classes.filter((kind) => kind.test(text)).length;

const containsName = (folded: string, names: readonly string[]): boolean =>
  names
    .flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}]+/u)])
    .some((name) => lengthOf(name) >= shortestName && folded.includes(fold(name)));
