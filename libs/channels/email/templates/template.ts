import { htmlOf } from './html-layout.js';
import type { MailLanguage } from './language.js';
import type { Letter } from './letter.js';
import { textOf } from './text-layout.js';

/** Ready to be handed to the mailer. */
export interface MailContent {
  subject: string;
  text: string;
  html: string;
  language: MailLanguage;
}

export type Template<Data> = (data: Data, language: MailLanguage) => MailContent;

/** One mail: its letter in every language we write. A language left out does not compile. */
export function template<Data>(letters: Record<MailLanguage, (data: Data) => Letter>): Template<Data> {
  return (data, language) => {
    const letter = letters[language](data);
    return { subject: letter.subject, text: textOf(letter), html: htmlOf(letter, language), language };
  };
}
