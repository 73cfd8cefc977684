import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examine } from '#apps/agent/doctor';
import { Identity, newIdentityKey, newPair } from '#apps/agent/identity';
import { readAgentSettings, type AgentSettings } from '#apps/agent/settings';
import { startSimulatedDirectory, type SimulatedDirectory } from '#apps/outside/directory/simulated-directory';

describe('keyturn-agent doctor', () => {
  let folder: string;
  let directory: SimulatedDirectory;
  let platform: Server;
  let settings: AgentSettings;
  /** Milliseconds the two clocks are ahead of this machine's. */
  const ahead = { directory: 0, platform: 0 };
  let known: boolean;
  const inAWhile = (ms: number) => new Date(Date.now() + ms);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-doctor-'));
    directory = await startSimulatedDirectory({
      clock: { now: () => inAWhile(ahead.directory) },
      baseDn: 'dc=probe,dc=test',
      firstPassword: 'First-Pass-1',
      people: [{ uid: 'alice', mail: 'alice@probe.test', unit: 'people' }],
    });
    await writeFile(join(folder, 'ca.pem'), directory.ca);
    platform = createServer((request, response) => {
      const status = request.headers.signature && known ? 200 : 401;
      const body = { now: inAWhile(ahead.platform).toISOString(), code: 'agent-invalid' };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(platform, 'listening');
    settings = readAgentSettings({
      AGENT_API_URL: `http://127.0.0.1:${(platform.address() as AddressInfo).port}`,
      AGENT_DATA_DIR: folder,
      LDAP_KIND: 'openldap',
      LDAP_URL: directory.url,
      LDAP_CA_FILE: join(folder, 'ca.pem'),
      LDAP_BASE_DN: directory.baseDn,
      LDAP_BIND_DN: directory.service.dn,
      LDAP_BIND_PASSWORD: directory.service.password,
      LDAP_FENCE_ATTRIBUTE: 'employeeNumber',
    });
    await Identity.keep(folder, {
      agentId: '00000000-0000-4000-8000-000000000001',
      tenantId: '00000000-0000-4000-8000-000000000002',
      platformKey: { keyId: 'p', key: 'p' },
      identityKey: newIdentityKey().pem,
      identitySince: new Date().toISOString(),
      sealing: [{ ...(await newPair(new Date())), told: true }],
    });
  });
  beforeEach(() => {
    known = true;
    ahead.directory = ahead.platform = 0;
  });
  afterAll(async () => {
    platform?.close().closeAllConnections();
    await directory?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const finding = async (check: string) => (await examine(settings)).find((one) => one.check === check)!;

  it('finds nothing wrong where nothing is', async () => {
    const wrong = (await examine(settings)).filter(({ state }) => state === 'failed');
    expect(wrong).toEqual([]);
    expect(await finding('identity')).toMatchObject({ state: 'ok', detail: expect.stringMatching(/knows/) });
  });

  it.each([-600_000, 600_000])('tells that the directory’s clock is %d ms ahead, and what to do', async (ms) => {
    ahead.directory = ms;
    const { state, detail, fix } = await finding('directory-clock');
    expect([state, fix]).toEqual(['warning', 'Let both follow the same time servers.']);
    expect(Number(/^(-?\d+) s/.exec(detail)![1])).toBeCloseTo(ms / 1000, -1);
  });

  it('tells that this machine’s clock is off Keyturn’s', async () => {
    ahead.platform = -600_000;
    expect(await finding('api-clock')).toMatchObject({ state: 'warning', fix: expect.stringMatching(/time server/) });
  });

  it('tells that Keyturn refuses this agent', async () => {
    known = false;
    expect(await finding('identity')).toMatchObject({ state: 'failed', fix: expect.stringMatching(/enrol/) });
  });

  it('tells that nobody is protected', async () => {
    expect(await finding('protected-groups')).toMatchObject({
      state: 'warning',
      fix: expect.stringMatching(/LDAP_PROTECTED_GROUPS/),
    });
  });
});
