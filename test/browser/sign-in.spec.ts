import { House } from './house';
import type { Portal } from './portal';

const password = 'Correct-Horse-1!';

describe('signing in', () => {
  const house = new House();
  let portal: Portal;
  beforeEach(async () => {
    portal = await house.open();
    await portal.goto('/');
  });

  it('points at what is missing and does not say what was wrong', async () => {
    const { page, t } = portal;
    await portal.at(t.signIn.title);
    await portal.press(t.signIn.submit);
    await page.getByText(t.required).first().waitFor();
    expect(await portal.focused()).toBe('INPUT username');
    await portal.signIn('nobody@contoso.example', 'whatever');
    await portal.alert(t.signIn.failed);
    expect(await portal.violations()).toEqual([]);
  }, 30_000);

  it('asks roles for a second factor', async () => {
    await portal.signIn('admin@contoso.example', password);
    await portal.field(portal.t.signIn.secondFactorCode).waitFor();
    expect(await portal.focused()).toBe('INPUT code');
    expect(await portal.violations()).toEqual([]);
  }, 30_000);

  it('changes a known password, outlives a reload, and signs out', async () => {
    const { page, t } = portal;
    const next = 'Another-Quiet-Kettle-6';
    await portal.signIn('two.methods@contoso.example', password);
    await portal.at(t.signIn.signedInTitle);
    await portal.press(t.signIn.changePassword);

    await portal.at(t.change.title);
    expect(await portal.violations()).toEqual([]);
    await portal.field(t.change.current).fill('not this one');
    await portal.field(t.password.label).fill(next);
    await portal.field(t.password.again).fill(next);
    await portal.press(t.change.submit);
    await page.getByText(t.change.currentWrong).waitFor();
    await portal.field(t.change.current).fill(password);
    await portal.press(t.change.submit);
    await portal.at(t.signIn.signedInTitle);
    await page.getByText(t.change.done).waitFor();

    await page.reload();
    await portal.at(t.signIn.signedInTitle);
    await portal.press(t.signIn.signOut);
    await portal.at(t.signIn.title);
    await page.reload();
    await portal.at(t.signIn.title);
    expect((await portal.person.signIn('two.methods@contoso.example', next)).status).toBe(201);
  }, 60_000);
});
