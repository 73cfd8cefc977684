import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './until.js';
import { makeCertificate } from './certificates.js';
import { accepts } from './accepts.js';
import { exists, runFolder } from './build.js';

const run = promisify(execFile);

export interface Samba {
  readonly url: string;
  readonly ca: string;
  readonly baseDn: string;
  readonly host: string;
  readonly administrator: { dn: string; password: string };
  /** `samba-tool …` against this domain controller's own files */
  tool(...args: readonly string[]): Promise<string>;
  /** The person's password was set that long ago; no LDAP client may say so. @param days more than the domain's 42 and it has expired */
  age(dn: string, days: number): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/**
 * A real Active Directory domain controller (Samba), provisioned into a throw-away folder, listening on a loopback address
 * of its own because its ports are fixed. Nothing of the machine's own Samba is read or written.
 */
export async function startSamba(): Promise<Samba> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-samba-'));
  const [host, template] = await Promise.all([freeAddress(), provisioned()]);
  await cp(template, folder, { recursive: true });
  const password = await readFile(join(folder, 'adminpass'), 'utf8');
  const conf = join(folder, 'etc/smb.conf');
  await writeFile(conf, configuration(folder, host));
  await makeCertificate(join(folder, 'tls'), ['DNS:dc1.probe.test', 'DNS:localhost', `IP:${host}`, 'IP:127.0.0.1']);
  const server = spawn('samba', ['-s', conf, '-F', '--no-process-group', '--model=single'], { stdio: 'ignore' });
  await until('the directory takes connections', () => accepts(host, 636), 30_000);
  return {
    url: `ldaps://${host}`,
    ca: await readFile(join(folder, 'tls/ca.pem'), 'utf8'),
    baseDn: 'DC=probe,DC=test',
    host,
    administrator: { dn: 'CN=Administrator,CN=Users,DC=probe,DC=test', password },
    tool: async (...args) => (await run('samba-tool', [...args, '-s', conf])).stdout,
    age: async (dn, days) => {
      const since = (BigInt(Date.now() - days * 86_400_000) + 11_644_473_600_000n) * 10_000n;
      await run('/usr/bin/python3', ['-c', ageing, conf, dn, String(since)]);
    },
    signal: (signal) => void server.kill(signal),
    stop: async () => {
      await ended(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Past LDAP, in the database itself, with DSDB_CONTROL_PASSWORD_BYPASS_LAST_SET. */
const ageing = `
import sys, ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
lp = LoadParm()
lp.load(sys.argv[1])
db = SamDB(session_info=system_session(lp), lp=lp)
older = ldb.Message.from_dict(db, {'dn': sys.argv[2], 'pwdLastSet': sys.argv[3]}, ldb.FLAG_MOD_REPLACE)
db.modify(older, controls=['local_oid:1.3.6.1.4.1.7165.4.3.20:0'])
`;

/** A domain as it is right after its provisioning, made once in a run: its databases name neither a folder nor an address. */
async function provisioned(): Promise<string> {
  const template = join(await runFolder(), 'samba');
  if (await exists(template)) return template;
  const folder = await mkdtemp(`${template}-`);
  const password = `Adm1n-${randomBytes(9).toString('hex')}`;
  for (const name of ['etc', 'run', 'ncalrpc', 'wb', 'ntp', 'log', 'private', 'state', 'cache', 'lock', 'tls']) {
    await mkdir(join(folder, name), { mode: name === 'ntp' ? 0o750 : 0o700 });
  }
  const conf = join(folder, 'etc/smb.conf');
  await writeFile(conf, configuration(folder, '127.0.0.1'));
  await writeFile(join(folder, 'adminpass'), password);
  await run('samba-tool', [
    ...['domain', 'provision', '-s', conf, '--realm=PROBE.TEST', '--domain=PROBE', '--server-role=dc'],
    ...['--dns-backend=NONE', '--host-name=dc1', '--host-ip=127.0.0.1', `--adminpass=${password}`],
  ]);
  // Another spec file may have been as fast: whoever comes second yields.
  await rename(folder, template).catch(async (error: Error) => {
    await rm(folder, { recursive: true, force: true });
    if (!(await exists(template))) throw error;
  });
  return template;
}

const configuration = (folder: string, host: string): string => `[global]
  netbios name = DC1
  realm = PROBE.TEST
  workgroup = PROBE
  server role = active directory domain controller
  server services = ldap
  interfaces = ${host}/8
  bind interfaces only = yes
  private dir = ${folder}/private
  state directory = ${folder}/state
  cache directory = ${folder}/cache
  lock directory = ${folder}/lock
  pid directory = ${folder}/run
  ncalrpc dir = ${folder}/ncalrpc
  winbindd socket directory = ${folder}/wb
  ntp signd socket directory = ${folder}/ntp
  binddns dir = ${folder}/state/bind-dns
  log file = ${folder}/log/samba.log
  log level = 0
  tls enabled = yes
  tls keyfile = ${folder}/tls/key.pem
  tls certfile = ${folder}/tls/cert.pem
  tls cafile = ${folder}/tls/ca.pem
  ldap server require strong auth = yes
  ldb:nosync = true
  old password allowed period = 60
  load printers = no
  disable spoolss = yes
[sysvol]
  path = ${folder}/state/sysvol
  read only = no
[netlogon]
  path = ${folder}/state/sysvol/probe.test/scripts
  read only = no
`;

/** An address in 127.0.0.0/8 on which nobody serves LDAPS. */
async function freeAddress(): Promise<string> {
  for (;;) {
    const address = `127.${randomInt(2, 250)}.${randomInt(1, 250)}.${randomInt(2, 250)}`;
    const free = await new Promise<boolean>((answer) => {
      const probe = createServer();
      probe.once('error', () => answer(false));
      probe.listen(636, address, () => probe.close(() => answer(true)));
    });
    if (free) return address;
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((resume) => server.once('exit', () => resume()));
  server.kill('SIGKILL');
  await gone;
}
