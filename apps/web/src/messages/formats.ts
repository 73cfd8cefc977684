import type { Language } from './language.js';

/** Dates, times and durations as the language writes them. */
export interface Formats {
  /** "14:05" of today, with the date when it is another day */
  moment(at: string | number): string;
  /** "2 minutes", "45 seconds": the largest unit that still says something */
  duration(seconds: number): string;
}

export function formatsOf(language: Language): Formats {
  const time = new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' });
  const dateAndTime = new Intl.DateTimeFormat(language, {
    month: 'long',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit',
  });
  const unit = (name: 'second' | 'minute' | 'hour') =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'long' });
  const [second, minute, hour] = [unit('second'), unit('minute'), unit('hour')];

  return {
    moment: (at) => {
      const date = new Date(at);
      const today = date.toDateString() === new Date().toDateString();
      return (today ? time : dateAndTime).format(date);
    },
    duration: (seconds) => {
      if (seconds < 60) return second.format(Math.max(0, Math.ceil(seconds)));
      if (seconds < 3_600) return minute.format(Math.ceil(seconds / 60));
      return hour.format(Math.ceil(seconds / 3_600));
    },
  };
}
