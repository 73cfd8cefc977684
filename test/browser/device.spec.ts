import { otherThan, signedIn, steppedUp } from '../support/phone';
import { House } from './house';
import type { Portal, Language } from './portal';

const people: [Language, string, 'light' | 'dark'][] = [
  ['en', 'cloud.user@contoso.example', 'light'],
  ['ja', 'two.methods@contoso.example', 'dark'],
];

describe('the authenticator page, on a phone', () => {
  const house = new House();

  it.each(people)('in %s, pairs, denies, mistypes and approves', async (language, username, colorScheme) => {
    const viewport = { width: 390, height: 844 };
    const phone = await house.open({ language, colorScheme, viewport });
    const desk = await house.open({ language });
    const { t } = phone;
    const { device } = t;

    // by keyboard alone, from the scanned address
    const { pairingUrl, pairingCode } = await offered(phone, username);
    await phone.page.goto(pairingUrl);
    await phone.at(device.pairTitle);
    expect(phone.page.url()).toBe(`${house.url}/device`);
    expect(await phone.field(device.code).inputValue()).toBe(pairingCode);
    expect(await phone.violations()).toEqual([]);
    await phone.field(device.name).focus();
    await phone.page.keyboard.press('Enter');
    await phone.text(device.connected).waitFor();
    expect(await phone.violations()).toEqual([]);
    expect(await phone.overflows()).toBe(false);
    await phone.person.advance('PT24H');
    await phone.person.resetLimits();

    await desk.goto('/reset');
    await desk.identify(username);
    await desk.forgot();
    await desk.at(t.method.title);
    await desk.page.getByRole('radio', { name: t.method.of['app-notification'].offer }).check();
    await desk.press(t.method.go);
    await desk.at(t.wait.titleApp);
    expect(await desk.violations()).toEqual([]);

    await phone.page.getByRole('heading', { name: device.askTitle('Contoso') }).waitFor();
    expect(await phone.violations()).toEqual([]);
    expect(await phone.overflows()).toBe(false);
    await phone.press(device.approve);
    await phone.text(device.numberMissing).waitFor();
    await phone.press(device.deny);
    await phone.text(device.denied).waitFor();
    await desk.text(t.wait.appState.denied).waitFor();
    expect(await desk.violations()).toEqual([]);

    await desk.press(t.wait.again);
    await phone.field(device.number).fill(otherThan(await shownNumber(desk)));
    await phone.press(device.approve);
    await phone.text(device.wrong).waitFor();
    await desk.text(t.wait.appState.failed).waitFor();

    await desk.press(t.wait.again);
    await phone.field(device.number).fill(await shownNumber(desk));
    await phone.page.keyboard.press('Enter');
    await phone.text(device.approved).waitFor();
    await desk.at(t.password.title);
    expect(await phone.violations()).toEqual([]);
    expect([...phone.complaints, ...desk.complaints]).toEqual([]);

    // The key stays with the browser, and is shown to nobody.
    await phone.goto('/device');
    await phone.text(device.connected).waitFor();
    expect(await phone.page.evaluate<boolean>(extractable)).toBe(false);
    await phone.press(device.forget);
    await phone.page.getByRole('dialog').getByRole('button', { name: device.forget }).click();
    await phone.at(device.pairTitle);
    await phone.close();
  });

  async function offered({ person }: Portal, username: string) {
    const token = await signedIn(person, username, 'Correct-Horse-1!');
    await steppedUp(person, token, username);
    const { body } = await person.post('/api/v1/me/devices', {}, { token });
    return body as { pairingUrl: string; pairingCode: string };
  }

  /** The number of the challenge that the portal shows now. */
  async function shownNumber({ page }: Portal): Promise<string> {
    const shown = page.locator('.match-number');
    await shown.waitFor();
    return /\d\d/.exec((await shown.textContent()) ?? '')![0];
  }

  const extractable = `new Promise((resolve) => {
    const opening = indexedDB.open('keyturn-device');
    opening.onsuccess = () => {
      const all = opening.result.transaction('accounts').objectStore('accounts').getAll();
      all.onsuccess = () => resolve(all.result[0].key.extractable);
    };
  })`;
});

describe('the simulated devices', () => {
  const house = new House();

  it('are paired and answered on a page', async () => {
    const outside = await house.open();
    const { page, person } = outside;
    const username = 'cloud.user@contoso.example';
    const token = await signedIn(person, username, 'Correct-Horse-1!');
    await steppedUp(person, token, username);
    const { body } = await person.post('/api/v1/me/devices', {}, { token });
    await outside.goto('/outside/devices');
    await outside.field('Pairing code or address of the QR code').fill(body.pairingUrl as string);
    await outside.press('Pair a phone');
    await outside.text('Connected').waitFor();
    await person.advance('PT24H');
    await person.resetLimits();
    const recovery = await person.started(username);
    const { number } = (await recovery.post('challenges', { method: 'app-notification' })).body;
    await outside.field('Number on the portal').fill(number as string);
    expect(await outside.violations()).toEqual([]);
    await outside.press('Approve');
    await page.getByRole('status').filter({ hasText: 'approved' }).waitFor();
    expect((await recovery.get()).body.gatesPassed).toBe(1);
    expect(outside.complaints).toEqual([]);
    await house.product.restart();
    await outside.goto('/outside/devices?lang=ja');
    await outside.text('接続中').waitFor();
    expect(await outside.violations()).toEqual([]);
  });
});
