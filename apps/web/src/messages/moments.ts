import type { Language } from './language.js';

/** "14:05", where the reader is. */
export const timeOf = (at: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(at));

/** "27 November 2026 at 14:05" */
export const momentOf = (at: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(at));

/** "Asia/Tokyo" */
export const timeZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
