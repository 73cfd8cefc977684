import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { en, type Messages } from './en.js';
import { ja } from './ja.js';
import { formatsOf, type Formats } from './formats.js';

export type Language = 'en' | 'ja';

export const LANGUAGES: Record<Language, string> = { en: 'English', ja: '日本語' };

interface Spoken {
  language: Language;
  t: Messages;
  formats: Formats;
  choose(language: Language): void;
}

const CATALOGUES: Record<Language, Messages> = { en, ja };
const Spoken = createContext<Spoken | undefined>(undefined);

/** `?lang=` wins, then what was chosen here before, then the browser's preference. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(preferredLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  const spoken = useMemo<Spoken>(
    () => ({
      language,
      t: CATALOGUES[language],
      formats: formatsOf(language),
      choose: (chosen) => {
        remember(chosen);
        dropLanguageFromAddress();
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <Spoken value={spoken}>{children}</Spoken>;
}

export function useLanguage(): Spoken {
  const spoken = useContext(Spoken);
  if (!spoken) throw new Error('outside of LanguageProvider');
  return spoken;
}

/** The messages of the language in use. */
export function useMessages(): Messages {
  return useLanguage().t;
}

function preferredLanguage(): Language {
  const asked = new URLSearchParams(location.search).get('lang');
  const wishes = [asked, remembered(), ...navigator.languages];
  const language = wishes.map((wish) => wish?.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
  document.documentElement.lang = language;
  return language;
}

function isLanguage(value: string | undefined): value is Language {
  return value === 'en' || value === 'ja';
}

function remembered(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function remember(language: Language): void {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // storage is switched off: the choice then lasts for this page only
  }
}

function dropLanguageFromAddress(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has('lang')) return;
  url.searchParams.delete('lang');
  history.replaceState(history.state, '', url.pathname + url.search.replace(/=(?=&|$)/g, ''));
}

const STORED = 'keyturn.language';
