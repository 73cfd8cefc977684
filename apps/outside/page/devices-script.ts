/** Runs in the browser: answers for the devices, and looks again every second while nobody is typing. */
export const devicesScript = `'use strict';
const said = document.getElementById('said');
async function tell(path, wish) {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wish) });
  const body = await answer.json().catch(() => ({}));
  said.textContent = answer.ok ? body.result || '' : said.dataset.failed + ' (' + (body.code || answer.status) + ')';
  await look(true);
}
async function look(anyway) {
  const typing = [...document.querySelectorAll('#devices input')].some((field) => field.value !== '' || field === document.activeElement);
  if (typing && !anyway) return;
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('devices');
  const shown = document.getElementById('devices');
  if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceChildren(...fresh.childNodes);
}
document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const { code, number } = form.elements;
  if (form.id === 'pair') void tell('/outside/api/devices', { code: code.value.trim() }).then(() => (code.value = ''));
  else void tell(form.dataset.path, { answer: event.submitter.value, ...(number.value !== '' && { number: number.value }) });
});
setInterval(() => { if (!document.hidden) look(false).catch(() => {}); }, 1000);
`;
