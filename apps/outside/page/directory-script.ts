/** Runs in the browser: signs in at the desk, and looks at the people again every second. */
export const directoryScript = `'use strict';
const said = document.getElementById('said');
async function look() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('people');
  const shown = document.getElementById('people');
  if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceChildren(...fresh.childNodes);
}
document.getElementById('desk').addEventListener('submit', async (event) => {
  event.preventDefault();
  const { username, password } = event.target.elements;
  const wish = { username: username.value.trim(), password: password.value };
  const answer = await fetch('/outside/api/directory/sign-ins', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wish) });
  const body = await answer.json().catch(() => ({}));
  const key = String(body.result || 'failed').replace(/-(.)/, (_, letter) => letter.toUpperCase());
  said.textContent = said.dataset[key] || said.dataset.failed;
  password.value = '';
  await look();
});
setInterval(() => { if (!document.hidden) look().catch(() => {}); }, 1000);
`;
