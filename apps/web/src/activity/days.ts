import type { Language } from '../messages/language.js';

/** What happened on one day of the reader's own calendar. */
export interface Day<Item> {
  /** "Friday, 27 November 2026" */
  name: string;
  items: Item[];
}

/** @param items newest first; they stay in this order */
export function byDay<Item extends { at: string }>(items: readonly Item[], language: Language): Day<Item>[] {
  const nameOf = new Intl.DateTimeFormat(language, { dateStyle: 'full' });
  const days: Day<Item>[] = [];
  for (const item of items) {
    const name = nameOf.format(new Date(item.at));
    if (days.at(-1)?.name === name) days.at(-1)!.items.push(item);
    else days.push({ name, items: [item] });
  }
  return days;
}
