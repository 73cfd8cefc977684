/** Runs in the browser: looks for new mail every two seconds and puts it into the page without moving the focus. */
export const pageScript = `'use strict';
const mails = document.getElementById('mails');
const arrived = document.getElementById('arrived');
async function look() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const list = fresh.getElementById('mails');
  if (!list || list.innerHTML === mails.innerHTML) return;
  const more = list.querySelectorAll('li').length > mails.querySelectorAll('li').length;
  const focused = document.activeElement && document.activeElement.getAttribute('href');
  mails.replaceChildren(...list.childNodes);
  document.getElementById('addresses').replaceChildren(...fresh.getElementById('addresses').childNodes);
  if (focused) for (const link of document.links) if (link.getAttribute('href') === focused) link.focus({ preventScroll: true });
  arrived.textContent = more ? arrived.dataset.text : '';
}
if (mails) setInterval(() => { if (!document.hidden) look().catch(() => {}); }, 2000);
`;
