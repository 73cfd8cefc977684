import type { CaughtText, PhoneCall } from '../phones/phones.js';
import { html, type Markup } from './markup.js';
import { pageMessages, type PageLanguage } from './messages.js';
import { page } from './page.js';

export interface PhonesView {
  language: PageLanguage;
  /** the phone looked at, or everybody's */
  to: string | undefined;
  numbers: readonly { number: string; count: number }[];
  texts: readonly CaughtText[];
  calls: readonly PhoneCall[];
}

/** Everybody's phones: text messages, and calls to pick up, confirm with # or deny with *. */
export function phonesPage({ language, to, numbers, texts, calls }: PhonesView): string {
  const words = pageMessages[language];
  const other = language === 'en' ? 'ja' : 'en';
  const phones = [{ number: undefined, count: numbers.reduce((sum, { count }) => sum + count, 0) }, ...numbers];
  return page({
    language,
    title: words.phonesTitle,
    otherHref: linkTo(to, other),
    script: '/outside/phones.js',
    content: html`<div class="columns">
      <nav aria-labelledby="numbers">
        <h2 id="numbers">${words.phonesTitle}</h2>
        <ul id="addresses">
          ${phones.map(({ number, count }) => {
            const current = number === to ? html` aria-current="page"` : html``;
            return html`<li>
              <a href="${linkTo(number, language)}" ${current}
                ><span>${number ?? words.everybody}</span><span class="count">${count}</span></a
              >
            </li>`;
          })}
        </ul>
      </nav>
      <main id="main" tabindex="-1">
        <p id="said" role="status"></p>
        <div id="phones">
          <h2>${words.calls}</h2>
          ${calls.length > 0 ? calls.map((call) => callCard(call, language)) : html`<p class="none">${words.noCalls}</p>`}
          <h2>${words.texts}</h2>
          ${texts.length > 0 ? texts.map((text) => textCard(text, language)) : html`<p class="none">${words.noTexts}</p>`}
        </div>
      </main>
    </div>`,
  });
}

function callCard({ callId, to, state, spoken, startedAt }: PhoneCall, language: PageLanguage): Markup {
  const words = pageMessages[language];
  const button = (path: string, label: string, keys?: string): Markup =>
    html`<button data-path="/outside/api/calls/${callId}/${path}" data-keys="${keys ?? ''}">${label}</button>`;
  return html`<section class="mail" aria-label="${to}">
    <h3>${to} · ${words.callStates[state]} · ${startedAt}</h3>
    ${spoken.map(({ language: tongue, text }) => html`<p lang="${tongue}">${text}</p>`)}
    ${
      spoken.length > 0
        ? html`<audio controls preload="none" src="/outside/api/calls/${callId}/audio?said=${spoken.length}"></audio>`
        : html``
    }
    <p class="answer">
      ${state === 'ringing' ? [button('answer', words.pickUp), button('hang-up', words.decline)] : html``}
      ${
        state === 'answered'
          ? [
              button('keys', words.pressPound, '#'),
              button('keys', words.pressStar, '*'),
              button('hang-up', words.hangUp),
            ]
          : html``
      }
    </p>
  </section>`;
}

const textCard = ({ from, to, text, carrier, receivedAt }: CaughtText, language: PageLanguage): Markup =>
  html`<section class="mail">
    <h3>${to} · ${pageMessages[language].from} ${from} · ${carrier} · ${receivedAt}</h3>
    <p>${text}</p>
  </section>`;

const linkTo = (number: string | undefined, lang: PageLanguage): string =>
  `/outside/phones?${new URLSearchParams({ ...(number !== undefined && { to: number }), lang })}`;
