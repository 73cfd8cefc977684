import type { Entry } from 'ldapts';
import { SeveralEntries } from './directory-errors.js';

/** The one that was found, if any. @throws SeveralEntries */
export function onlyOne(entries: readonly Entry[]): Entry | undefined {
  if (entries.length > 1) throw new SeveralEntries();
  return entries[0];
}

/** All values of an attribute: servers write its name in any case. */
export function textsOf(entry: Entry, attribute: string): string[] {
  const wanted = attribute.toLowerCase();
  const name = Object.keys(entry).find((key) => key.toLowerCase() === wanted);
  return [name === undefined ? [] : (entry[name] ?? [])].flat().map(String);
}

/** The first value of an attribute; null when there is none. */
export const oneText = (entry: Entry, attribute: string): string | null => textsOf(entry, attribute)[0] ?? null;

export function numberIn(entry: Entry, attribute: string): number | undefined {
  const text = oneText(entry, attribute);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** @returns milliseconds since 1970 of a generalized time (RFC 4517 §3.3.13) as servers write it, in UTC */
export function instantIn(text: string): number | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text) ?? [];
  if (parts.length === 0) return undefined;
  const [year, month, day, hour, minute, second] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
