import type { MailLanguage } from './language.js';

/** Such as `22 November 2026 at 18:05 JST` or `2026年11月22日 18:05 JST`. @param timeZone IANA name */
export function dateAndTime(at: Date, language: MailLanguage, timeZone = 'UTC'): string {
  const key = `${language} ${timeZone}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'ja-JP', {
      timeZone,
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short',
    });
    formats.set(key, format);
  }
  return format.format(at);
}

/** A format costs more to make than a mail; there are as many as time zones. */
const formats = new Map<string, Intl.DateTimeFormat>();
