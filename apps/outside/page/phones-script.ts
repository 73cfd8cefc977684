/** Runs in the browser: presses keys, and looks for news every second while no sound plays and no button has the focus. */
export const phonesScript = `'use strict';
async function look(anyway) {
  const shown = document.getElementById('phones');
  const busy = [...shown.querySelectorAll('audio')].some((sound) => !sound.paused) || shown.contains(document.activeElement);
  if (busy && !anyway) return;
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (fresh.getElementById('phones').innerHTML === shown.innerHTML) return;
  shown.replaceChildren(...fresh.getElementById('phones').childNodes);
  document.getElementById('addresses').replaceChildren(...fresh.getElementById('addresses').childNodes);
}
document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-path]');
  if (!button) return;
  const { path, keys } = button.dataset;
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(keys ? { keys } : {}) });
  const { spoken = [] } = await answer.json().catch(() => ({}));
  document.getElementById('said').textContent = answer.ok ? (spoken.at(-1) || {}).text || '' : String(answer.status);
  await look(true);
});
setInterval(() => { if (!document.hidden) look(false).catch(() => {}); }, 1000);
`;
