/** What a template writes: the content of one mail, without any markup. Layouts turn it into text and HTML. */
export interface Letter {
  subject: string;
  /** Shown by mail programs beside the subject, on lock screens too: never a code. */
  preview: string;
  greeting?: string;
  body: readonly Block[];
  /** Small print under the line: who sent this and why it cannot be answered. */
  footer: readonly string[];
}

export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'code'; label: string; digits: string }
  /** to be read out: one line */
  | { kind: 'words'; label: string; words: string }
  | { kind: 'facts'; rows: readonly (readonly [name: string, value: string])[] }
  /** `why` is shown above the button; the address is shown in full under it */
  | { kind: 'link'; why: string; label: string; href: string };

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

/**
 * A value somebody else chose, made safe for one line: no line breaks, no invisible or direction-changing characters,
 * at most 120 characters. Markup is the layouts' business.
 */
export function oneLine(value: string): string {
  const line = value
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return [...line].length > 120 ? `${[...line].slice(0, 119).join('')}…` : line;
}

/** Groups of four (or three for six digits), for reading aloud and typing. */
export function groups(digits: string): string[] {
  if (!/^\d{6,10}$/.test(digits)) throw new TypeError('a code has 6 to 10 digits');
  const size = digits.length % 4 === 0 ? 4 : 3;
  return digits.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
}
