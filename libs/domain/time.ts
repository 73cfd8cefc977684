/** An instant as events carry it: ISO 8601 UTC with milliseconds. */
export type Instant = string;

export const seconds = (n: number): number => n * 1_000;
export const minutes = (n: number): number => n * 60_000;
export const hours = (n: number): number => n * 3_600_000;
export const days = (n: number): number => n * 86_400_000;

/** @param ms milliseconds to add, negative to subtract */
export const plus = (at: Instant, ms: number): Instant => new Date(Date.parse(at) + ms).toISOString();

export const isBefore = (a: Instant, b: Instant): boolean => Date.parse(a) < Date.parse(b);

/** A day of UTC, `YYYY-MM-DD`: in order as text. */
export type Day = string;

export const dayOf = (at: Instant): Day => at.slice(0, 10);

export const later = (a: Instant, b: Instant): Instant => (isBefore(a, b) ? b : a);
