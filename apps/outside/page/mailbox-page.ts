import type { CaughtMail } from '../mailbox.js';
import { html, type Markup } from './markup.js';
import { pageMessages, type PageLanguage } from './messages.js';
import { page as frame } from './page.js';

export interface MailboxView {
  language: PageLanguage;
  /** the mailbox looked into, or everybody's */
  to: string | undefined;
  addresses: readonly { address: string; mails: number }[];
  mails: readonly CaughtMail[];
}

export function mailboxPage({ language, to, addresses, mails }: MailboxView): string {
  const words = pageMessages[language];
  const all = { address: undefined, mails: addresses.reduce((sum, each) => sum + each.mails, 0) };
  const boxes = [all, ...addresses].map(({ address, mails: count }) => {
    const current = address === to ? html` aria-current="page"` : html``;
    return html`<li>
      <a href="${linkTo('', { to: address, lang: language })}" ${current}
        ><span>${address ?? words.everybody}</span><span class="count">${count}</span></a
      >
    </li>`;
  });
  const list =
    mails.length > 0
      ? html`<ol class="mails">
          ${mails.map((mail) => mailRow(mail, language))}
        </ol>`
      : html`<p class="none">${words.none}</p>`;
  return page(
    language,
    words.title,
    linkTo('', { to, lang: other(language) }),
    html` <div class="columns">
      <nav aria-labelledby="boxes">
        <h2 id="boxes">${words.addresses}</h2>
        <ul id="addresses">
          ${boxes}
        </ul>
      </nav>
      <main id="main" tabindex="-1">
        <h2>${words.mails}</h2>
        <p id="arrived" role="status" data-text="${words.arrived}"></p>
        <div id="mails">${list}</div>
      </main>
    </div>`,
  );
}

export function mailPage(mail: CaughtMail, language: PageLanguage): string {
  const words = pageMessages[language];
  const facts: [string, string][] = [
    [words.from, mail.from],
    [words.to, mail.to.join(', ')],
    [words.received, dateOf(mail, language)],
    [words.messageId, mail.messageId],
  ];
  const title = mail.subject || words.noSubject;
  const frame = html`<h3>${words.asHtml}</h3>
    <iframe
      title="${title}"
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      src="/outside/mail/${mail.id}/body"
    ></iframe>`;
  return page(
    language,
    title,
    linkTo(`/mail/${mail.id}`, { lang: other(language) }),
    html` <main id="main" tabindex="-1" class="mail">
      <p>
        <a href="${linkTo('', { to: mail.to.length === 1 ? mail.to[0] : undefined, lang: language })}"
          >← ${words.back}</a
        >
      </p>
      <h2>${title}</h2>
      <dl>
        ${facts.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${mail.html ? frame : html``}
      <h3>${words.asText}</h3>
      <pre tabindex="0">${mail.text}</pre>
    </main>`,
  );
}

function mailRow(mail: CaughtMail, language: PageLanguage): Markup {
  const words = pageMessages[language];
  return html`<li>
    <a href="${linkTo(`/mail/${mail.id}`, { lang: language })}"
      ><span class="subject">${mail.subject || words.noSubject}</span> <span class="to">${mail.to.join(', ')}</span
      ><time datetime="${mail.receivedAt}">${dateOf(mail, language)}</time></a
    >
  </li>`;
}

const page = (language: PageLanguage, title: string, otherHref: string, content: Markup): string =>
  frame({ language, title, otherHref, script: '/outside/script.js', content });

const other = (language: PageLanguage): PageLanguage => (language === 'en' ? 'ja' : 'en');

function linkTo(path: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/outside${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`;
}

const dateOf = ({ receivedAt }: CaughtMail, language: PageLanguage): string =>
  formats[language].format(new Date(receivedAt));
const formats = {
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }),
  ja: new Intl.DateTimeFormat('ja-JP', { dateStyle: 'medium', timeStyle: 'medium' }),
};
