import { html, type Markup } from './markup.js';
import { pageMessages, type PageLanguage } from './messages.js';

interface PageParts {
  readonly language: PageLanguage;
  readonly title: string;
  /** The same page in the other language. */
  readonly otherHref: string;
  readonly script: string;
  readonly content: Markup;
}

/** The frame of every page of the simulated world. */
export function page({ language, title, otherHref, script, content }: PageParts): string {
  const words = pageMessages[language];
  const other = language === 'en' ? 'ja' : 'en';
  return html`<!DOCTYPE html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – Keyturn</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/outside/style.css" />
        <script src="${script}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">${words.skip}</a>
        <header>
          <h1><a href="/outside?lang=${language}">${words.title}</a></h1>
          <a href="/outside/phones?lang=${language}">${words.phonesTitle}</a>
          <a href="/outside/devices?lang=${language}">${words.devicesTitle}</a>
          <a href="/outside/directory?lang=${language}">${words.directoryTitle}</a>
          <a href="${otherHref}" lang="${other}" hreflang="${other}">${words.otherLanguage}</a>
          <p class="intro">${words.intro}</p>
        </header>
        ${content}
      </body>
    </html> `.text;
}
