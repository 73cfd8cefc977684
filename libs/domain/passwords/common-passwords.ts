import { packedPasswords } from './packed-passwords.js';
import { fold } from './folding.js';

/**
 * Whether this is one of the commonest passwords there are, whatever its case and look-alikes. Those that `strengthOf`
 * refuses by itself are not in the list.
 */
export function isCommon(password: string): boolean {
  // Read when it is first asked for: the command line never asks.
  folded ??= unpacked(packedPasswords);
  return folded.has(fold(password));
}

let folded: ReadonlySet<string> | undefined;

/** Sorted words; each begins with a capital letter that says how much of the word before it goes on: `Afirst` `Einch`. */
function unpacked(packed: string): ReadonlySet<string> {
  const words = new Set<string>();
  let before = '';
  for (const [, shared, rest] of packed.matchAll(/([A-Z])([^A-Z]*)/g)) {
    before = before.slice(0, shared!.charCodeAt(0) - 'A'.charCodeAt(0)) + rest!;
    words.add(before);
  }
  return words;
}
