import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSimulatedDirectory, type SimulatedDirectory } from '#apps/outside/directory/simulated-directory';
import type { Finding } from '#libs/directory/doctor/finding';
import { systemClock } from '#libs/runtime/clock';

const run = promisify(execFile);
const node = join(process.cwd(), 'node_modules/.bin/node');

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

  it('runs with Node.js and nothing else', async () => {
    const env = {
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
    };
    const doctor = () => run(node, [join(folder, 'keyturn-agent.mjs'), 'doctor', '--json'], { env, cwd: folder });
    const { stdout, code } = (await doctor().catch((error: unknown) => error)) as { stdout: string; code: number };
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    // There is no Keyturn; everything else is as it should be.
    expect([code, findings.filter(({ state }) => state === 'failed').map(({ check }) => check)]).toEqual([1, ['api']]);
    expect(findings.find(({ check }) => check === 'bind')).toMatchObject({ state: 'ok' });
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
