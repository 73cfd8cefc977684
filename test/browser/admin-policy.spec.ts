import { adminCatalogues } from '../../apps/web/src/admin/catalogues';
import { Administrator } from '../support/administrators';
import { House } from './house';
import { Keys } from './keys';
import type { Portal, Language } from './portal';

describe('the policy page', () => {
  const house = new House();
  let admin: Administrator;

  beforeAll(async () => {
    admin = await Administrator.signIn(house.url);
  }, 120_000);

  /** A browser in which this person is signed in. */
  async function opened(language: Language, username = 'admin@contoso.example'): Promise<Portal> {
    const portal = await house.openAs(username, { language, viewport: { width: 1000, height: 1000 } });
    await portal.goto('/admin/policy');
    await portal.at(adminCatalogues[language].title);
    return portal;
  }

  it.each(['en', 'ja'] as const)(
    'is whole, and clean by axe: %s',
    async (language) => {
      const t = adminCatalogues[language];
      const portal = await opened(language);
      const { page } = portal;
      for (const { title } of Object.values(t.sections))
        await page.getByRole('heading', { name: title, exact: true }).waitFor();
      expect(await portal.violations()).toEqual([]);
      await page.getByLabel(t.fields['limits.blockHours'].label, { exact: true }).fill('0');
      await page.getByRole('button', { name: t.save, exact: true }).click();
      await page.getByText(t.invalidRange(1, 720)).waitFor();
      expect(await page.evaluate('document.activeElement.getAttribute("aria-invalid")')).toBe('true');
      expect(await portal.violations()).toEqual([]);
      await page.setViewportSize({ width: 360, height: 700 });
      expect(await portal.overflows()).toBe(false);
      expect(portal.complaints).toEqual([]);
      await portal.close();
    },
    60_000,
  );

  it('tells who would lose before it saves, asks, saves, and undoes', async () => {
    const t = adminCatalogues.en;
    const portal = await opened('en');
    const { page } = portal;
    const gates = page.getByRole('group', { name: t.fields.gatesRequired.label });
    await gates.getByRole('radio', { name: 'Two', exact: true }).check();
    const expected = (await admin.previewPolicy({ gatesRequired: 2 })).body;
    expect(expected.wouldLose).toBeGreaterThan(0);
    await page.getByText(t.wouldLose(expected.wouldLose)).waitFor();
    await page.getByText(t.changes(1), { exact: true }).waitFor();
    await portal.press(t.undo);
    await page.getByText(t.changes(0), { exact: true }).waitFor();
    expect(await gates.getByRole('radio', { name: 'One', exact: true }).isChecked()).toBe(true);

    await gates.getByRole('radio', { name: 'Two', exact: true }).check();
    await page.getByText(t.wouldLose(expected.wouldLose)).waitFor();
    await portal.press(t.save);
    const dialog = page.getByRole('dialog');
    await dialog.getByText(t.wouldLose(expected.wouldLose)).waitFor();
    expect(await portal.violations()).toEqual([]);
    await dialog.getByRole('button', { name: t.dismiss }).click();
    expect((await admin.policy()).body.gatesRequired).toBe(1);
    await portal.press(t.save);
    await dialog.getByRole('button', { name: t.confirm }).click();
    await page.getByText(t.saved, { exact: true }).waitFor();
    expect((await admin.policy()).body.gatesRequired).toBe(2);
    await admin.changePolicy({ gatesRequired: 1 });
  }, 60_000);

  it('warns of a new risk, and shows what the server refuses at its field', async () => {
    const t = adminCatalogues.en;
    const portal = await opened('en');
    const { page } = portal;
    await page.getByRole('checkbox', { name: t.fields['notifications.users'].label }).uncheck();
    await page.getByText(t.warnings['silent-resets']!).first().waitFor();
    await portal.press(t.undo);
    const ranges = page.getByLabel(t.fields.officeRanges.label, { exact: true });
    await ranges.fill('203.0.113.7/24');
    await page.getByText(t.cannotPreview).first().waitFor();
    await portal.press(t.save);
    await page.getByRole('dialog').getByRole('button', { name: t.confirm }).click();
    await page.getByText(t.invalid).waitFor();
    expect(await ranges.getAttribute('aria-invalid')).toBe('true');
    await ranges.fill('203.0.113.0/24\n\n2001:db8::/32\n');
    await page.getByText(t.wouldLoseNobody).waitFor();
    await portal.press(t.save);
    await page.getByText(t.saved, { exact: true }).waitFor();
    expect((await admin.policy()).body.officeRanges).toEqual(['203.0.113.0/24', '2001:db8::/32']);
  }, 60_000);

  it('keeps the changes when somebody else was faster', async () => {
    const t = adminCatalogues.en;
    const portal = await opened('en');
    const { page } = portal;
    await page.getByLabel(t.fields['limits.unlocksPerDay'].label, { exact: true }).fill('4');
    await page.getByText(t.wouldLoseNobody).waitFor();
    await admin.changePolicy({ limits: { blockHours: 12 } });
    await portal.press(t.save);
    await portal.alert(t.conflict);
    await portal.press(t.conflictLoad);
    await page.getByText(t.reloaded).waitFor();
    await page.getByText(t.wouldLoseNobody).waitFor();
    await portal.press(t.save);
    await page.getByText(t.saved, { exact: true }).waitFor();
    expect((await admin.policy()).body.limits).toMatchObject({ blockHours: 12, unlocksPerDay: 4 });
  }, 60_000);

  it('can be read and not changed by other roles, and is closed to strangers', async () => {
    const t = adminCatalogues.en;
    const portal = await opened('en', 'auditor@contoso.example');
    await portal.page.getByText(t.readOnly).waitFor();
    expect(await portal.page.getByRole('button', { name: t.save }).count()).toBe(0);
    expect(await portal.page.getByLabel(t.fields['limits.blockHours'].label, { exact: true }).isDisabled()).toBe(true);
    expect(await portal.violations()).toEqual([]);
    await portal.close();
    const stranger = await house.open();
    await stranger.goto('/admin/policy');
    await stranger.page.getByText(t.signInFirst).waitFor();
  }, 60_000);

  it.each(['en', 'ja'] as const)(
    'goes by keyboard alone: %s',
    async (language) => {
      const t = adminCatalogues[language];
      const portal = await opened(language);
      const { page } = portal;
      const keys = new Keys(page);
      const most = 250;
      const { options = {} } = t.fields.gatesRequired;
      const wouldLose = (await admin.previewPolicy({ gatesRequired: 2 })).body.wouldLose as number;

      await keys.tabTo(options['1']!.label, most);
      await keys.press('ArrowDown');
      await page.getByText(t.wouldLose(wouldLose)).waitFor();
      await keys.tabTo(t.fields['notifications.users'].label, most);
      await keys.press('Space');
      await page.getByText(t.warnings['silent-resets']!).first().waitFor();
      await page.getByText(t.changes(2), { exact: true }).waitFor();

      const dialog = page.getByRole('dialog');
      await keys.use(t.save, most);
      await dialog.waitFor();
      await keys.use(t.dismiss);
      await dialog.waitFor({ state: 'hidden' });
      expect((await admin.policy()).body).toMatchObject({ gatesRequired: 1, notifications: { users: true } });
      await keys.press('Enter');
      await dialog.waitFor();
      await keys.use(t.confirm);
      await page.getByText(t.saved, { exact: true }).waitFor();
      expect((await admin.policy()).body).toMatchObject({ gatesRequired: 2, notifications: { users: false } });

      // Enter in a field saves as well: nobody would lose by what is undone.
      await keys.tabTo(t.fields['customisation.organisationName'].label, most);
      await keys.type(`Contoso ${language}`);
      await page.getByText(t.wouldLoseNobody).waitFor();
      await keys.press('Enter');
      await page.getByText(t.changes(0), { exact: true }).waitFor();
      const { body } = await portal.person.get('/api/v1/branding?domain=contoso.example');
      expect(body.organisation).toBe(`Contoso ${language}`);
      const restored = { gatesRequired: 1, notifications: { users: true }, customisation: { organisationName: null } };
      expect((await admin.changePolicy(restored)).status).toBe(200);
      await portal.close();
    },
    90_000,
  );
});
