import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Locator } from 'playwright-core';
import { adminCatalogues } from '../../apps/web/src/admin/catalogues';
import { agentCatalogues } from '../../apps/web/src/agents/catalogues';
import { nameOf, type Agent, type AgentList, type Obstacle } from '../../apps/web/src/agents/agents';
import { helpdeskCatalogues } from '../../apps/web/src/helpdesk/catalogues';
import { events } from '#apps/agent/events';
import { Administrator } from '../support/administrators';
import { eventually } from '../support/journey';
import { House } from './house';
import { Keys } from './keys';
import type { Language, Portal } from './portal';

const languages = ['en', 'ja'] as const;

describe('the page of the agents', () => {
  const house = new House({ KEYTURN_OUTSIDE_DIRECTORY: 'simulated' });
  let admin: Administrator;

  beforeAll(async () => {
    admin = await Administrator.signIn(house.url);
  }, 120_000);

  /** A browser in which this person is signed in, on the page. */
  async function opened(language: Language = 'en', username = 'admin@contoso.example', width = 1_280) {
    const viewport = { width, height: 900 };
    const portal = await house.openAs(username, { language, viewport, timezoneId: 'Asia/Tokyo' });
    await portal.goto('/admin/agents');
    await portal.at(agentCatalogues[language].title);
    return portal;
  }
  const list = async (): Promise<AgentList> => (await admin.get('/tenant/agents')).body as AgentList;
  const present = async () => (await list()).agents.filter(({ state }) => state !== 'revoked');
  const entry = ({ page }: Portal, agentId: string): Locator => page.getByRole('listitem').filter({ hasText: agentId });
  const inDialog = (portal: Portal, name: string) =>
    portal.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  /** The page with what a server says at another time. */
  const told = async (portal: Portal, change: (list: AgentList) => AgentList): Promise<void> => {
    const body = JSON.stringify(change(await list()));
    await portal.page.route('**/api/v1/tenant/agents', (route) =>
      route.fulfill({ contentType: 'application/json', body }),
    );
  };

  it.each<[Language, number]>([
    ['en', 1_280],
    ['ja', 390],
  ])(
    'shows how the agent is and what it found, and is clean by axe: %s',
    async (language, width) => {
      const t = agentCatalogues[language];
      await eventually(async () => (await present())[0]?.directory?.people?.told);
      const [{ agentId, machine, directory }] = (await present()) as [Agent];
      const portal = await opened(language, undefined, width);
      await portal.page
        .getByRole('status')
        .filter({ hasText: t.verdict.possible })
        .getByText(t.verdict.alone)
        .waitFor();
      const one = entry(portal, agentId);
      await one.getByRole('heading', { name: machine! }).getByText(t.list.standings.alive).waitFor();
      const shown = (await one.textContent())!;
      const { facts, warnings } = t.list;
      for (const text of [
        facts.kinds.openldap,
        directory!.host,
        facts.states.ready,
        directory!.fenceAttribute,
        facts.seen(directory!.people!.seen),
        `${facts.groups}1`,
        t.list.errors.none,
      ])
        expect(shown).toContain(text);
      for (const warning of Object.values(warnings)) expect(shown).not.toContain(String(warning));
      expect(await portal.violations()).toEqual([]);
      expect(await portal.overflows()).toBe(false);
      await portal.page.setViewportSize({ width: 320, height: 700 });
      expect(await portal.overflows()).toBe(false);
      expect(portal.complaints).toEqual([]);
    },
    60_000,
  );

  it('adds an agent: shows its code once, and sees it come alive by what it says to do', async () => {
    const t = agentCatalogues.en;
    const portal = await opened();
    const { page } = portal;
    await portal.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await portal.press(t.add.open);
    await page.getByRole('heading', { name: t.add.title }).waitFor();
    expect(await portal.focused()).toBe(`H3 ${t.add.title}`);
    const code = (await page.getByRole('figure', { name: t.add.code }).locator('code').textContent())!;
    await page.getByRole('figure', { name: t.add.code }).getByRole('button').click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(code);
    await page.getByText(t.add.waiting).waitFor();
    await page.getByRole('radio', { name: t.add.kinds.openldap.label }).check();
    await page.getByRole('figure', { name: t.add.settingsLabel }).getByRole('button').click();
    const settings = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(parseEnv(settings)).toMatchObject({ AGENT_API_URL: house.url, AGENT_ENROLMENT_CODE: code });
    expect(await portal.violations()).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await portal.overflows()).toBe(false);
    const waiting = (await present()).find(({ state }) => state === 'waiting-for-enrolment')!;
    await entry(portal, waiting.agentId).getByText(t.list.standings.waiting).waitFor();

    const agent = await started(settings);
    try {
      await page.getByRole('status').filter({ hasText: t.add.alive }).waitFor();
      await entry(portal, waiting.agentId).getByText(t.list.standings.alive, { exact: true }).waitFor();
      await entry(portal, waiting.agentId).getByText(t.list.warnings.nobodyProtected).waitFor();
      await page.getByText(t.verdict.several(2)).waitFor();
      await page.getByRole('status').filter({ hasText: t.list.standings.alive }).first().waitFor();
      expect(await portal.violations()).toEqual([]);
      await portal.press(t.add.close);
      expect(await portal.focused()).toBe(`BUTTON ${t.add.open}`);
      expect(await page.content()).not.toContain(code);
      expect(await portal.kept()).toEqual({});
      expect(portal.addresses.join()).not.toContain(code);
      await page.reload();
      await entry(portal, waiting.agentId).waitFor();
      expect(await page.content()).not.toContain(code);

      // One of two: the other goes on.
      await entry(portal, waiting.agentId).getByRole('button').click();
      await page.getByRole('dialog').getByText(t.revoke.others(1)).waitFor();
      expect(await portal.violations()).toEqual([]);
      await inDialog(portal, t.revoke.no);
      expect(await present()).toHaveLength(2);
      await entry(portal, waiting.agentId).getByRole('button').click();
      await inDialog(portal, t.revoke.yes);
      await page.getByText(t.revoke.done(nameOf({ ...waiting, machine: hostname() }))).waitFor();
      await page.getByText(t.list.revoked(1)).click();
      await entry(portal, waiting.agentId).getByText(t.list.standings.revoked).waitFor();
      expect(await portal.violations()).toEqual([]);
      await eventually(async () => (await present()).length === 1);
    } finally {
      await ended(agent);
    }
    expect(portal.complaints).toEqual([]);
  }, 120_000);

  it.each(languages)(
    'goes by keyboard alone: %s',
    async (language) => {
      const t = agentCatalogues[language];
      const portal = await opened(language);
      const { page } = portal;
      const keys = new Keys(page);
      const dialog = page.getByRole('dialog');
      const before = (await present()).length;
      await page.getByRole('button', { name: t.add.open }).waitFor();
      await keys.use(t.add.open);
      await page.getByText(t.add.waiting).waitFor();
      await keys.tabTo(t.add.kinds.ad.label);
      await keys.press('ArrowDown');
      await page.getByText('LDAP_KIND=openldap').waitFor();
      await keys.use(t.add.close);
      await dialog.getByText(t.add.closeBody).waitFor();
      await keys.use(t.add.closeNo);
      await dialog.waitFor({ state: 'hidden' });
      await keys.press('Enter');
      await keys.use(t.add.closeYes);
      await eventually(async () => (await portal.focused()) === `BUTTON ${t.add.open}`);
      const added = (await eventually(async () => {
        const all = await present();
        return all.length === before + 1 && all.find(({ state }) => state === 'waiting-for-enrolment');
      }))!;
      await entry(portal, added.agentId).waitFor();
      await keys.use(t.revoke.of(nameOf(added)));
      await dialog.getByText(t.revoke.waiting).waitFor();
      await keys.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await keys.press('Enter');
      await keys.use(t.revoke.yes);
      await page.getByText(t.revoke.done(nameOf(added))).waitFor();
      expect(await portal.focused()).toContain(t.revoke.done(nameOf(added)));
      await eventually(async () => (await present()).length === before);
    },
    60_000,
  );

  it('can be read and not changed by other roles, and is closed to strangers and to those who may not look', async () => {
    const t = agentCatalogues.en;
    const auditor = await opened('en', 'auditor@contoso.example');
    await auditor.text(t.readOnly).waitFor();
    await auditor.text(t.verdict.possible).waitFor();
    expect(await auditor.page.getByRole('button').count()).toBe(0);
    expect(await auditor.violations()).toEqual([]);
    const analyst = await opened('en', 'analyst@contoso.example');
    await analyst.text(t.notAllowed).waitFor();
    expect(await analyst.violations()).toEqual([]);
    const stranger = await house.open();
    await stranger.goto('/admin/agents');
    await stranger.text(t.signInFirst).waitFor();
    expect(await stranger.violations()).toEqual([]);
    await stranger.page.getByRole('link', { name: t.toSignIn }).click();
    await stranger.at(stranger.t.signIn.title);
  }, 60_000);

  it('is reached from the other pages of administration, and they from it', async () => {
    const portal = await opened();
    const { page, t } = portal;
    const follow = (name: string) =>
      page.getByRole('navigation', { name: t.signIn.administration }).getByRole('link', { name, exact: true }).click();
    await follow(t.signIn.policy);
    await portal.at(adminCatalogues.en.title);
    await follow(t.signIn.helpdesk);
    await portal.at(helpdeskCatalogues.en.title);
    expect(await portal.violations()).toEqual([]);
    await follow(t.signIn.agentsShort);
    await portal.at(agentCatalogues.en.title);
    const here = page.getByRole('navigation').getByRole('link', { name: t.signIn.agentsShort });
    expect(await here.getAttribute('aria-current')).toBe('page');
  }, 60_000);

  describe('at another time', () => {
    const obstacles = Object.keys(agentCatalogues.en.verdict.obstacles) as Obstacle[];

    it.each(languages)(
      'says why nobody can reset: %s',
      async (language) => {
        const t = agentCatalogues[language];
        const portal = await house.open({ language });
        for (const obstacle of obstacles) {
          await told(portal, (now) => ({ ...now, hybridReset: { possible: false, obstacle } }));
          await portal.goto('/admin/agents');
          await portal.page.getByText(t.verdict.obstacles[obstacle].why).waitFor();
          await portal.page.getByText(t.verdict.obstacles[obstacle].what).waitFor();
          expect(await portal.page.getByText(t.verdict.possible).count()).toBe(0);
        }
        expect(await portal.violations()).toEqual([]);
      },
      60_000,
    );

    it.each(languages)(
      'shows an agent in trouble: %s',
      async (language) => {
        const t = agentCatalogues[language];
        const portal = await house.open({ language });
        const writebackId = '1f7a0000-0000-4000-8000-000000000001';
        await told(portal, ({ now, agents: [one] }) => {
          const at = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();
          const agent: Agent = {
            ...one!,
            state: 'silent',
            usable: false,
            lastHeardAt: at(12),
            reportedAt: now,
            sealingKeyDue: true,
            sealingKeyExpiresAt: at(1),
            identityKeyDue: true,
            directory: { ...one!.directory!, state: 'away', since: at(12), trouble: 'econnrefused', fenced: false },
            lastErrors: ['KTA-111', 'KTA-208', 'KTA-206', 'KTA-402', 'KTA-120'].map((eventId, n) => ({
              at: at(12 + n),
              eventId,
              result: n === 1 ? 'unreachable' : null,
              trouble: n === 0 ? 'econnrefused' : n === 1 ? 'ldap-51' : null,
              writebackId: n === 1 ? writebackId : null,
            })),
          };
          const silent = { ...agent, agentId: writebackId, reportedAt: at(12), machine: null };
          return { now, hybridReset: { possible: false, obstacle: 'directory-unreachable' }, agents: [agent, silent] };
        });
        await portal.goto('/admin/agents');
        const one = portal.page.getByRole('listitem').filter({ hasText: t.list.standings['directory-away'] }).first();
        const { errors, warnings } = t.list;
        const why = `${errors.troubles.econnrefused} (econnrefused)`;
        await one.getByText(errors.said(errors.events['KTA-111']!, why)).waitFor();
        await one.getByText(errors.write(writebackId)).waitFor();
        for (const warning of [warnings.sealingKeyExpired, warnings.identityKeyDue, warnings.unfenced])
          await one.getByText(warning).waitFor();
        expect(await one.getByText('KTA-120').count()).toBe(0);
        await one.getByRole('button', { name: errors.all(5) }).click();
        await one.getByText('KTA-120').waitFor();
        const minutes = new Intl.NumberFormat(language, { style: 'unit', unit: 'minute', unitDisplay: 'long' });
        await portal.page.getByText(t.list.silentFor(minutes.format(12))).waitFor();
        expect(await portal.violations()).toEqual([]);
        await portal.page.setViewportSize({ width: 360, height: 700 });
        expect(await portal.overflows()).toBe(false);
      },
      60_000,
    );

    it.each(languages)('knows every warning and error that an agent has: %s', (language) => {
      const known = agentCatalogues[language].list.errors.events;
      for (const { id, level } of Object.values(events)) if (level !== 'info') expect(known).toHaveProperty(id);
      expect(Object.keys(known)).toEqual(Object.keys(agentCatalogues.en.list.errors.events));
    });

    it('goes on by itself when the server is away for a while, and says when somebody was signed out', async () => {
      const t = agentCatalogues.en;
      const portal = await opened();
      const { page } = portal;
      const path = '**/api/v1/tenant/agents';
      await page.getByText(t.verdict.possible).waitFor();
      await page.route(path, (route) => route.abort());
      await portal.alert(t.stale);
      await page.getByText(t.verdict.possible).waitFor();
      await page.unroute(path);
      await page.getByText(t.stale).waitFor({ state: 'hidden' });
      await page.route(path, (route) =>
        route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"code":"session-invalid"}' }),
      );
      await portal.alert(t.signedOut);
    }, 60_000);
  });

  // Last: afterwards nobody of the directory can reset any more.
  it('says before the last agent is revoked what is lost, and afterwards that it is', async () => {
    const t = agentCatalogues.en;
    const [{ agentId, machine }] = (await present()) as [Agent];
    const portal = await opened();
    const { page } = portal;
    await entry(portal, agentId).getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(t.revoke.title(nameOf({ agentId, machine }))).waitFor();
    await dialog.getByText(t.revoke.last).waitFor();
    await dialog.getByText(t.revoke.begun).waitFor();
    await inDialog(portal, t.revoke.yes);
    await portal.alert(t.verdict.obstacles['no-agent'].why);
    await portal.text(t.list.none).waitFor();
    const refused = await house.person.start('hybrid.user@contoso.example');
    expect([refused.status, refused.body.code]).toEqual([403, 'contact-administrator']);
    expect(await portal.violations()).toEqual([]);
  }, 60_000);

  /** The agent as it would be started with these settings, at the directory that is here. */
  async function started(settings: string): Promise<ChildProcess & { dataDir: string }> {
    const { url } = (await house.person.get('/outside/api/directory')).body as { url: string };
    const dataDir = await mkdtemp(join(tmpdir(), 'keyturn-agent-'));
    const env = {
      ...parseEnv(settings),
      PATH: process.env.PATH ?? '',
      AGENT_DATA_DIR: dataDir,
      LDAP_URL: url,
      LDAP_CA_FILE: join(house.product.dataDir, 'outside-agent/directory.pem'),
      LDAP_BIND_DN: 'cn=svc-keyturn,dc=contoso,dc=example',
      LDAP_BIND_PASSWORD: 'simulated-service-password',
      LDAP_BASE_DN: 'dc=contoso,dc=example',
      LDAP_PROTECTED_GROUPS: '',
    };
    const node = join(process.cwd(), 'node_modules/.bin/node');
    return Object.assign(spawn(node, ['dist/apps/agent/main.js'], { env, stdio: 'ignore' }), { dataDir });
  }
  async function ended(agent: ChildProcess & { dataDir: string }): Promise<void> {
    const gone = new Promise((resume) => agent.once('exit', resume));
    if (agent.exitCode === null && agent.kill('SIGTERM')) await gone;
    await rm(agent.dataDir, { recursive: true, force: true });
  }
});
