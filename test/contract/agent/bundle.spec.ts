import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { soleAgentIn } from '#apps/agent/sole-agent';
import { startSimulatedDirectory, type SimulatedDirectory } from '#apps/outside/directory/simulated-directory';
import type { Finding } from '#libs/directory/doctor/finding';
import { systemClock } from '#libs/runtime/clock';
import { makeCertificate } from '../../support/certificates';

const run = promisify(execFile);
const node = join(process.cwd(), 'node_modules/.bin/node');
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe('the agent alone, as it is installed in a customer’s network', () => {
  let folder: string;
  let directory: SimulatedDirectory;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyturn-bundle-'));
    await run(node, ['scripts/bundle-agent.mjs', join(folder, 'built')]);
    // Where nothing of this repository can be found.
    await cp(join(folder, 'built/keyturn-agent.mjs'), join(folder, 'keyturn-agent.mjs'));
    directory = await startSimulatedDirectory({
      clock: systemClock,
      baseDn: 'dc=probe,dc=test',
      firstPassword: 'First-Pass-1',
      people: [{ uid: 'alice', mail: 'alice@probe.test', unit: 'people' }],
      groups: { admins: ['alice'] },
    });
    await writeFile(join(folder, 'ca.pem'), directory.ca);
  });
  afterAll(async () => {
    await directory?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is made of an LDAP client, HPKE and its own code', async () => {
    const { packages, own } = JSON.parse(await readFile(join(folder, 'built/contents.json'), 'utf8')) as {
      packages: string[];
      own: string[];
    };
    expect(packages).toEqual(['@hpke/common', '@hpke/core', 'ldapts']);
    expect(own.filter((file) => !/^(apps\/agent|libs\/directory)\//.test(file))).toEqual([]);
  });

  const settings = () => ({
    PATH: '/usr/bin:/bin',
    AGENT_API_URL: 'http://127.0.0.1:1',
    AGENT_DATA_DIR: join(folder, 'data'),
    LDAP_KIND: 'openldap',
    LDAP_URL: directory.url,
    LDAP_CA_FILE: join(folder, 'ca.pem'),
    LDAP_BASE_DN: directory.baseDn,
    LDAP_BIND_DN: directory.service.dn,
    LDAP_BIND_PASSWORD: directory.service.password,
    LDAP_FENCE_ATTRIBUTE: 'employeeNumber',
    LDAP_PROTECTED_GROUPS: `cn=admins,${directory.baseDn}`,
  });
  const examined = (env: NodeJS.ProcessEnv): Promise<{ stdout: string; code?: number }> =>
    run(node, [join(folder, 'keyturn-agent.mjs'), 'doctor', '--json'], { env, cwd: folder }).catch(
      (error: unknown) => error as { stdout: string; code: number },
    );
  const findings = async (env: NodeJS.ProcessEnv) =>
    (JSON.parse((await examined(env)).stdout) as { findings: Finding[] }).findings;

  it('runs with Node.js and nothing else', async () => {
    const { stdout, code } = await examined(settings());
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    // There is no Keyturn; everything else is as it should be.
    expect([code, findings.filter(({ state }) => state === 'failed').map(({ check }) => check)]).toEqual([1, ['api']]);
    expect(findings.find(({ check }) => check === 'bind')).toMatchObject({ state: 'ok' });
  });

  it('reaches Keyturn through the proxy that the network demands, once Node.js is told to ask it', async () => {
    const names = join(folder, 'names');
    await mkdir(names);
    await makeCertificate(names, ['DNS:reset.keyturn.invalid']);
    const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((file) => readFile(join(names, file))));
    const keyturn = createHttpsServer({ key, cert }, (_, response) => {
      const now = new Date().toISOString();
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end(JSON.stringify({ now, code: 'agent-invalid' }));
    }).listen(0, '127.0.0.1');
    const asked: string[] = [];
    const proxy = createHttpServer().listen(0, '127.0.0.1');
    proxy.on('connect', (request, near: Socket) => {
      asked.push(request.url!);
      const far = connect(portOf(keyturn), '127.0.0.1', () => {
        near.write('HTTP/1.1 200 Connection established\r\n\r\n');
        near.pipe(far).pipe(near);
      });
      for (const socket of [near, far]) socket.on('error', () => undefined);
    });
    await Promise.all([once(keyturn, 'listening'), once(proxy, 'listening')]);
    try {
      const behind = {
        ...settings(),
        AGENT_API_URL: 'https://reset.keyturn.invalid',
        HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
        NODE_EXTRA_CA_CERTS: join(names, 'ca.pem'),
      };
      const api = async (env: NodeJS.ProcessEnv) => (await findings(env)).find(({ check }) => check === 'api');
      expect(await api(behind)).toMatchObject({
        state: 'failed',
        fix: expect.stringContaining('NODE_USE_ENV_PROXY=1'),
      });
      expect(asked).toEqual([]);
      expect(await api({ ...behind, NODE_USE_ENV_PROXY: '1' })).toMatchObject({ state: 'ok' });
      expect(asked[0]).toBe('reset.keyturn.invalid:443');
    } finally {
      proxy.close().closeAllConnections();
      keyturn.close().closeAllConnections();
    }
  });

  it('does not start beside another one in the same folder', async () => {
    const first = await soleAgentIn(join(folder, 'data'));
    try {
      const second = run(node, [join(folder, 'keyturn-agent.mjs')], { env: settings(), cwd: folder });
      await expect(second).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('Another agent runs') });
    } finally {
      first.close();
    }
    // It waits for one that is about to end.
  }, 20_000);

  it('does not start with an identity that was cut short, and says what to do', async () => {
    const cut = join(folder, 'cut');
    await mkdir(cut);
    await writeFile(join(cut, 'identity.json'), '{"agentId":"0');
    const started = run(node, [join(folder, 'keyturn-agent.mjs')], {
      env: { ...settings(), AGENT_DATA_DIR: cut },
      cwd: folder,
    });
    await expect(started).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/identity.*enrol/) });
  });

  it('does not start where certificates are trusted whatever they say', async () => {
    const env = { PATH: '/usr/bin:/bin', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const started = run(node, [join(folder, 'keyturn-agent.mjs')], { env, cwd: folder });
    await expect(started).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED'),
    });
  });
});
