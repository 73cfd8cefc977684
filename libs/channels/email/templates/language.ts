export const mailLanguages = ['en', 'ja'] as const;
export type MailLanguage = (typeof mailLanguages)[number];

/** The language a mail is written in for a person whose language is `tag` (BCP 47); English when we have no other. */
export function mailLanguage(tag: string | undefined): MailLanguage {
  const primary = tag?.toLowerCase().split(/[-_]/)[0];
  return mailLanguages.find((language) => language === primary) ?? 'en';
}
