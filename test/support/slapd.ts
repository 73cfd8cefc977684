import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DirectoryOptions } from '#libs/directory/directory-options';
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
  /** As the service account, by fenced Modify, with nobody protected. */
  readonly options: DirectoryOptions & { readonly ca: string };
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/**
 * A real OpenLDAP with ppolicy and accesslog in a throw-away folder, on a port of its own.
 * @param mails further people, by their address: `uid` is what stands before the @
 * @param limits whether the service account may read more than slapd gives out by itself
 */
export async function startSlapd(mails: readonly string[] = [], { limits = true } = {}): Promise<Slapd> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-slapd-'));
  const port = await freePort();
  await mkdir(join(folder, 'db'));
  await mkdir(join(folder, 'log'));
  await makeCertificate(folder, ['DNS:localhost', 'IP:127.0.0.1']);
  const conf = join(folder, 'slapd.conf');
  await writeFile(conf, configuration(folder, await documented(limits)));
  await writeFile(
    join(folder, 'init.ldif'),
    `${entries}\n${mails.map((mail) => person(mail.split('@')[0]!, 'people', mail)).join('')}`,
  );
  await ran('slapadd', ['-q', '-n', '2', '-f', conf, '-l', join(folder, 'init.ldif')]);
  const url = `ldaps://127.0.0.1:${port}`;
  const server = spawn('slapd', ['-d', '0', '-f', conf, '-h', `${url}/`], { stdio: 'ignore' });
  await until('the directory takes connections', () => accepts('127.0.0.1', port), 30_000);
  const ca = await readFile(join(folder, 'ca.pem'), 'utf8');
  const baseDn = 'dc=probe,dc=test';
  return {
    url,
    ca,
    baseDn,
    port,
    root: { dn: `cn=root,${baseDn}`, password: 'Root-Pass-0001' },
    options: {
      kind: 'openldap',
      url,
      ca,
      baseDn,
      bindDn: `cn=svc-reset,${baseDn}`,
      bindPassword: 'Svc-Pass-0001',
      fenceAttribute: 'employeeNumber',
      protectedGroups: [],
    },
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

/** The lines of the manual, as slapd.conf writes them. */
async function documented(limits: boolean): Promise<string> {
  const manual = await readFile(join(process.cwd(), 'docs/directory.md'), 'utf8');
  const [, ldif = ''] = /```ldif\n(.*?)```/s.exec(manual) ?? [];
  const here = ldif.replaceAll('dc=example,dc=com', 'dc=probe,dc=test').replaceAll('cn=svc-keyturn', 'cn=svc-reset');
  const lines = here.replaceAll(/\n +/g, ' ').split('\n');
  const values = (name: string) =>
    lines.flatMap((line) => new RegExp(`^${name}: \\{\\d+\\}(.*)`).exec(line)?.slice(1) ?? []);
  const access = values('olcAccess').map((value) => `access ${value}`);
  return [...(limits ? values('olcLimits').map((value) => `limits ${value}`) : []), ...access].join('\n');
}

const configuration = (folder: string, delegation: string): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
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
access to dn.exact="cn=hidden,dc=probe,dc=test" attrs=member by * none
${delegation}
access to attrs=userPassword by self write by anonymous auth by * none
access to * by self read by * none
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

dn: cn=unique,dc=probe,dc=test
objectClass: groupOfUniqueNames
cn: unique
uniqueMember: uid=alice,ou=people,dc=probe,dc=test
uniqueMember: uid=gone,ou=people,dc=probe,dc=test

dn: cn=posix,dc=probe,dc=test
objectClass: posixGroup
cn: posix
gidNumber: 4711
memberUid: greta

dn: cn=hidden,dc=probe,dc=test
objectClass: groupOfNames
cn: hidden
member: uid=alice,ou=people,dc=probe,dc=test

dn: cn=outer,dc=probe,dc=test
objectClass: groupOfNames
cn: outer
member: cn=outer,dc=probe,dc=test
member: cn=hidden,dc=probe,dc=test

dn: ou=twins,dc=probe,dc=test
objectClass: organizationalUnit
ou: twins

${['one', 'two'].map((name) => `${person(`twin.${name}`, 'twins').trim()}\nentryUUID: 11111111-2222-4333-8444-555555555555\n\n`).join('')}
dn: cn=Greta Named,ou=people,dc=probe,dc=test
objectClass: inetOrgPerson
uid: greta
cn: Greta Named
sn: Named
userPassword: First-Pass-1

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
