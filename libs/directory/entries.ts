import type { Entry } from 'ldapts';

/** The first value of an attribute, whatever its case; null when there is none. */
export function oneText(entry: Entry, attribute: string): string | null {
  const wanted = attribute.toLowerCase();
  const name = Object.keys(entry).find((key) => key.toLowerCase() === wanted);
  const value = name === undefined ? undefined : entry[name];
  const [first] = Array.isArray(value) ? value : [value];
  return first === undefined ? null : first.toString();
}

export function numberIn(entry: Entry, attribute: string): number | undefined {
  const text = oneText(entry, attribute);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
