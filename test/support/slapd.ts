import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/runtime/embedded-postgres';
import { accepts } from './accepts.js';
import { makeCertificate } from './certificates.js';
import { until } from './until.js';

export interface Slapd {
  readonly url: string;
  readonly ca: string;
  readonly baseDn: string;
  readonly port: number;
  readonly root: { dn: string; password: string };
  readonly service: { dn: string; password: string };
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** A real OpenLDAP with ppolicy and accesslog in a throw-away folder, on a port of its own. */
/** @param mails further people, by their address: `uid` is what stands before the @ */
export async function startSlapd(mails: readonly string[] = []): Promise<Slapd> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-slapd-'));
  const port = await freePort();
  await mkdir(join(folder, 'db'));
  await mkdir(join(folder, 'log'));
  await makeCertificate(folder, ['DNS:localhost', 'IP:127.0.0.1']);
  const conf = join(folder, 'slapd.conf');
  await writeFile(conf, configuration(folder));
  await writeFile(
    join(folder, 'init.ldif'),
    `${entries}\n${mails.map((mail) => person(mail.split('@')[0]!, 'people', mail)).join('')}`,
  );
  await ran('slapadd', ['-q', '-n', '2', '-f', conf, '-l', join(folder, 'init.ldif')]);
  const url = `ldaps://127.0.0.1:${port}`;
  const server = spawn('slapd', ['-d', '0', '-f', conf, '-h', `${url}/`], { stdio: 'ignore' });
  await until('the directory takes connections', () => accepts('127.0.0.1', port), 30_000);
  return {
    url,
    ca: await readFile(join(folder, 'ca.pem'), 'utf8'),
    baseDn: 'dc=probe,dc=test',
    port,
    root: { dn: 'cn=root,dc=probe,dc=test', password: 'Root-Pass-0001' },
    service: { dn: 'cn=svc-reset,dc=probe,dc=test', password: 'Svc-Pass-0001' },
    signal: (signal) => void server.kill(signal),
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        server.kill('SIGKILL');
        await once(server, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const configuration = (folder: string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload accesslog
pidfile ${folder}/run.pid
argsfile ${folder}/run.args
TLSCertificateFile ${folder}/cert.pem
TLSCertificateKeyFile ${folder}/key.pem
TLSCACertificateFile ${folder}/ca.pem
password-hash {SSHA}

database mdb
suffix "cn=log"
rootdn "cn=log"
directory ${folder}/log
dbnosync
index reqStart eq
access to * by dn.exact="cn=root,dc=probe,dc=test" read by * none

database mdb
suffix "dc=probe,dc=test"
rootdn "cn=root,dc=probe,dc=test"
rootpw Root-Pass-0001
lastbind on
directory ${folder}/db
dbnosync
maxsize 268435456
index objectClass,uid,entryUUID eq
overlay accesslog
logdb "cn=log"
logops writes
overlay ppolicy
ppolicy_default "cn=default,ou=policies,dc=probe,dc=test"
ppolicy_hash_cleartext
access to dn.subtree="ou=elsewhere,dc=probe,dc=test" attrs=userPassword by self write by anonymous auth by * none
access to attrs=userPassword by self write by dn.exact="cn=svc-reset,dc=probe,dc=test" write by anonymous auth by * none
access to dn.subtree="ou=people,dc=probe,dc=test" attrs=employeeNumber,pwdAccountLockedTime,pwdReset,pwdFailureTime by dn.exact="cn=svc-reset,dc=probe,dc=test" write by * none
access to * by self read by dn.exact="cn=svc-reset,dc=probe,dc=test" read by * none
`;

const person = (
  uid: string,
  ou = 'people',
  mail = `${uid}@probe.test`,
): string => `dn: uid=${uid},ou=${ou},dc=probe,dc=test
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid}
sn: ${uid}
mail: ${mail}
userPassword: First-Pass-1
modifyTimestamp: 20250101000000Z

`;

const entries = `dn: dc=probe,dc=test
objectClass: dcObject
objectClass: organization
o: probe
dc: probe

dn: ou=people,dc=probe,dc=test
objectClass: organizationalUnit
ou: people

dn: ou=deeper,ou=people,dc=probe,dc=test
objectClass: organizationalUnit
ou: deeper

dn: ou=elsewhere,dc=probe,dc=test
objectClass: organizationalUnit
ou: elsewhere

dn: ou=policies,dc=probe,dc=test
objectClass: organizationalUnit
ou: policies

dn: cn=default,ou=policies,dc=probe,dc=test
objectClass: pwdPolicy
objectClass: device
cn: default
pwdAttribute: userPassword
pwdMinLength: 8
pwdInHistory: 3
pwdCheckQuality: 2
pwdLockout: TRUE
pwdMaxFailure: 3
pwdLockoutDuration: 0
pwdAllowUserChange: TRUE
pwdMustChange: TRUE
pwdSafeModify: FALSE

dn: cn=svc-reset,dc=probe,dc=test
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: svc-reset
userPassword: Svc-Pass-0001

${['alice', 'bob', 'carol', 'dora', 'emil', 'fritz', 'boss'].map((uid) => person(uid)).join('')}${person('outsider', 'elsewhere')}
dn: cn=admins,dc=probe,dc=test
objectClass: groupOfNames
cn: admins
member: cn=inner,dc=probe,dc=test

dn: cn=inner,dc=probe,dc=test
objectClass: groupOfNames
cn: inner
member: uid=boss,ou=people,dc=probe,dc=test
`;

async function ran(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${command} failed: ${errors}`);
}
