import type { Language } from '../messages/language.js';

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** The largest unit that says something; from the second of it on, so that "1 day" is not said of 40 hours. */
function inUnit(ms: number): [count: number, unit: (typeof units)[number][0]] {
  const [unit, size] = units.find(([, one]) => ms >= 2 * one) ?? units[units.length - 1]!;
  return [Math.floor(ms / size), unit];
}

/** "12 seconds ago", "in 23 hours" */
export function relative(at: string, now: number, language: Language): string {
  const ms = Date.parse(at) - now;
  const [count, unit] = inUnit(Math.abs(ms));
  return new Intl.RelativeTimeFormat(language, { numeric: 'always' }).format(ms <= 0 ? -count : count, unit);
}

/** "3 hours", "47 days" */
export function age(since: string, now: number, language: Language): string {
  const [count, unit] = inUnit(Math.max(0, now - Date.parse(since)));
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

/** "Nov 27, 2026, 2:05:09 PM", where the reader is */
export const exactly = (at: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at));
