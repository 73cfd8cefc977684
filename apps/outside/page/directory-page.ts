import type { ShownPerson } from '../directory/simulated-directory.js';
import { html, type Markup } from './markup.js';
import { pageMessages, type PageLanguage } from './messages.js';
import { page } from './page.js';

/** Who is in the organisation's own directory, and a desk to sign in at. */
export function directoryPage(people: readonly ShownPerson[], language: PageLanguage): string {
  const words = pageMessages[language];
  return page({
    language,
    title: words.directoryTitle,
    otherHref: `/outside/directory?lang=${language === 'en' ? 'ja' : 'en'}`,
    script: '/outside/directory.js',
    content: html`<main id="main" tabindex="-1">
      <h2>${words.directoryTitle}</h2>
      <p class="intro">${words.directoryIntro}</p>
      <p><a href="/outside?lang=${language}">← ${words.back}</a></p>
      <div class="mail">
        <table>
          <thead>
            <tr>
              <th scope="col">${words.person}</th>
              <th scope="col">${words.state}</th>
              <th scope="col">${words.changes}</th>
            </tr>
          </thead>
          <tbody id="people">
            ${people.map((person) => row(person, language))}
          </tbody>
        </table>
      </div>
      <h3>${words.atADesk}</h3>
      <form id="desk" class="answer">
        <label for="username">${words.userName}</label>
        <input id="username" name="username" autocomplete="off" required />
        <label for="password">${words.password}</label>
        <input id="password" name="password" type="password" autocomplete="off" required />
        <button>${words.signIn}</button>
      </form>
      <p
        id="said"
        role="status"
        data-right="${words.right}"
        data-must-change="${words.mustChangeSaid}"
        data-wrong="${words.wrong}"
        data-locked="${words.lockedSaid}"
        data-failed="${words.failed}"
      ></p>
    </main>`,
  });
}

function row({ user, dn, locked, mustChange, passwordChanges }: ShownPerson, language: PageLanguage): Markup {
  const words = pageMessages[language];
  return html`<tr>
    <th scope="row">${user}<br /><span class="to">${dn}</span></th>
    <td>${locked ? words.locked : words.free}${mustChange ? html`<br />${words.mustChange}` : html``}</td>
    <td>${passwordChanges}</td>
  </tr>`;
}
