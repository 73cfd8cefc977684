import { eventually } from '../support/journey';
import { House } from './house';
import type { Portal, Language } from './portal';

const username = 'cloud.user@contoso.example';
const number = '+81 9000000001';

describe('getting back in by phone', () => {
  const house = new House();

  /** Up to the number typed in full, and what is said about phones (F8). */
  async function typed(portal: Portal, method: 'sms' | 'mobile-call'): Promise<void> {
    const { page, t } = portal;
    await portal.goto('/reset');
    await portal.identify(username);
    await portal.forgot();
    await portal.at(t.method.title);
    await page.getByRole('radio', { name: t.method.of[method].offer }).check();
    await page.getByText(t.method.phoneRisk).waitFor();
    await portal.field(t.method.confirmPhone).fill(number);
    expect(await portal.violations()).toEqual([]);
    await portal.press(method === 'sms' ? t.method.send : t.method.call);
  }

  it('F8: with the code of a text message, told what it is worth', async () => {
    const portal = await house.open();
    const { page, t, person } = portal;
    await typed(portal, 'sms');
    await portal.at(t.code.title);
    await page.getByText(t.code.delivery.delivered).waitFor();
    const code = await eventually(async () => /\d{6}/.exec((await person.texts(number))[0]?.text ?? '')?.[0]);
    expect(await portal.violations()).toEqual([]);
    await portal.enterCode(code);
    await portal.choosePassword('Quiet-Harbour-41!');
    await portal.at(t.done.title);
  }, 60_000);

  it.each<[Language, number]>([
    ['en', 1_000],
    ['ja', 390],
  ])(
    'by a call that is shown as it goes, in %s',
    async (language, width) => {
      const portal = await house.open({ language, viewport: { width, height: 800 } });
      const { page, t, person } = portal;
      await person.advance('PT25H');
      await person.resetLimits();
      await typed(portal, 'mobile-call');
      await portal.at(t.wait.titleCall);
      await page.getByText(t.wait.callState.sent).waitFor();
      const call = await eventually(async () => (await person.calls(number)).find(({ state }) => state === 'ringing'));
      await person.post(`/outside/api/calls/${call.callId}/answer`);
      await page.getByText(t.wait.callState.delivered).waitFor();
      expect(await portal.violations()).toEqual([]);
      await person.press(call.callId, '#');
      await portal.choosePassword(`Quiet-Harbour-${language}-43!`);
      await portal.at(t.done.title);
    },
    60_000,
  );

  it('shows that the call was denied, and offers the helpdesk', async () => {
    const portal = await house.open();
    const { page, t, person } = portal;
    await person.advance('PT25H');
    await person.resetLimits();
    await typed(portal, 'mobile-call');
    await portal.at(t.wait.titleCall);
    const call = await eventually(async () => (await person.calls(number)).find(({ state }) => state === 'ringing'));
    await person.press(call.callId, '*');
    await page.getByText(t.wait.callState.denied).waitFor();
    await page.getByRole('button', { name: t.wait.callAgain }).click();
    await page.getByRole('button', { name: /Call me again \(in / }).waitFor();
    await page.getByRole('button', { name: t.help.contact }).waitFor();
    expect(await portal.violations()).toEqual([]);
  }, 60_000);
});
