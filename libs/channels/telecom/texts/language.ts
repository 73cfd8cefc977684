export type PhoneLanguage = 'en' | 'ja';

/** The language a message or call is in for a person whose language is `tag` (BCP 47); English when we have no other. */
export const phoneLanguage = (tag: string | undefined): PhoneLanguage =>
  tag?.toLowerCase().split(/[-_]/)[0] === 'ja' ? 'ja' : 'en';
