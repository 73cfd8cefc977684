import type { ShownDevice } from '../devices/device-shelf.js';
import { html, type Markup } from './markup.js';
import { page } from './page.js';
import { pageMessages, type PageLanguage } from './messages.js';

/** Everybody's simulated phones: pair one, see what waits on it, type the number, approve or deny. */
export function devicesPage(devices: readonly ShownDevice[], language: PageLanguage): string {
  const words = pageMessages[language];
  const other = language === 'en' ? 'ja' : 'en';
  return page({
    language,
    title: words.devicesTitle,
    otherHref: `/outside/devices?lang=${other}`,
    script: '/outside/devices.js',
    content: html`<main id="main" tabindex="-1">
      <h2>${words.devicesTitle}</h2>
      <p class="intro">${words.devicesIntro}</p>
      <p><a href="/outside?lang=${language}">← ${words.back}</a></p>
      <form id="pair" class="answer">
        <label for="code">${words.pairLabel}</label>
        <input id="code" name="code" autocomplete="off" required />
        <button>${words.pair}</button>
      </form>
      <p id="said" role="status" data-failed="${words.failed}"></p>
      <div id="devices">${devices.length > 0 ? devices.map((device) => one(device, language)) : words.noDevices}</div>
    </main>`,
  });
}

function one(
  { deviceId, name, user, organisation, connected, approvals }: ShownDevice,
  language: PageLanguage,
): Markup {
  const words = pageMessages[language];
  return html`<section class="mail">
    <h3>${name}: ${user} (${organisation})</h3>
    <p class="intro">${connected ? words.connected : words.disconnected}</p>
    ${approvals.length === 0 ? html`<p>${words.nothingWaits}</p>` : html``}
    ${approvals.map(
      ({ approvalId, askedAt, from }) =>
        html`<form class="answer" data-path="/outside/api/devices/${deviceId}/approvals/${approvalId}">
          <p>${askedAt}${from ? html` · ${from.browser} ${from.system} · ${from.network}` : html``}</p>
          <label for="n-${approvalId}">${words.numberLabel}</label>
          <input id="n-${approvalId}" name="number" inputmode="numeric" maxlength="2" size="4" autocomplete="off" />
          <button name="answer" value="approve">${words.approve}</button>
          <button name="answer" value="deny">${words.deny}</button>
        </form>`,
    )}
  </section>`;
}
